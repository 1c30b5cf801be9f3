// Package remind does what a new day brings: deputies begin and end, those who work on
// cases are told of due days, and others where nobody acts; cases that will be deleted
// are announced, and deleted when their day has come. It tells nobody by itself, and
// writes notices only.
package remind

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"hotline/server/purge"
	"hotline/server/settings"
	"hotline/store"
	"hotline/store/blob"
	"hotline/store/casework"
)

// every is how often a look is taken whether it is another day somewhere.
const every = time.Hour

// Daily is the work of each day.
type Daily struct {
	store    *store.Store
	files    *blob.Folder
	settings *settings.Settings
	log      *slog.Logger
	now      func() time.Time
	last     casework.Day // of the last step, at the root; "" there was none
}

// Parts are what it works with. What day it is where, the settings say.
type Parts struct {
	Store    *store.Store
	Files    *blob.Folder
	Now      func() time.Time
	Settings *settings.Settings
	Log      *slog.Logger
}

// New assembles it.
func New(p Parts) *Daily {
	return &Daily{store: p.Store, files: p.Files, settings: p.Settings, log: p.Log, now: p.Now}
}

// Step does what is to be done by now and was not done yet, by this server or another.
// Deputies come first, so that they are told of what is theirs today.
func (d *Daily) Step(ctx context.Context) error {
	days := d.settings.Days()
	quiet := d.last != "" && d.last != days.Root // the first hour of a day
	d.last = days.Root
	return errors.Join(
		d.store.TurnDeputies(ctx, days),
		d.store.Remind(ctx, days, d.settings.Escalate()),
		d.store.RemindUnseen(ctx, days),
		d.store.DropEndedSessions(ctx),
		d.store.EndHolds(ctx, days),
		d.store.Announce(ctx, days),
		d.purge(ctx, days, quiet),
	)
}

// purge deletes what is due. What was announced a moment ago is not.
func (d *Daily) purge(ctx context.Context, days store.Days, quiet bool) error {
	_, err := purge.Run(ctx, purge.Parts{Store: d.store, Files: d.files, Now: d.now, Quiet: quiet}, days)
	return err
}

// Hourly takes the step at once, and then every hour until the context ends.
func (d *Daily) Hourly(ctx context.Context) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := d.Step(ctx); err != nil && ctx.Err() == nil {
			d.log.Error("the reminders of the day failed, and are tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
