package form

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/server/intake"
	"hotline/store"
	"hotline/store/casework"
)

// errLate says that somebody is excluded from a report that is stored already.
var errLate = errors.New("form: too late to exclude anybody")

// checkRepeat refuses a form that was stored before and excludes somebody more
// now: they may have read it, and what is said about them would reach them, too.
func (r *report) checkRepeat(ctx context.Context) error {
	rows, err := r.in.store.Exclusions(ctx, r.target.known.ID)
	if err != nil {
		return err
	}
	for _, id := range r.submission.excluded {
		if !slices.ContainsFunc(rows, func(x store.Exclusion) bool { return x.HandlerID == id && x.Kind == store.ExcludedByReporter }) {
			return errLate
		}
	}
	return nil
}

// repeat handles a form that was stored before: the same content changes
// nothing, another is added to the case as a further message. What was sealed
// apart stays apart: of those who are excluded the message repeats nothing, and what
// is new of the name joins what lies apart.
func (r *report) repeat(ctx context.Context) error {
	use := r.use()
	if r.target.holds(use.Content) {
		return nil
	}
	fields, name := sealedFields(r.submission.values, "")
	delete(fields, "not_for")
	said, err := r.saidBefore(ctx)
	if err != nil {
		return err
	}
	if err := r.checkReaders(ctx, said); err != nil {
		return err
	}
	for field, unanswered := range casework.Unanswered {
		if said[field] != "" && fields[field] == "" {
			fields[field] = unanswered // chosen now in the place of what was said
		}
	}
	before, err := r.nameBefore(ctx)
	if err != nil {
		return err
	}
	var now map[string]string
	if len(before) > 0 && len(name) == 0 && fields["identity"] == casework.Anonymous {
		now = map[string]string{} // whoever wants to be anonymous after all is
	}
	for field, value := range name {
		if before[field] == value {
			continue
		}
		if now == nil {
			now = map[string]string{}
			maps.Copy(now, before) // nothing typed is lost
		}
		now[field] = value
	}
	if err := r.in.rules.AdmitMessage(r.target.known.ID, r.form); err != nil {
		return err
	}
	err = r.in.addMessage(ctx, r.target.known, r.target.receipt, further{message: r.message(fields, r.target.known.Entity), name: now, files: r.upload.rows, use: use})
	r.upload.complete(err)
	switch {
	case errors.Is(err, store.ErrExists):
		return nil
	case errors.Is(err, casework.ErrFull), errors.Is(err, casework.ErrFilesFull):
		return r.onceMore()
	}
	return err
}

// onceMore asks for a form that was stored before to be sent as a report of its own.
func (r *report) onceMore() error {
	form := r.in.forms.New()
	form.Again = true
	return &intake.FormError{Status: fiber.StatusUnprocessableEntity, Notice: "notice.once-more", Form: form}
}

// checkReaders asks for a form that was stored before to be sent as a report of its
// own, where people who buy read its case and other answers than before lead elsewhere:
// a further message would tell them what the rules keep from them.
func (r *report) checkReaders(ctx context.Context, before map[string]string) error {
	d, err := r.in.rules.Recipients(ctx)
	if err != nil {
		return err
	}
	reads := r.target.known.Queue()
	if q, _ := d.Organization.Find(reads); !q.Buyers {
		return nil
	}
	queueOf := func(to intake.Destination) casework.Queue {
		return casework.QueueFor(d.RulesAt(d.Seen(to.Entity)), to.Answers)
	}
	now := queueOf(r.submission.destination())
	if now == reads || now == queueOf(submission{values: valuesOf(before)}.destination()) {
		return nil
	}
	return r.onceMore()
}

// saidBefore opens the answers that this form was stored with before, the last of
// each question. A message that does not open says nothing.
func (r *report) saidBefore(ctx context.Context) (map[string]string, error) {
	identity, err := r.target.receipt.Identity()
	if err != nil {
		return nil, err
	}
	said := map[string]string{}
	for before, more := 0, true; more; {
		page, err := r.in.store.MessagesBefore(ctx, r.target.known.ID, store.ReportersPart, before)
		if err != nil {
			return nil, err
		}
		found := map[string]string{} // on this page
		for row, err := range r.in.store.EachMessage(ctx, r.target.known.ID, page.Messages) {
			if err != nil {
				return nil, err
			}
			if row.From == casework.FromDesk {
				continue
			}
			if m, err := crypto.OpenMessage(row.Sealed, identity, r.target.known.ID, row.Seq, string(row.From)); err == nil {
				maps.Copy(found, m.Fields)
			}
		}
		addMissing(said, found)
		before, more = page.Earlier, page.Earlier > 0
	}
	return said, nil
}

// addMissing adds what is not there yet.
func addMissing(to, fields map[string]string) {
	for field, value := range fields {
		if _, ok := to[field]; !ok {
			to[field] = value
		}
	}
}

// nameBefore opens the name that this form was first stored with. One that does
// not open says nothing.
func (r *report) nameBefore(ctx context.Context) (map[string]string, error) {
	identity, err := r.target.receipt.Identity()
	if err != nil {
		return nil, err
	}
	sealed, err := r.in.store.ReporterName(ctx, r.target.known.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	m, err := crypto.OpenMessage(sealed, identity, r.target.known.ID, 1, crypto.FromName)
	if err != nil {
		return nil, nil
	}
	return m.Fields, nil
}
