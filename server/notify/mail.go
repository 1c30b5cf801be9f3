package notify

import (
	"context"
	"errors"
	"slices"
	"time"

	"hotline/i18n"
	"hotline/server/mail"
	"hotline/server/settings"
	"hotline/store"
	"hotline/store/casework"
)

// Mail tells handlers by mail. It is the same for everybody who reads a language,
// whatever happened and to whom: there is something for you, and the desk's address.
// It does not name the organisation, whose name beside the word "desk" or "report"
// would be on the screen of a locked telephone.
type Mail struct {
	parts MailParts
}

// MailParts are what mail is made and sent with.
type MailParts struct {
	Server    *mail.Server
	Store     *store.Store
	Settings  *settings.Settings
	Texts     *i18n.Catalog
	PublicURL string // without a slash at the end
}

// NewMail returns the sender to handlers.
func NewMail(p MailParts) *Mail { return &Mail{p} }

// Send implements Sender. Whoever does not want to hear of anything by now is told
// nothing, and that is no fault.
func (m *Mail) Send(ctx context.Context, handler string, at time.Time) error {
	to, err := m.parts.Store.MailTo(ctx, handler)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return m.post(ctx, m.message(to, at))
}

// Test sends a mail that says it is a test, in a language; "" the organisation's
// first. An error is a *Fault, or of the context.
func (m *Mail) Test(ctx context.Context, address, language string, at time.Time) error {
	msg := m.message(store.MailTo{Address: address, Language: language}, at)
	msg.Body += "\n" + m.parts.Texts.Texts(m.language(language)).T("mail.test") + "\n"
	return m.post(ctx, msg)
}

func (m *Mail) post(ctx context.Context, msg mail.Message) error {
	err := m.parts.Server.Send(ctx, msg)
	if errors.Is(err, context.DeadlineExceeded) { // a server that is slow at each step reaches the limit of the whole first
		err = &mail.Fault{Code: casework.FaultTimeout, Err: err}
	}
	var f *mail.Fault
	if !errors.As(err, &f) {
		return err
	}
	shared := []string{casework.FaultUnreachable, casework.FaultTimeout, casework.FaultCertificate, casework.FaultNoTLS, casework.FaultLogin}
	return &Fault{Code: f.Code, Shared: slices.Contains(shared, f.Code), Err: f}
}

// message returns the mail that tells somebody.
func (m *Mail) message(to store.MailTo, at time.Time) mail.Message {
	language := m.language(to.Language)
	texts := m.parts.Texts.Texts(language)
	return mail.Message{
		To:      to.Address,
		Subject: texts.T("mail.subject"),
		Body:    texts.T("mail.body") + "\n\n" + m.parts.PublicURL + "/" + language + "/desk/\n\n" + texts.T("mail.why") + "\n",
		Date:    at,
	}
}

// language returns the language that somebody chose, else the first that the
// organisation offers.
func (m *Mail) language(chosen string) string {
	if i18n.Known(chosen) {
		return chosen
	}
	return m.parts.Settings.Languages()[0].Code
}
