package form

import (
	"cmp"
	"context"
	"errors"
	"net"
	"strconv"

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
	f, err := readWithoutFiles(c)
	if err != nil {
		return err
	}
	v := in.visit(c, f)
	err = v.open(c.UserContext(), f["text"]+f["correction"]+f["account"]+f["remark"]+f["meeting"]+f["files"] != "")
	var formError *intake.FormError
	if err != nil && !(errors.As(err, &formError) && v.found.ID != "") {
		return v.showEntry(c, err)
	}
	if v.before, err = pageOf(f); err != nil || !v.found.CanAskBefore(v.before) {
		return respond.ErrMalformed
	}
	status, p := fiber.StatusOK, view.Conversation{Text: f["text"], LostFiles: f.fileNames(), FilesLost: f["files"] != ""}
	if p.FilesLost {
		p.Notice = "notice.files-again"
	}
	if formError != nil {
		status, p.Notice = formError.Status, formError.Notice
	}
	return v.showConversation(c, status, p, formError)
}

// pageOf is the page of messages that a form asks for: by one of the buttons of the
// pages, or else the one that it was shown with.
func pageOf(f fields) (before int, err error) {
	if asked := cmp.Or(f["before"], f["shown"]); asked != "" {
		return strconv.Atoi(asked)
	}
	return 0, nil
}

// visit is one request of a reporter who shows their receipt.
type visit struct {
	in      *Pages
	lang    string
	from    net.Addr
	fields  fields
	form    guard.Form
	again   *intake.FormError // what CheckForm said of it
	receipt crypto.Receipt
	found   store.Case
	before  int // the page of messages before one of that number is shown; 0: the newest one

	nextReport string // token of the form of a case of its own, where that is to be sent once more
}

func (in *Pages) visit(c *fiber.Ctx, f fields) visit {
	return visit{in: in, lang: respond.Lang(c.Context()), from: c.Context().RemoteAddr(), fields: f}
}

// open checks form and receipt and finds the case: a form error, one of the
// receipt errors, or store.ErrNotFound. written: the form holds a text. Then the case
// is looked up even after a form error, because only the case's page can show the text
// again, and the rate of messages is what holds. Otherwise a form error looks nothing up.
func (v *visit) open(ctx context.Context, written bool) (err error) {
	v.form, err = v.in.rules.CheckForm(ctx, v.fields["form"], v.fields["website"], v.from, guard.ForLookup)
	if err != nil && !errors.As(err, &v.again) {
		return err
	}
	if v.receipt, err = crypto.ParseReceipt(v.fields["receipt"]); err != nil {
		return err
	}
	if v.again != nil && !written {
		return v.again
	}
	if !written {
		if err := v.in.rules.AdmitLookup(v.receipt.Lookup(), v.form); err != nil {
			return err
		}
	}
	v.found, err = v.in.store.CaseByLookup(ctx, v.receipt.Lookup().Hash())
	if v.again != nil && (err == nil || errors.Is(err, store.ErrNotFound)) {
		return v.again
	}
	return err
}

// showEntry asks for the receipt again. For a receipt that no case has the page
// is the same whether there never was one or it was deleted.
func (v *visit) showEntry(c *fiber.Ctx, why error) error {
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
	default:
		r := v.in.formErrorOf(why)
		if r == nil {
			return why
		}
		status, p.Notice = r.Status, r.Notice
	}
	var err error
	if p.Token, err = v.nextToken(c.UserContext(), v.again); err != nil {
		return err
	}
	p.Failed = status >= fiber.StatusBadRequest
	return v.in.answers.Send(c, status, "follow-up", p)
}

// nextToken is the token of the form that the next page carries: after a form error
// the same, which keeps waiting if it waits; else a new one.
func (v *visit) nextToken(ctx context.Context, why *intake.FormError) (string, error) {
	var form guard.Form
	if why != nil {
		if form = why.Form; form.Issued.IsZero() {
			form = v.form
		}
	}
	if form.Issued.IsZero() {
		form = v.in.forms.New()
		form.Again = true // the person has shown patience enough
	}
	return v.in.forms.Sign(ctx, form)
}
