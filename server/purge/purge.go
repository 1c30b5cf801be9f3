// Package purge deletes the cases whose day has come: rows, files, and what the database
// keeps of them. Of several processes one does so at a time.
package purge

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"time"

	"hotline/store"
	"hotline/store/blob"
)

const (
	leaseName = "purge"
	leaseLife = 10 * time.Minute // after it another process takes over; a large database is rewritten meanwhile
)

// Parts are what it works with.
type Parts struct {
	Store *store.Store
	Files *blob.Folder
	Now   func() time.Time
	Quiet bool // few people write now: a large database can be rewritten
}

// Done is what was done.
type Done struct {
	Elsewhere bool // another process is at it: nothing was
	Deleted   int
	TooLarge  bool // the database is cleared in a quiet hour
}

// Run deletes what is due on these days, each case in a transaction of its own. A case
// that fails keeps no other from being deleted. What an interrupted run left is finished.
func Run(ctx context.Context, p Parts, days store.Days) (done Done, err error) {
	id := make([]byte, 16)
	rand.Read(id) // never fails
	holder := hex.EncodeToString(id)
	held, err := p.hold(ctx, holder)
	if err != nil || !held {
		return Done{Elsewhere: err == nil}, err
	}
	defer func() { err = errors.Join(err, p.Store.EndLease(context.WithoutCancel(ctx), leaseName, holder)) }()
	interrupted, err := p.Store.Unclear(ctx)
	if err != nil {
		return done, err
	}
	sweep := interrupted > 0 // their files may be there
	var failed []error
	for after := ""; ; {
		due, err := p.Store.DuePurges(ctx, days, after)
		if err != nil || len(due) == 0 {
			failed = append(failed, err)
			break
		}
		for _, caseID := range due {
			if held, err := p.hold(ctx, holder); err != nil || !held {
				return done, errors.Join(append(failed, err)...)
			}
			files, err := p.Store.Purge(ctx, caseID, days)
			switch {
			case errors.Is(err, store.ErrNotDue), errors.Is(err, store.ErrNotFound):
				continue
			case errors.Is(err, store.ErrOutcomeUnknown):
				sweep = true
				fallthrough
			case err != nil:
				failed = append(failed, err)
				continue
			}
			done.Deleted++
			sweep = Remove(p.Files, files) != nil || sweep
		}
		after = due[len(due)-1]
	}
	if sweep {
		if _, err := p.Files.Sweep(ctx, p.Store.MissingFiles); err != nil {
			return done, errors.Join(append(failed, err)...)
		}
	}
	err = p.Store.Clear(ctx, p.Quiet)
	if done.TooLarge = errors.Is(err, store.ErrTooLarge); done.TooLarge {
		err = nil
	}
	return done, errors.Join(append(failed, err)...)
}

func (p Parts) hold(ctx context.Context, holder string) (bool, error) {
	now := p.Now()
	return p.Store.HoldLease(ctx, leaseName, holder, now, now.Add(leaseLife))
}

// Remove removes the files of a deleted case. What it cannot remove a sweep will: no row
// knows them any more.
func Remove(files *blob.Folder, ids []string) error {
	var failed []error
	for _, id := range ids {
		failed = append(failed, files.Remove(id))
	}
	return errors.Join(append(failed, files.Sync())...)
}
