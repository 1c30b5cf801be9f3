package form

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/server/guard"
	"hotline/server/intake"
	"hotline/server/respond"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

// PostMessage adds a message of the reporter and shows the conversation.
func (in *Pages) PostMessage(c *fiber.Ctx) error {
	a := &followUp{visit: visit{in: in, c: c, fields: fields{}}}
	a.upload = upload{files: in.files, limits: in.rules.Limits(), cleaning: in.cleaning, begin: a.begin,
		keep: func() bool { return a.fields["keep_metadata"] == "yes" }}
	defer a.close()
	err := readForm(c, in.bodyLimit(), a.fields, &a.upload)
	switch {
	case errors.Is(err, guard.ErrTooLarge):
		_ = a.check() // finds the case, so that the text can be shown again in it
	case err == nil:
		err = a.check()
	}
	if err == nil {
		err = a.store()
	}
	if a.found.ID == "" {
		if err == nil {
			err = store.ErrNotFound
		}
		return a.showEntry(err)
	}
	return a.show(err)
}

// followUp is a message of the reporter on its way into a case.
type followUp struct {
	visit
	upload  upload
	checked bool
	failed  error
	unlock  func()
}

// begin is called before the first file is sealed.
func (a *followUp) begin() (crypto.Recipient, error) {
	if err := a.check(); err != nil || a.refused != nil {
		return nil, errUnwanted // check's error is met again when the form is read
	}
	return a.in.recipientOf(a.c.UserContext(), a.found, a.receipt)
}

// check decides once whether the message is taken, as far as its fields tell.
func (a *followUp) check() error {
	if a.checked {
		return a.failed
	}
	a.checked = true
	if err := a.open(true); errors.Is(err, errRefused) {
		return nil // the case is known, so that the text can be shown again in it
	} else if err != nil {
		a.failed = err
		return err
	}
	errs := validateStatement(a.fields)
	if !a.fields.answersStatement() {
		errs = validateText(a.fields["text"], false)
	}
	if len(errs) > 0 {
		a.refused = &intake.FormError{Status: fiber.StatusUnprocessableEntity, Errors: errs, Form: a.form}
		return nil
	}
	a.unlock, a.failed = a.in.rules.LockNonce(a.c.UserContext(), a.form.Nonce)
	return a.failed
}

func (a *followUp) store() error {
	if a.refused == nil {
		a.refused = a.upload.formError(a.form)
	}
	if a.refused == nil && len(a.upload.sealed) == 0 && !a.fields.answersStatement() {
		if errs := validateText(a.fields["text"], true); len(errs) > 0 {
			a.refused = &intake.FormError{Status: fiber.StatusUnprocessableEntity, Errors: errs, Form: a.form}
		}
	}
	if a.refused != nil {
		return errRefused
	}
	if err := a.upload.sync(); err != nil {
		return err
	}
	use, err := a.use()
	if err != nil || use == nil {
		return err
	}
	text, _ := a.fields.written()
	err = a.in.addMessage(a.c.UserContext(), a.found, a.receipt, crypto.Message{
		On: string(a.in.rules.Today()), Language: respond.Lang(a.c.Context()),
		Text: text, Fields: statementFields(a.fields.statement()), Files: a.upload.described(),
	}, a.upload.rows, *use)
	a.upload.complete(err)
	if errors.Is(err, store.ErrExists) {
		return nil
	}
	return err
}

// use is the trace of this form; nil if the very same was stored before.
func (a *followUp) use() (*store.FormUse, error) {
	mac := a.form.Key.Content()
	text, _ := a.fields.written()
	writeContent(mac, "text", text)
	if said := a.fields.statement(); said != "" {
		writeContent(mac, "statement", string(said))
	}
	for _, f := range a.upload.described() {
		writeContent(mac, f.Name, f.SHA256)
	}
	use := &store.FormUse{Nonce: a.form.Nonce.Hash(), Content: mac.Sum(nil), Day: a.form.Day}
	id, contents, err := a.in.store.FormUses(a.c.UserContext(), use.Nonce)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return use, nil
	case err != nil:
		return nil, err
	case id != a.found.ID:
		return nil, respond.ErrMalformed // a form of another case
	case slices.ContainsFunc(contents, func(c []byte) bool { return string(c) == string(use.Content) }):
		return nil, nil
	}
	return use, nil
}

// show shows the conversation with what became of the message.
func (a *followUp) show(err error) error {
	p := view.Conversation{}
	status := fiber.StatusOK
	if errors.Is(err, store.ErrMoved) {
		a.refused, err = a.statementError(), errRefused
	}
	if err != nil && !errors.Is(err, errRefused) {
		if a.refused = a.in.formErrorOf(err, a.form); a.refused == nil {
			return err
		}
	}
	if a.refused != nil {
		status, p.Notice, p.Errors = a.refused.Status, a.refused.Notice, a.refused.Errors
		p.Text = a.fields["text"]
		p.LostFiles, p.FilesLost = a.upload.names, len(a.upload.names) > 0
		if p.Notice == "" && p.FilesLost {
			p.Notice = "notice.files-again"
		}
	} else {
		p.Added = true
		a.forgetSent(&p)
		if a.found, err = a.in.store.Case(a.c.UserContext(), a.found.ID); err != nil {
			return err
		}
	}
	return a.showConversation(status, p)
}

func (a *followUp) close() {
	a.upload.discard()
	if a.unlock != nil {
		a.unlock()
	}
}

// forgetSent leaves in the form what was typed there and not sent.
func (a *followUp) forgetSent(p *view.Conversation) {
	if _, field := a.fields.written(); field == "correction" {
		p.Text = a.fields["text"]
	}
	if a.fields.answersStatement() {
		delete(a.fields, "correction")
		delete(a.fields, "statement")
	}
}

// showConversation fills in the case and opens its messages in memory with the
// identity that the receipt gives.
func (v *visit) showConversation(status int, p view.Conversation) error {
	ctx := v.c.UserContext()
	var err error
	if p.Messages, err = v.messages(ctx); err != nil {
		return err
	}
	if p.Statement, err = v.statementOf(ctx, p.Errors); err != nil {
		return err
	}
	if !p.Statement.Open() && p.Statement.Text != "" { // what was typed for it has no other place any more
		p.Text = strings.TrimSpace(p.Text + "\n\n" + p.Statement.Text)
	}
	if p.Token, err = v.in.forms.Sign(ctx, v.servedForm()); err != nil {
		return err
	}
	p.Receipt, p.Limits = v.receipt.String(), v.in.rules.Limits()
	p.State, p.Outcome, p.Queue, p.Dates = v.found.State, v.found.Outcome, v.found.Queue, v.in.rules.Dates(v.found)
	p.Failed = status >= fiber.StatusBadRequest
	return v.in.answers.Send(v.c, status, "conversation", p)
}

// messages opens what was written, and says what happened in between.
func (v *visit) messages(ctx context.Context) ([]view.Message, error) {
	identity, err := v.receipt.Identity()
	if err != nil {
		return nil, err
	}
	rows, err := v.in.store.Messages(ctx, v.found.ID)
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(rows, func(m store.Message) bool { return m.From == casework.FromNote })
	transfers, err := v.in.rules.Transfers(ctx, v.found.ID, rows)
	if err != nil {
		return nil, err
	}
	var all []view.Message
	var seqs []int
	for _, row := range rows {
		m := shown(row, identity, v.found.ID)
		if row.From == casework.FromReport {
			if err := v.in.showName(ctx, &m, identity, v.found.ID); err != nil {
				return nil, err
			}
		}
		all, seqs = append(all, m), append(seqs, row.Seq)
	}
	return entries(all, seqs, transfers), nil
}

// shownFields are the answers that a message can hold, in the order shown: those
// of the form, and before and after them what no reporter types there.
var shownFields = func() []string {
	names := []string{"channel", "reference"}
	for _, a := range answers(view.ReportValues{}) {
		names = append(names, a.field)
	}
	return append(names, "statement")
}()

// shown opens one message. What cannot be opened, or stands in the wrong place,
// is never shown as text.
func shown(row store.Message, identity crypto.Identity, caseID string) view.Message {
	out := view.Message{From: row.From, On: string(row.On)}
	m, err := crypto.OpenMessage(row.Sealed, identity, caseID, row.Seq, string(row.From))
	if err != nil {
		out.Broken = true
		return out
	}
	out.Text, out.Files = m.Text, fileLines(m.Files)
	if row.From == casework.FromDesk {
		for i, f := range m.Files {
			out.Files[i].ID = f.ID
		}
	}
	for _, name := range shownFields {
		if value := m.Fields[name]; value != "" {
			out.Fields = append(out.Fields, view.Field{Label: name, Value: value})
		}
	}
	return out
}
