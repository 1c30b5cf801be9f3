package form

import (
	"errors"
	"io"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/server/guard"
	"hotline/server/intake"
	"hotline/server/respond"
	"hotline/server/view"
	"hotline/store"
)

// GetFollowUp asks for the receipt.
func (in *Pages) GetFollowUp(c *fiber.Ctx) error {
	token, err := in.forms.Sign(c.UserContext(), in.forms.New())
	if err != nil {
		return err
	}
	return in.answers.SendPublic(c, "follow-up", view.FollowUpEntry{Token: token, Limits: in.rules.Limits()})
}

// PostFollowUp shows the case of a receipt.
func (in *Pages) PostFollowUp(c *fiber.Ctx) error {
	v := &visit{in: in, c: c, fields: fields{}}
	if err := readForm(c, fieldsSize, v.fields, dropFiles{}); err != nil {
		return err
	}
	err := v.open(v.fields["text"]+v.fields["correction"]+v.fields["files"] != "")
	if err != nil && !(errors.Is(err, errRefused) && v.found.ID != "") {
		return v.showEntry(err)
	}
	status, p := fiber.StatusOK, view.Conversation{Text: v.fields["text"], LostFiles: v.fields.fileNames(), FilesLost: v.fields["files"] != ""}
	if p.FilesLost {
		p.Notice = "notice.files-again"
	}
	if err != nil {
		status, p.Notice = v.refused.Status, v.refused.Notice
	}
	return v.showConversation(status, p)
}

// visit is one request of a reporter who shows their receipt.
type visit struct {
	in      *Pages
	c       *fiber.Ctx
	fields  fields
	form    guard.Form
	refused *intake.FormError
	receipt crypto.Receipt
	found   store.Case
}

// open checks form and receipt and finds the case: errRefused, one of the
// receipt errors, or store.ErrNotFound. written says that the form holds what
// only the case's page can show again; else a refused form looks nothing up.
func (v *visit) open(written bool) error {
	ctx := v.c.UserContext()
	var err error
	if v.form, v.refused, err = v.in.rules.CheckForm(ctx, v.fields["form"], v.fields["website"], v.c.Context().RemoteAddr(), intake.ForLookup); err != nil {
		return err
	}
	if v.receipt, err = crypto.ParseReceipt(v.fields["receipt"]); err != nil {
		return err
	}
	if v.refused != nil && !written {
		return errRefused
	}
	v.found, err = v.in.store.CaseByLookup(ctx, v.receipt.Lookup().Hash())
	if v.refused != nil && (err == nil || errors.Is(err, store.ErrNotFound)) {
		return errRefused
	}
	return err
}

// errRefused says that visit.refused tells why.
var errRefused = errors.New("form: form is shown again")

// showEntry asks for the receipt again. For a receipt that no case has the page
// is the same whether there never was one or it was deleted.
func (v *visit) showEntry(why error) error {
	status := fiber.StatusUnprocessableEntity
	p := view.FollowUpEntry{Receipt: v.fields["receipt"], Limits: v.in.rules.Limits()}
	receiptError := func(key string) {
		p.Errors = []view.FieldError{{Field: "receipt", Key: key}}
	}
	switch {
	case v.fields["switch"] != "" && v.fields["receipt"] == "":
		status = fiber.StatusOK
	case errors.Is(why, crypto.ErrReceiptLength) && v.fields["receipt"] == "":
		receiptError("error.receipt-missing")
	case errors.Is(why, crypto.ErrReceiptLength):
		receiptError("error.receipt-length")
	case errors.Is(why, crypto.ErrReceiptCharacter):
		receiptError("error.receipt-character")
	case errors.Is(why, crypto.ErrReceiptCheck):
		receiptError("error.receipt-check")
	case errors.Is(why, store.ErrNotFound):
		status, p.Unknown = fiber.StatusNotFound, true
	case errors.Is(why, errRefused):
		status, p.Notice = v.refused.Status, v.refused.Notice
	default:
		r := v.in.formErrorOf(why, v.form)
		if r == nil {
			return why
		}
		status, p.Notice = r.Status, r.Notice
	}
	var err error
	if p.Token, err = v.in.forms.Sign(v.c.UserContext(), v.servedForm()); err != nil {
		return err
	}
	p.Failed = status >= fiber.StatusBadRequest
	return v.in.answers.Send(v.c, status, "follow-up", p)
}

// servedForm is the form that the next page carries: one that waits keeps
// waiting, any other is new.
func (v *visit) servedForm() guard.Form {
	if v.refused != nil {
		return v.refused.Form
	}
	form := v.in.forms.New()
	form.Again = true // the person has shown patience enough
	return form
}

// dropFiles takes no files: a language switch on a page with files sends none.
type dropFiles struct{}

func (dropFiles) take(string, string, io.Reader) error { return respond.ErrMalformed }
