package form

import (
	"hash"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/server/guard"
	"hotline/server/intake"
	"hotline/server/respond"
	"hotline/server/view"
	"hotline/store"
)

// GetReport shows the form.
func (in *Pages) GetReport(c *fiber.Ctx) error {
	token, err := in.forms.Sign(c.UserContext(), in.forms.New())
	if err != nil {
		return err
	}
	d := in.rules.DesksShown(c.UserContext())
	p := view.ReportForm{Token: token, Limits: in.rules.Limits(), Excludable: d.Excludable(), Recovery: d.Recovery != ""}
	if len(d.Open()) == 0 {
		p.Notice = "notice.queue-closed"
	}
	return in.answers.SendPublic(c, "report", p)
}

// report is one POST of the form on its way.
type report struct {
	in     *Pages
	c      *fiber.Ctx
	fields fields
	upload upload

	checked bool
	form    guard.Form
	refused *intake.FormError
	target  *target
}

// PostReport takes a report: 201 and the receipt once everything is durably
// stored; otherwise the form again with everything typed.
func (in *Pages) PostReport(c *fiber.Ctx) error {
	r := &report{in: in, c: c, fields: fields{}}
	r.upload = upload{files: in.files, limits: in.rules.Limits(), cleaning: in.cleaning, begin: r.begin,
		keep: func() bool { return r.fields["keep_metadata"] == "yes" }}
	defer r.close()
	err := readForm(c, in.bodyLimit(), r.fields, &r.upload)
	if err == nil && r.fields["switch"] != "" {
		return r.show(r.switched())
	}
	if err == nil {
		err = r.check()
	}
	if err == nil && r.refused == nil {
		r.refused = r.upload.formError(r.form)
	}
	if err == nil && r.refused == nil {
		err = r.store()
	}
	if r.refused == nil && err != nil {
		if r.refused = r.in.formErrorOf(err, r.currentForm()); r.refused == nil {
			return err
		}
	}
	if r.refused != nil {
		return r.show(*r.refused)
	}
	return r.receipt()
}

// begin is called before the first file is sealed, when all fields are known.
func (r *report) begin() (crypto.Recipient, error) {
	if r.fields["switch"] != "" {
		return nil, errUnwanted
	}
	if err := r.check(); err != nil {
		return nil, err
	}
	if r.refused != nil {
		return nil, errUnwanted
	}
	return r.target.recipient, nil
}

// check decides once whether the form is taken, and where it goes.
func (r *report) check() error {
	if r.checked {
		return nil
	}
	r.checked = true
	var err error
	r.form, r.refused, err = r.in.rules.CheckForm(r.c.UserContext(), r.fields["form"], r.fields["website"], r.c.Context().RemoteAddr(), intake.ForReport)
	if err != nil || r.refused != nil {
		return err
	}
	if errs := r.in.validate(valuesOf(r.fields)); len(errs) > 0 {
		r.refused = &intake.FormError{Status: fiber.StatusUnprocessableEntity, Errors: errs, Form: r.form}
		return nil
	}
	r.target, err = r.in.targetOf(r.c.UserContext(), r.form, r.destination())
	if err == nil && r.target.exists() {
		err = r.checkRepeat()
	}
	if refused := r.in.formErrorOf(err, r.form); refused != nil {
		r.refused, err = refused, nil
	}
	return err
}

// destination is what the answers say about who reads the report.
func (r *report) destination() intake.Destination {
	values := valuesOf(r.fields)
	return intake.Destination{Category: values.Category, Subject: values.Subject, Excluded: excludedIn(values)}
}

// store seals the report and stores it with its files, in one commit.
func (r *report) store() error {
	if err := r.upload.sync(); err != nil {
		return err
	}
	if r.target.exists() {
		return r.repeat()
	}
	values, to := valuesOf(r.fields), r.destination()
	// Asked now, not when the upload began: meanwhile handlers come, go, and enrol anew.
	d, err := intake.DesksOf(r.c.UserContext(), r.in.store)
	if err != nil {
		return err
	}
	queue, readers, err := d.Readers(to)
	if err != nil {
		return err
	}
	fields, name := sealedFields(values, d.ShownAs(to.Excluded))
	n, err := r.target.seal(queue, readers, r.message(fields), name)
	if err != nil {
		return err
	}
	n.Category, n.Received, n.Excluded = values.Category, r.in.rules.Today(), to.Excluded
	if n.Category == "" {
		n.Category = intake.CategoryCodes[0]
	}
	n.Files = r.upload.rows(1)
	n.Counters = intake.CountersOf(intake.Counted{
		Language: respond.Lang(r.c.Context()), Relationship: values.Relationship, Country: values.Country, Identity: values.Identity, Category: values.Category,
	})
	n.Use = r.use()
	err = r.in.store.CreateCase(r.c.UserContext(), n)
	r.upload.complete(err)
	return err
}

// message is what the form says, with the answers that go with it.
func (r *report) message(fields map[string]string) crypto.Message {
	return crypto.Message{
		On: string(r.in.rules.Today()), Language: respond.Lang(r.c.Context()),
		Text: r.fields["text"], Fields: fields, Files: r.upload.described(),
	}
}

// use is the trace that makes a repeat of this form known for 48 hours.
func (r *report) use() store.FormUse {
	mac := r.form.Key.Content()
	for _, a := range append(answers(valuesOf(r.fields)), answer{field: "text", value: r.fields["text"]}) {
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
func (r *report) receipt() error {
	stored := r.target.known
	if !r.target.exists() {
		stored = store.Case{Queue: r.target.queue, Received: r.in.rules.Today()}
	}
	return r.in.answers.Send(r.c, fiber.StatusCreated, "receipt", view.Receipt{
		Code:  r.target.receipt.String(),
		Queue: stored.Queue,
		Dates: r.in.rules.Dates(stored),
		Files: r.upload.lines(),
	})
}

// switched shows the form in another language, without judging it.
func (r *report) switched() intake.FormError {
	return intake.FormError{Status: fiber.StatusOK, Form: r.currentForm()}
}

// currentForm is the form as it came, or a new one if its token is no good.
func (r *report) currentForm() guard.Form {
	if r.form.Issued.IsZero() {
		form, err := r.in.forms.Check(r.c.UserContext(), r.fields["form"])
		if err != nil {
			form = r.in.forms.New()
		}
		r.form = form
	}
	return r.form
}

func (r *report) show(why intake.FormError) error {
	token, err := r.in.forms.Sign(r.c.UserContext(), why.Form)
	if err != nil {
		return err
	}
	names := append(r.upload.names, r.fields.fileNames()...)
	lost := len(names) > 0
	if why.Notice == "" && lost {
		why.Notice = "notice.files-again"
	}
	d := r.in.rules.DesksShown(r.c.UserContext())
	return r.in.answers.Send(r.c, why.Status, "report", view.ReportForm{
		Base: view.Base{Failed: why.Status >= fiber.StatusBadRequest}, Token: token, Values: valuesOf(r.fields), Notice: why.Notice,
		Errors: append(why.Errors, r.notShown(d, why.Errors)...), FilesLost: lost, LostFiles: names, Limits: r.in.rules.Limits(),
		Excludable: d.Excludable(), Recovery: d.Recovery != "",
	})
}

// notShown tells a person, whatever else is wrong, that somebody whom they chose
// does not stand in the list any more: it must not look as if nobody was chosen.
func (r *report) notShown(d intake.Desks, told []view.FieldError) []view.FieldError {
	known := func(e view.FieldError) bool { return e.Field == "not_for" }
	gone := func(id string) bool { return d.ByID[id].ShownAs == "" }
	if slices.ContainsFunc(told, known) || !slices.ContainsFunc(excludedIn(valuesOf(r.fields)), gone) {
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
