package form

import (
	"cmp"
	"context"
	"errors"
	"hash"
	"net"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/server/guard"
	"hotline/server/intake"
	"hotline/server/respond"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

// GetReport shows the form.
func (in *Pages) GetReport(c *fiber.Ctx) error {
	token, err := in.forms.Sign(c.UserContext(), in.forms.New())
	if err != nil {
		return err
	}
	d, at := in.rules.RecipientsShown(c.UserContext()), in.at(c)
	p := in.questions(d, view.ReportForm{Base: view.Base{At: at}, Token: token, Values: view.ReportValues{Entity: at}}, respond.Lang(c.Context()))
	if len(d.Open(at)) == 0 {
		p.Notice = "notice.queue-closed"
	}
	return in.answers.SendPublic(c, "report", p)
}

// questions adds to a form what it asks by who reads reports now, and its limits.
func (in *Pages) questions(d intake.Recipients, p view.ReportForm, lang string) view.ReportForm {
	texts, entity := in.texts.Texts(lang), p.Values.Entity
	p.Limits, p.Recovery = in.rules.Limits(), d.Recovery != ""
	p.Entities, p.Elsewhere = view.EntityChoices(texts, d.Organization, entity)
	p.Desks = view.DeskChoices(texts, d.Organization, d.Desks(entity))
	p.Excludable, p.ExcludableElsewhere = d.Excludable(entity, lang), d.ExcludableElsewhere()
	return p
}

// report is one POST of the form on its way.
type report struct {
	in         *Pages
	lang       string
	submission submission
	form       guard.Form
	target     *target
	upload     upload
}

// PostReport takes a report: 201 and the receipt once everything is durably
// stored; otherwise the form again with everything typed.
func (in *Pages) PostReport(c *fiber.Ctx) error {
	incoming, err := readFields(c, in.bodyLimit())
	r := &report{in: in, lang: respond.Lang(c.Context()), submission: submissionOf(incoming.fields)}
	defer r.close()
	if err == nil {
		err = r.take(c.UserContext(), c.Context().RemoteAddr(), incoming)
	}
	if err != nil {
		return r.show(c, err)
	}
	return r.receipt(c)
}

// take checks the form, seals its files as they arrive, seals the rest, and stores
// all of it in one commit.
func (r *report) take(ctx context.Context, from net.Addr, incoming *incomingForm) error {
	r.upload = upload{files: r.in.files, limits: r.in.rules.Limits(), cleaning: r.in.cleaning, conn: incoming.conn, keep: r.submission.values.KeepMetadata == "yes"}
	checked := r.check(ctx, from)
	switch {
	case checked == nil:
		r.upload.to = r.target.recipient
	case !errors.As(checked, new(*intake.FormError)):
		return checked
	}
	if err := incoming.readFiles(&r.upload); err != nil {
		return err
	}
	if checked != nil {
		return checked
	}
	if err := r.upload.fault(); err != nil {
		return err
	}
	if err := r.upload.sync(); err != nil {
		return err
	}
	if r.target.exists() {
		return r.repeat(ctx)
	}
	return r.store(ctx)
}

// check decides whether the form is taken, and where it goes.
func (r *report) check(ctx context.Context, from net.Addr) (err error) {
	s := r.submission
	if s.switched { // shown in another language, and not judged
		return &intake.FormError{Status: fiber.StatusOK}
	}
	if r.form, err = r.in.rules.CheckForm(ctx, s.token, s.website, from, guard.ForReport); err != nil {
		return err
	}
	if err := fieldErrors(fiber.StatusUnprocessableEntity, r.in.validate(s.values)); err != nil {
		return err
	}
	return r.aim(ctx)
}

// aim finds where the form goes.
func (r *report) aim(ctx context.Context) (err error) {
	if r.target, err = r.in.targetOf(ctx, r.form, r.submission.destination()); err == nil && r.target.exists() {
		err = r.checkRepeat(ctx)
	}
	if formError := r.in.formErrorOf(err); formError != nil {
		return formError
	}
	return err
}

// store seals the report and stores it with its files, in one commit.
func (r *report) store(ctx context.Context) error {
	values, to := r.submission.values, r.submission.destination()
	// Asked now, not when the upload began: meanwhile handlers come, go, and enrol anew.
	d, err := intake.RecipientsOf(ctx, r.in.store)
	if err != nil {
		return err
	}
	branch, readers, err := d.Readers(to)
	if err != nil {
		return err
	}
	fields, name := sealedFields(values, d.ShownAs(to.Excluded, r.lang))
	if r.submission.earlier != "" {
		fields["earlier"] = r.submission.earlier
	}
	r.target.entity = d.Seen(to.Entity)
	n, err := r.target.seal(branch, readers, r.message(fields, r.target.entity), name)
	if err != nil {
		return err
	}
	n.Entity = r.target.entity
	n.Category, n.Received, n.Excluded = values.Category, r.in.rules.TodayAt(n.Entity), to.Excluded
	if n.Category == "" {
		n.Category = intake.CategoryCodes[0]
	}
	n.Files = r.upload.rows(1)
	if values.Danger != "" {
		n.Danger = casework.DangerOpen
	}
	n.Use = r.use()
	err = r.in.store.CreateCase(ctx, n)
	r.upload.complete(err)
	return err
}

// message is what the form says, with the answers that go with it, dated at an entity.
func (r *report) message(fields map[string]string, entity string) crypto.Message {
	return crypto.Message{
		On: string(r.in.rules.TodayAt(entity)), Language: r.lang,
		Text: r.submission.values.Text, Fields: fields, Files: r.upload.described(),
	}
}

// use is the trace that makes a repeat of this form known for 48 hours.
func (r *report) use() store.FormUse {
	mac := r.form.Key.Content()
	for _, a := range append(answers(r.submission.values), answer{field: "text", value: r.submission.values.Text}) {
		writeContent(mac, a.field, a.value)
	}
	for _, f := range r.upload.described() {
		writeContent(mac, f.Name, f.SHA256)
	}
	return store.FormUse{Nonce: r.form.Nonce.Hash(), Content: mac.Sum(nil), Day: r.form.Day}
}

// writeContent adds a name and a value so that no two lists of them agree.
func writeContent(mac hash.Hash, name, value string) {
	for _, s := range []string{name, value} {
		mac.Write([]byte(strconv.Itoa(len(s)) + ":" + s))
	}
}

// receipt shows the receipt, without asking the database again: from the moment
// of the commit nothing may keep it from its owner.
func (r *report) receipt(c *fiber.Ctx) error {
	return r.in.answers.Send(c, fiber.StatusCreated, "receipt", r.receiptPage())
}

func (r *report) receiptPage() view.Receipt {
	stored := r.target.known
	if !r.target.exists() {
		stored = store.Case{Branch: r.target.branch, Entity: r.target.entity, Received: r.in.rules.TodayAt(r.target.entity)}
	}
	return view.Receipt{
		Code:   r.target.receipt.String(),
		Kind:   cmp.Or(r.submission.values.Kind, casework.KindReport),
		Branch: stored.Branch,
		Dates:  r.in.rules.Dates(stored),
		Files:  r.upload.lines(),
	}
}

// currentForm is the form as it came, or a new one if its token is no good.
func (r *report) currentForm(ctx context.Context) guard.Form {
	if r.form.Issued.IsZero() {
		form, err := r.in.forms.Check(ctx, r.submission.token)
		if err != nil {
			form = r.in.forms.New()
		}
		r.form = form
	}
	return r.form
}

// show shows the form again where that is what an error asks for.
func (r *report) show(c *fiber.Ctx, err error) error {
	why := r.in.formErrorOf(err)
	if why == nil {
		return err
	}
	ctx, form := c.UserContext(), why.Form
	if form.Issued.IsZero() {
		form = r.currentForm(ctx)
	}
	token, err := r.in.forms.Sign(ctx, form)
	if err != nil {
		return err
	}
	names := append(r.upload.names, r.submission.fileNames...)
	lost, notice := len(names) > 0, why.Notice
	if notice == "" && lost {
		notice = "notice.files-again"
	}
	d := r.in.rules.RecipientsShown(ctx)
	return r.in.answers.Send(c, why.Status, "report", r.in.questions(d, view.ReportForm{
		Base: view.Base{Failed: why.Status >= fiber.StatusBadRequest, At: r.in.at(c)}, Token: token, Values: r.submission.values, Notice: notice,
		Errors: append(slices.Clone(why.Errors), r.notShown(d, why.Errors)...), FilesLost: lost, LostFiles: names,
	}, r.lang))
}

// notShown tells a person, whatever else is wrong, that somebody whom they chose
// does not stand in the list any more: it must not look as if nobody was chosen.
func (r *report) notShown(d intake.Recipients, told []view.FieldError) []view.FieldError {
	known := func(e view.FieldError) bool { return e.Field == "not_for" }
	gone := func(id string) bool { return d.ByID[id].ShownAs == "" }
	if slices.ContainsFunc(told, known) || !slices.ContainsFunc(r.submission.excluded, gone) {
		return nil
	}
	return []view.FieldError{{Field: "not_for", Key: "error.not-for-changed"}}
}

func (r *report) close() {
	r.upload.discard()
	if r.target != nil {
		r.target.unlock()
	}
}
