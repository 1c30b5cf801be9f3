package form

import (
	"bytes"
	"context"
	"errors"

	"hotline/crypto"
	"hotline/server/guard"
	"hotline/server/intake"
	"hotline/store"
	"hotline/store/casework"
)

// target is where a report goes: a new case with its keys, or, for a form that
// was stored before, the case that it became. Whoever holds a target holds the
// lock on the form's nonce.
type target struct {
	receipt   crypto.Receipt
	recipient crypto.Recipient // of the case: what its files are sealed to
	unlock    func()

	known    store.Case // the existing case
	contents [][]byte   // what the form was stored with before

	identity crypto.Identity // of a new case; forgotten with the request
	branch   casework.Branch // of a new case, once it is sealed
	entity   string          // of a new case, in the clear
	rules    *intake.Intake
}

func (p *target) exists() bool { return p.known.ID != "" }

func (p *target) holds(content []byte) bool {
	for _, c := range p.contents {
		if bytes.Equal(c, content) {
			return true
		}
	}
	return false
}

// targetOf finds the target of a form. casework.ErrNoHandler closes intake for
// the queue that it belongs to; errNobodyLeft and errNotShown are about those whom
// the reporter excludes. If the form was stored before, checkRepeat looks at its
// exclusions, not this function.
func (in *Pages) targetOf(ctx context.Context, form guard.Form, to intake.Destination) (p *target, err error) {
	unlock, err := in.rules.LockNonce(ctx, form.Nonce)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			unlock()
			p = nil
		}
	}()
	p = &target{receipt: form.Key.Receipt(form.Nonce), rules: in.rules, unlock: unlock}
	id, contents, err := in.store.FormUses(ctx, form.Nonce.Hash())
	if errors.Is(err, store.ErrNotFound) {
		if _, _, err = in.rules.Readers(ctx, to); err != nil {
			return nil, err
		}
		return p, p.makeNew()
	}
	if err != nil {
		return nil, err
	}
	p.contents = contents
	if p.known, err = in.store.Case(ctx, id); err != nil {
		return nil, err
	}
	p.recipient, err = crypto.ParseRecipient(p.known.Recipient)
	return p, err
}

// makeNew makes the case's identity.
func (p *target) makeNew() (err error) {
	if p.identity, err = crypto.NewIdentity(); err != nil {
		return err
	}
	p.recipient = p.identity.Recipient()
	return nil
}

// seal makes the new case of a report for those who read a branch: its keys,
// message and summary, and apart from them the reporter's name.
func (p *target) seal(branch casework.Branch, readers []store.Reader, m crypto.Message, name map[string]string) (store.NewCase, error) {
	var n store.NewCase
	p.branch = branch
	reporter, err := p.receipt.Identity()
	if err != nil {
		return n, err
	}
	m.Case, m.Seq, m.From = crypto.NewID(), 1, string(casework.FromReport)
	m.Recipient, m.Reporter = p.receipt.Bind(m.Case, p.recipient), crypto.Fingerprint(reporter.Recipient())
	n.ID, n.Branch, n.Channel = m.Case, branch, casework.Web
	n.Recipient, n.ReporterRecipient = p.recipient.String(), reporter.Recipient().String()
	n.LookupHash = p.receipt.Lookup().Hash()
	if n.Message, err = crypto.SealMessage(m, p.recipient, reporter.Recipient()); err != nil {
		return n, err
	}
	apart := crypto.Message{Case: m.Case, Seq: 1, From: crypto.FromName, On: m.On, Language: m.Language, Fields: name}
	if n.Name, err = crypto.SealMessage(apart, p.recipient, reporter.Recipient()); err != nil {
		return n, err
	}
	n.Summary, err = crypto.SealSummary(crypto.Summary{
		Case: m.Case, Text: m.Text, Language: m.Language, Relationship: m.Fields["relationship"], Kind: kindOf(m.Fields), Danger: m.Fields["danger"] != "",
	}, p.recipient)
	if err != nil {
		return n, err
	}
	n.Keys, n.SealedTo, err = p.keys(readers)
	return n, err
}

// keys seals the case's identity to everybody who reads it.
func (p *target) keys(readers []store.Reader) (keys map[string][]byte, sealedTo map[string]string, err error) {
	keys, sealedTo = make(map[string][]byte, len(readers)), make(map[string]string, len(readers))
	for _, r := range readers {
		sealedTo[r.ID] = r.Recipient
		recipient, err := p.rules.Recipient(r.Recipient)
		if err != nil {
			return nil, nil, err
		}
		if keys[r.ID], err = crypto.SealCaseKey(p.identity, recipient); err != nil {
			return nil, nil, err
		}
	}
	return keys, sealedTo, nil
}
