package form

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/server/guard"
	"hotline/server/intake"
	"hotline/server/respond"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

// followUp is a message of the reporter on its way into a case.
type followUp struct {
	visit
	upload upload
	unlock func()

	statementOf int // the number of the message that it answers as a statement; 0: none
}

// PostMessage adds a message of the reporter and shows the conversation.
func (in *Pages) PostMessage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	incoming, err := readFields(c, in.bodyLimit())
	a := &followUp{visit: in.visit(c, incoming.fields)}
	defer a.close()
	switch {
	case errors.Is(err, guard.ErrTooLarge):
		_ = a.check(ctx) // finds the case, so that the text can be shown again in it
	case err == nil:
		err = a.take(ctx, incoming)
	}
	if a.found.ID == "" {
		if err == nil {
			err = store.ErrNotFound
		}
		return a.showEntry(c, err)
	}
	return a.show(c, err)
}

// take checks the form, seals its files as they arrive, seals the text, and stores
// both in one commit. The same form a second time changes nothing.
func (a *followUp) take(ctx context.Context, incoming *incomingForm) (err error) {
	a.upload = upload{files: a.in.files, limits: a.in.rules.Limits(), cleaning: a.in.cleaning, conn: incoming.conn, keep: a.fields["keep_metadata"] == "yes"}
	checked := a.check(ctx)
	if checked == nil && incoming.file != nil {
		if a.upload.to, err = a.in.recipientOf(ctx, a.found, a.receipt); err != nil {
			return err
		}
	}
	if err := incoming.readFiles(&a.upload); err != nil {
		return err
	}
	if checked != nil {
		return checked
	}
	if err := a.upload.fault(); err != nil {
		return err
	}
	if len(a.upload.sealed) == 0 && !a.fields.answersStatement() && !a.fields.asksMeeting() {
		if err := fieldErrors(fiber.StatusUnprocessableEntity, validateText(a.fields["text"], true)); err != nil {
			return err
		}
	}
	if err := a.upload.sync(); err != nil {
		return err
	}
	return a.store(ctx)
}

// check decides whether the message is taken, as far as its fields tell.
func (a *followUp) check(ctx context.Context) (err error) {
	if err := a.open(ctx, true); err != nil {
		return err
	}
	if err := a.findStatement(ctx); err != nil {
		return err
	}
	errs := validateStatement(a.fields)
	if !a.fields.answersStatement() {
		errs = validateText(a.fields["text"], false)
	}
	if err := fieldErrors(fiber.StatusUnprocessableEntity, errs); err != nil {
		return err
	}
	if a.unlock, err = a.in.rules.LockNonce(ctx, a.form.Nonce); err != nil {
		return err
	}
	return a.room(ctx)
}

// room says, before any file is read, whether the case takes no more. A form that was sent
// before may be the very same, and the store looks once more.
func (a *followUp) room(ctx context.Context) error {
	if _, _, err := a.in.store.FormUses(ctx, a.form.Nonce.Hash()); !errors.Is(err, store.ErrNotFound) || a.fields.answersStatement() {
		return nil
	}
	written, err := a.in.store.Written(ctx, a.found.ID, true)
	if err != nil {
		return err
	}
	return casework.ReporterBound.Check(written, 0)
}

func (a *followUp) store(ctx context.Context) error {
	use, err := a.use(ctx)
	if err != nil || use == nil {
		return err
	}
	if err := a.in.rules.AdmitMessage(a.found.ID, a.form); err != nil {
		return err
	}
	text, _ := a.fields.written()
	message := crypto.Message{
		On: string(a.in.rules.TodayAt(a.found.Entity)), Language: a.lang,
		Text: text, Fields: a.sealedBesides(), Files: a.upload.described(),
	}
	err = a.in.addMessage(ctx, a.found, a.receipt, further{message: message, files: a.upload.rows, use: *use})
	a.upload.complete(err)
	switch {
	case errors.Is(err, store.ErrExists):
		return nil
	case errors.Is(err, store.ErrStatementAnswered):
		return &intake.FormError{Status: fiber.StatusConflict, Notice: "notice.statement-answered"}
	}
	return err
}

// use is the trace of this form; nil if the very same was stored before.
func (a *followUp) use(ctx context.Context) (*store.FormUse, error) {
	mac := a.form.Key.Content()
	text, _ := a.fields.written()
	writeContent(mac, "text", text)
	for _, field := range besides {
		if said := a.sealedBesides()[field]; said != "" {
			writeContent(mac, field, said)
		}
	}
	for _, f := range a.upload.described() {
		writeContent(mac, f.Name, f.SHA256)
	}
	return a.useOf(ctx, mac.Sum(nil))
}

// useOf is use for a content.
func (v *visit) useOf(ctx context.Context, content []byte) (*store.FormUse, error) {
	use := &store.FormUse{Nonce: v.form.Nonce.Hash(), Content: content, Day: v.form.Day}
	id, contents, err := v.in.store.FormUses(ctx, use.Nonce)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return use, nil
	case err != nil:
		return nil, err
	case id != v.found.ID:
		return nil, respond.ErrMalformed // a form of another case
	case slices.ContainsFunc(contents, func(c []byte) bool { return string(c) == string(use.Content) }):
		return nil, nil
	}
	return use, nil
}

// show shows the conversation with what became of the message.
func (a *followUp) show(c *fiber.Ctx, err error) error {
	if err == nil {
		p := view.Conversation{Added: true}
		a.forgetSent(&p)
		if a.found, err = a.in.store.Case(c.UserContext(), a.found.ID); err != nil {
			return err
		}
		return a.showConversation(c, fiber.StatusOK, p, nil)
	}
	why := a.in.formErrorOf(err)
	if why == nil {
		return err
	}
	p := view.Conversation{Notice: why.Notice, Errors: why.Errors, Text: a.fields["text"], LostFiles: a.upload.names, FilesLost: len(a.upload.names) > 0}
	if p.Notice == "" && p.FilesLost {
		p.Notice = "notice.files-again"
	}
	return a.showConversation(c, why.Status, p, why)
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
	} else {
		delete(a.fields, "meeting")
	}
	if a.fields.answersStatement() {
		delete(a.fields, "correction")
		delete(a.fields, "statement")
	}
}

// showConversation fills in the case and opens a page of its messages in memory with the
// identity that the receipt gives. why is the form error that the page tells of, nil
// for none. A large page waits for its place; where that takes too long the page comes
// without the messages, with all that was typed.
func (v *visit) showConversation(c *fiber.Ctx, status int, p view.Conversation, why *intake.FormError) error {
	read, err := v.in.store.CasePage(c.UserContext(), v.found.ID, store.ReportersPart, v.before)
	if err != nil {
		return err
	}
	place, err := respond.TakePlace(c, v.in.large, v.found.ID, store.SizeOf(read.All()))
	switch {
	case errors.Is(err, guard.ErrNoPlace):
		status, p.Unshown, read = fiber.StatusServiceUnavailable, true, store.CasePage{}
	case err != nil:
		return err
	}
	if err := v.sendConversation(c, status, p, why, read); err != nil {
		place.Free()
		return err
	}
	respond.Hold(c, place)
	return nil
}

func (v *visit) sendConversation(c *fiber.Ctx, status int, p view.Conversation, why *intake.FormError, read store.CasePage) (err error) {
	ctx := c.UserContext()
	if p.Statement, err = v.statementOf(ctx, p.Errors); err != nil {
		return err
	}
	p.Meeting = v.meeting()
	if err = v.fillMessages(ctx, &p, read); err != nil {
		return err
	}
	if !p.Statement.Open() && p.Statement.Text != "" { // what was typed for it has no other place any more
		p.Text = strings.TrimSpace(p.Text + "\n\n" + p.Statement.Text)
	}
	if p.Token, err = v.nextToken(ctx, why); err != nil {
		return err
	}
	written, err := v.in.store.Written(ctx, v.found.ID, true)
	if err != nil {
		return err
	}
	p.ID, p.Full, p.FilesFull = v.found.ID, casework.ReporterBound.Full(written), casework.ReporterBound.FilesFull(written)
	if p.Notice == "notice.files-again" && (p.Full || p.FilesFull) {
		p.Notice = "" // they are not taken here
	}
	p.Receipt, p.Limits = v.receipt.String(), v.in.rules.Limits()
	p.State, p.Outcome, p.Branch, p.Dates = v.found.State, v.found.Outcome, v.found.Branch, v.in.rules.Dates(v.found)
	p.Failed = status >= fiber.StatusBadRequest
	if err := v.fillAsks(ctx, &p); err != nil {
		return err
	}
	return v.in.answers.Send(c, status, "conversation", p)
}

// kindIn is the kind that the reporter chose last, in messages that stand in order.
func kindIn(messages []view.Message) string {
	for _, m := range slices.Backward(messages) {
		if m.From != casework.FromReport && m.From != casework.FromReporter {
			continue
		}
		for _, f := range m.Fields {
			if f.Label == "kind" {
				return f.Value
			}
		}
	}
	return casework.KindReport
}

// fillMessages opens a page of what was written, and says what happened in between.
func (v *visit) fillMessages(ctx context.Context, p *view.Conversation, read store.CasePage) error {
	identity, err := v.receipt.Identity()
	if err != nil {
		return err
	}
	transfers, err := v.in.rules.Transfers(ctx, v.found)
	if err != nil {
		return err
	}
	if p.Before, p.Earlier = v.before, read.Earlier; v.before > 0 {
		p.HasNewer = true
		if p.Newer, err = v.in.store.PageAfter(ctx, v.found.ID, read.Last()); err != nil {
			return err
		}
	}
	head, err := v.shownAll(ctx, read.Head, identity)
	if err != nil {
		return err
	}
	shown, err := v.shownAll(ctx, read.Messages, identity)
	if err != nil {
		return err
	}
	p.Kind = cmp.Or(v.found.Kind, kindIn(append(head, shown...)))
	p.Asks = v.asksIn(append(head, shown...))
	p.Messages = entries(shown, read.Messages, transfers)
	for i, row := range read.Head {
		if p.Statement.Open() && row.Seq == p.Statement.Seq {
			p.Messages = append(p.Messages, head[i]) // which is to be read before it is answered
		}
	}
	for i, m := range p.Messages {
		p.Messages[i].WrittenDown = m.Seq == cmp.Or(p.Statement.Seq, 1)
	}
	return nil
}

// shownAll opens messages, and with the report what was sealed apart from it.
func (v *visit) shownAll(ctx context.Context, heads []store.MessageHead, identity crypto.Identity) (all []view.Message, err error) {
	for row, err := range v.in.store.EachMessage(ctx, v.found.ID, heads) {
		if err != nil {
			return nil, err
		}
		m := shown(row, identity, v.found.ID)
		if row.From == casework.FromReport {
			if err := v.in.showName(ctx, &m, identity, v.found.ID); err != nil {
				return nil, err
			}
		}
		all = append(all, m)
	}
	return all, nil
}

// shownFields are the answers that a message can hold, in the order shown: those
// of the form, and before and after them what no reporter types there.
var shownFields = func() []string {
	names := []string{"channel", "reference"}
	for _, a := range answers(view.ReportValues{}) {
		names = append(names, a.field)
	}
	return append(names, "statement", "earlier", "watch", "happened", "satisfied")
}()

// What a page shows of the files of one message, as scripts do (web/src/crypto/bounded.ts):
// more than any form takes.
const (
	mostFiles   = 200
	longestName = 255 // UTF-16 units
)

// shortName cuts a name in the middle. The ending stays: it says what a file claims to be.
func shortName(name string) string {
	units := utf16.Encode([]rune(name))
	if len(units) <= longestName {
		return name
	}
	ending := utf16.Encode([]rune(filepath.Ext(name)))
	if len(ending) < 2 || len(ending) > 16 {
		ending = nil
	}
	return string(utf16.Decode(units[:longestName-1-len(ending)])) + "…" + string(utf16.Decode(ending))
}

// shown opens one message. What cannot be opened, or stands in the wrong place,
// is never shown as text.
func shown(row store.Message, identity crypto.Identity, caseID string) view.Message {
	out := view.Message{Seq: row.Seq, From: row.From, On: string(row.On)}
	m, err := crypto.OpenMessage(row.Sealed, identity, caseID, row.Seq, string(row.From))
	if err != nil {
		out.Broken = true
		return out
	}
	m.Files = m.Files[:min(len(m.Files), mostFiles)]
	out.Text, out.Files = m.Text, fileLines(m.Files)
	for i, f := range m.Files {
		out.Files[i].Name = shortName(f.Name)
		if row.From == casework.FromDesk {
			out.Files[i].ID = f.ID
		}
	}
	out.AsksMeeting = m.Fields["meeting"] != ""
	for _, name := range shownFields {
		if value := m.Fields[name]; value != "" {
			out.Fields = append(out.Fields, view.Field{Label: name, Value: value})
		}
	}
	return out
}
