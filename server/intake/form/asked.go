package form

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
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

// shortNumber is how many characters of a case's id are its number on pages.
const shortNumber = 8

// answering is an answer to what the page of a case asks, on its way into the case. With
// a yes to the question whether somebody is treated badly a case of its own comes first:
// it reaches people who do not read this one, and its receipt must not be lost.
type answering struct {
	visit
	report *report // the case of its own, once it is stored
	nobody bool    // nobody could read it
	unlock func()
}

// PostAnswer takes an answer to what the page of a case asks.
func (in *Pages) PostAnswer(c *fiber.Ctx) error {
	ctx := c.UserContext()
	f, err := readWithoutFiles(c)
	a := &answering{visit: in.visit(c, f)}
	defer a.close()
	switch {
	case errors.Is(err, guard.ErrTooLarge):
		_ = a.open(ctx, true) // finds the case, so that what was typed can be shown again in it
	case err == nil:
		err = a.take(ctx)
	}
	switch {
	case a.found.ID == "" && err == nil:
		return a.showEntry(c, store.ErrNotFound)
	case a.found.ID == "":
		return a.showEntry(c, err)
	case a.report != nil:
		return a.showReceipt(c, err)
	}
	return a.show(c, err)
}

func (a *answering) take(ctx context.Context) (err error) {
	if err := a.open(ctx, true); err != nil {
		return err
	}
	if a.unlock, err = a.in.rules.LockNonce(ctx, a.form.Nonce); err != nil {
		return err
	}
	switch a.fields["answer"] {
	case "satisfied":
		return a.takeSatisfied(ctx)
	case "watch":
		return a.takeWatch(ctx)
	}
	return respond.ErrMalformed
}

func (a *answering) takeSatisfied(ctx context.Context) error {
	said, remark := a.fields["satisfied"], a.fields["remark"]
	if err := a.check("satisfied", "remark", false); err != nil {
		return err
	}
	return a.add(ctx, map[string]string{"satisfied": said}, remark, casework.Asked)
}

func (a *answering) takeWatch(ctx context.Context) error {
	if !slices.Contains(view.WatchMonths(), a.fields["watch"]) {
		return respond.ErrMalformed
	}
	happened := a.fields["happened"] == "yes"
	if err := a.check("happened", "account", happened); err != nil {
		return err
	}
	said := map[string]string{"watch": a.fields["watch"], "happened": a.fields["happened"]}
	kind := casework.Asked
	if happened {
		switch err := a.openCase(ctx); {
		case a.nobody:
			kind = "" // somebody has to act on it, and there is nobody else
		case err != nil:
			return err
		}
	}
	return a.add(ctx, said, a.fields["account"], kind)
}

// check looks at a choice and the text beside it.
func (a *answering) check(choice, text string, required bool) error {
	if !slices.Contains(view.YesOrNo, a.fields[choice]) {
		return fieldErrors(fiber.StatusUnprocessableEntity, []view.FieldError{{Field: choice, Key: "error.choice"}})
	}
	errs := validateText(a.fields[text], required)
	for i := range errs {
		errs[i].Field = text
	}
	return fieldErrors(fiber.StatusUnprocessableEntity, errs)
}

// openCase opens the case of its own, or finds it. It has a form of its own and so a
// nonce, a receipt and a trace that nothing connects with this case.
func (a *answering) openCase(ctx context.Context) error {
	d, err := a.in.rules.Recipients(ctx)
	if err != nil {
		return err
	}
	entity, err := a.aboutEntity(ctx)
	if err != nil {
		return err
	}
	desk, read := d.RetaliationDesk(entity)
	if a.nobody = !read; a.nobody {
		return nil
	}
	submission := submissionOf(a.fields)
	submission.token, submission.earlier = a.fields["report"], a.found.ID[:shortNumber]
	submission.values = view.ReportValues{Category: casework.Retaliation, Entity: entity, Desk: string(desk), Text: a.fields["account"], NotFor: a.fields["not_for"]}
	r := &report{in: a.in, lang: a.lang, submission: submission}
	r.upload = upload{files: a.in.files, limits: a.in.rules.Limits(), cleaning: a.in.cleaning}
	if err := a.admit(ctx, r); err != nil {
		return err
	}
	if err := r.aim(ctx); err != nil {
		r.close()
		return err
	}
	if r.target.exists() {
		err = r.repeat(ctx)
	} else {
		err = r.store(ctx)
	}
	if err != nil {
		r.close()
		return err
	}
	a.report = r
	return nil
}

// admit asks what every report is asked, unless this one is stored already.
func (a *answering) admit(ctx context.Context, r *report) (err error) {
	if r.form, err = a.in.forms.Check(ctx, r.submission.token); err == nil {
		if _, _, err := a.in.store.FormUses(ctx, r.form.Nonce.Hash()); err == nil {
			return nil
		}
	}
	r.form, err = a.in.rules.CheckForm(ctx, r.submission.token, r.submission.website, a.from, guard.ForReport)
	var why *intake.FormError
	if errors.As(err, &why) && !why.Form.Issued.IsZero() {
		if a.nextReport, err = a.in.forms.Sign(ctx, why.Form); err != nil {
			return err
		}
		return &intake.FormError{Status: why.Status, Notice: why.Notice}
	}
	return err
}

// aboutEntity is the company or site that the case is about, as its reporter chose it.
func (v *visit) aboutEntity(ctx context.Context) (string, error) {
	identity, err := v.receipt.Identity()
	if err != nil {
		return "", err
	}
	first, err := v.in.store.Message(ctx, v.found.ID, 1)
	if err != nil {
		return "", err
	}
	m, err := crypto.OpenMessage(first.Sealed, identity, v.found.ID, 1, string(casework.FromReport))
	if chosen := view.EntityIn(m.Fields["entity"]); err == nil && m.Fields["entity"] != "" && v.in.settings.Organization().Entities.Known(chosen) {
		return chosen, nil
	}
	return v.found.Entity, nil
}

// add stores the answer in the case. The same form with the same answer changes nothing.
func (a *answering) add(ctx context.Context, said map[string]string, text string, kind casework.MessageKind) error {
	mac := a.form.Key.Content()
	for _, name := range []string{"watch", "happened", "satisfied"} {
		writeContent(mac, name, said[name])
	}
	writeContent(mac, "text", text)
	use, err := a.useOf(ctx, mac.Sum(nil))
	if err != nil || use == nil {
		return err
	}
	if err := a.in.rules.AdmitMessage(a.found.ID, a.form); err != nil {
		return err
	}
	message := crypto.Message{On: string(a.in.rules.TodayAt(a.found.Entity)), Language: a.lang, Text: text, Fields: said}
	none := func(int) []store.File { return nil }
	err = a.in.addMessage(ctx, a.found, a.receipt, further{message: message, kind: kind, files: none, use: *use})
	if errors.Is(err, store.ErrExists) {
		return nil
	}
	return err
}

// show shows the conversation with what became of the answer.
func (a *answering) show(c *fiber.Ctx, err error) error {
	p := view.Conversation{Text: a.fields["text"], LostFiles: a.fields.fileNames(), FilesLost: a.fields["files"] != ""}
	if err == nil {
		p.Added = true
		if a.nobody {
			p.Added, p.Notice = false, "watch.nobody"
		}
		a.forget()
		if a.found, err = a.in.store.Case(c.UserContext(), a.found.ID); err != nil {
			return err
		}
		return a.showConversation(c, fiber.StatusOK, p, nil)
	}
	why := a.in.formErrorOf(err)
	if why == nil {
		return err
	}
	p.Notice, p.Errors = why.Notice, why.Errors
	return a.showConversation(c, why.Status, p, why)
}

// forget leaves in the form what was typed there and not sent.
func (a *answering) forget() {
	sent := []string{"happened", "account", "not_for", "report"}
	if a.fields["answer"] == "satisfied" {
		sent = []string{"satisfied", "remark"}
	}
	for _, name := range sent {
		delete(a.fields, name)
	}
}

// showReceipt shows the receipt of the case that was opened, whatever became of the
// answer to the first one: with err the page has a form that completes it.
func (a *answering) showReceipt(c *fiber.Ctx, err error) error {
	p := a.report.receiptPage()
	why := a.in.formErrorOf(err)
	switch {
	case err == nil:
		p.Beside.State = view.BesideStored
	case errors.Is(err, casework.ErrFull):
		p.Beside.State = view.BesideFull
	default:
		p.Beside = view.Beside{State: view.BesideUnsent, Report: a.fields["report"], Receipt: a.receipt.String(),
			Watch: a.fields["watch"], Account: a.fields["account"], NotFor: a.fields["not_for"]}
		if p.Beside.Form, err = a.nextToken(c.UserContext(), orNoError(why)); err != nil {
			return err
		}
	}
	return a.in.answers.Send(c, fiber.StatusCreated, "receipt", p)
}

// orNoError is a form error; without one, one that names no other form.
func orNoError(why *intake.FormError) *intake.FormError {
	if why == nil {
		return &intake.FormError{}
	}
	return why
}

func (a *answering) close() {
	if a.report != nil {
		a.report.close()
	}
	if a.unlock != nil {
		a.unlock()
	}
}

// asksIn is what the page asks, with what messages say was answered.
func (v *visit) asksIn(messages []view.Message) view.Asks {
	now := v.in.rules.Asks(v.found)
	asks := view.Asks{Watch: now.Watch, Closing: now.Satisfied}
	for _, m := range messages {
		said := map[string]string{}
		for _, f := range m.Fields {
			said[f.Label] = f.Value
		}
		switch {
		case m.From != casework.FromReporter:
		case said["watch"] != "" && said["watch"] == strconv.Itoa(now.Watch):
			asks.Told = view.AskedTold{Answer: said["happened"], On: m.On}
		case said["satisfied"] != "" && m.On >= string(v.found.Closed):
			asks.Said = view.AskedTold{Answer: said["satisfied"], On: m.On}
		}
	}
	return asks
}

// fillAsks puts into the questions what was typed there; what has no place any more goes
// into the message.
func (v *visit) fillAsks(ctx context.Context, p *view.Conversation) (err error) {
	asks := &p.Asks
	if p.Unshown { // what was answered is not known
		now := v.in.rules.Asks(v.found)
		asks.Watch, asks.Closing = now.Watch, now.Satisfied
	}
	asks.Errors = p.Errors
	asks.Happened, asks.Account, asks.NotFor = v.fields["happened"], v.fields["account"], v.fields["not_for"]
	asks.Satisfied, asks.Remark = v.fields["satisfied"], v.fields["remark"]
	if !asks.WatchOpen() {
		p.Text = strings.TrimSpace(p.Text + "\n\n" + asks.Account)
	}
	if !asks.ClosingOpen() {
		p.Text = strings.TrimSpace(p.Text + "\n\n" + asks.Remark)
	}
	if !asks.WatchOpen() {
		return nil
	}
	entity, err := v.aboutEntity(ctx)
	if err != nil {
		return err
	}
	asks.Excludable = v.in.rules.RecipientsShown(ctx).Excludable(entity, v.lang)
	if asks.Report = cmp.Or(v.nextReport, v.fields["report"]); asks.Report == "" {
		asks.Report, err = v.in.forms.Sign(ctx, v.in.forms.New())
	}
	return err
}
