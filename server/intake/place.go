package intake

import (
	"bytes"
	"context"
	"errors"

	"hotline/crypto"
	"hotline/server/guard"
	"hotline/store"
	"hotline/store/casework"
)

// place is where a report goes: a new case with its keys, or, for a form that
// was stored before, the case that it became. Whoever holds a place holds the
// lock on the form's nonce.
type place struct {
	receipt   crypto.Receipt
	recipient crypto.Recipient // of the case: what its files are sealed to
	unlock    func()

	known    store.Case // the existing case
	contents [][]byte   // what the form was stored with before

	identity   crypto.Identity // of a new case; forgotten with the request
	queue      casework.Queue  // of a new case, once it is sealed
	recipients *recipientCache
}

func (p *place) exists() bool { return p.known.ID != "" }

func (p *place) holds(content []byte) bool {
	for _, c := range p.contents {
		if bytes.Equal(c, content) {
			return true
		}
	}
	return false
}

// placeFor finds the place of a form. casework.ErrNoHandler closes intake for
// the queue that it belongs to.
func (in *Intake) placeFor(ctx context.Context, form guard.Form, category, subject string) (p *place, err error) {
	unlock, err := in.lockNonce(ctx, form.Nonce)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			unlock()
			p = nil
		}
	}()
	p = &place{receipt: form.Key.Receipt(form.Nonce), recipients: &in.recipients, unlock: unlock}
	id, contents, err := in.store.FormUses(ctx, form.Nonce.Hash())
	if errors.Is(err, store.ErrNotFound) {
		if _, _, err = in.readers(ctx, category, subject); err != nil {
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

// lockNonce waits until no other request works on the same form.
func (in *Intake) lockNonce(ctx context.Context, n crypto.Nonce) (unlock func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	return in.nonces.Lock(ctx, n)
}

// makeNew makes the case's identity.
func (p *place) makeNew() (err error) {
	if p.identity, err = crypto.NewIdentity(); err != nil {
		return err
	}
	p.recipient = p.identity.Recipient()
	return nil
}

// readers returns the queue that a report goes to now, and its handlers.
func (in *Intake) readers(ctx context.Context, category, subject string) (casework.Queue, []store.Handler, error) {
	d, err := desksOf(ctx, in.store)
	if err != nil {
		return "", nil, err
	}
	queue, ids, err := casework.Route(category, subject, nil, d.Desks)
	if err != nil {
		return "", nil, err
	}
	handlers := make([]store.Handler, len(ids))
	for i, id := range ids {
		handlers[i] = d.byID[id]
	}
	return queue, handlers, nil
}

// desks is who can receive reports now.
type desks struct {
	casework.Desks
	byID map[string]store.Handler
}

func desksOf(ctx context.Context, st *store.Store) (desks, error) {
	d := desks{casework.Desks{Handlers: map[casework.Queue][]string{}}, map[string]store.Handler{}}
	handlers, err := st.ActiveHandlers(ctx)
	for _, h := range handlers {
		d.byID[h.ID] = h
		for _, q := range h.Queues {
			d.Handlers[q] = append(d.Handlers[q], h.ID)
		}
	}
	return d, err
}

// seal makes the new case of a report for the handlers of a queue: its keys,
// message and summary.
func (p *place) seal(queue casework.Queue, handlers []store.Handler, m crypto.Message) (store.NewCase, error) {
	var n store.NewCase
	p.queue = queue
	reporter, err := p.receipt.Identity()
	if err != nil {
		return n, err
	}
	m.Case, m.Seq, m.From = crypto.NewID(), 1, string(casework.FromReport)
	m.Recipient, m.Reporter = p.receipt.Bind(m.Case, p.recipient), crypto.Fingerprint(reporter.Recipient())
	n.ID, n.Queue, n.Channel = m.Case, queue, casework.Web
	n.Recipient, n.ReporterRecipient = p.recipient.String(), reporter.Recipient().String()
	n.LookupHash = p.receipt.Lookup().Hash()
	if n.Message, err = crypto.SealMessage(m, p.recipient, reporter.Recipient()); err != nil {
		return n, err
	}
	n.Summary, err = crypto.SealSummary(crypto.Summary{
		Case: m.Case, Text: m.Text, Language: m.Language, Relationship: m.Fields["relationship"],
	}, p.recipient)
	if err != nil {
		return n, err
	}
	n.Keys, n.SealedTo = make(map[string][]byte, len(handlers)), make(map[string]string, len(handlers))
	for _, h := range handlers {
		n.SealedTo[h.ID] = h.Recipient
		r, err := p.recipients.parse(h.Recipient)
		if err != nil {
			return n, err
		}
		if n.Keys[h.ID], err = crypto.SealCaseKey(p.identity, r); err != nil {
			return n, err
		}
	}
	return n, nil
}

// openQueues returns the queues that have a handler with a key. While the
// database does not answer it says that all are open: whoever sends a report
// will hear more, and the pages stay up.
func (in *Intake) openQueues(ctx context.Context) map[casework.Queue]bool {
	open := map[casework.Queue]bool{}
	handlers, err := in.store.ActiveHandlers(ctx)
	if err != nil {
		in.log.Error("cannot tell which queues are open", "error", err)
		for _, q := range casework.Queues {
			open[q] = true
		}
	}
	for _, h := range handlers {
		for _, q := range h.Queues {
			open[q] = true
		}
	}
	return open
}
