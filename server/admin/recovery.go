package admin

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/server/respond"
	"hotline/server/session"
	"hotline/server/view"
)

// GetRecovery shows to which identity in the safe cases are sealed as well.
func (a *Admin) GetRecovery(c *fiber.Ctx, s session.Session) error {
	p, err := a.recovery(c, s)
	if err != nil {
		return err
	}
	p.Saved = c.Query("saved") == "1"
	p.Remove = c.Query("remove") == "1" && len(p.Fingerprint) > 0
	return a.answers.Send(c, fiber.StatusOK, "desk-recovery", p)
}

func (a *Admin) recovery(c *fiber.Ctx, s session.Session) (view.Recovery, error) {
	p := view.Recovery{Desk: s.Frame()}
	holds, err := a.store.RecoveryRecipient(c.UserContext())
	if err != nil || holds == "" {
		return p, err
	}
	recipient, err := crypto.ParseRecipient(holds)
	if err != nil {
		return p, err
	}
	const group = 4
	for sum := crypto.Fingerprint(recipient); sum != ""; sum = sum[group:] {
		p.Fingerprint = append(p.Fingerprint, sum[:group])
	}
	return p, nil
}

// PostRecovery takes a recovery recipient, in the place of the one before.
func (a *Admin) PostRecovery(c *fiber.Ctx, s session.Session, fields url.Values) error {
	pasted := strings.Join(strings.Fields(fields.Get("recipient")), "") // mail programs break long lines
	if wrong := recipientFault(pasted); wrong != "" {
		p, err := a.recovery(c, s)
		if err != nil {
			return err
		}
		if p.Recipient = pasted; wrong == secretPasted {
			p.Recipient = "" // it is not shown again
		}
		p.Errors = []view.FieldError{{Field: "recipient", Key: wrong}}
		return a.answers.Send(c, fiber.StatusUnprocessableEntity, "desk-recovery", p)
	}
	return a.setRecovery(c, s, pasted)
}

// PostRemoveRecovery takes it away.
func (a *Admin) PostRemoveRecovery(c *fiber.Ctx, s session.Session, _ url.Values) error {
	return a.setRecovery(c, s, "")
}

func (a *Admin) setRecovery(c *fiber.Ctx, s session.Session, recipient string) error {
	if err := a.store.SetRecovery(c.UserContext(), s.Handler.ID, recipient); err != nil {
		return err
	}
	return c.Redirect("/"+respond.Lang(c.Context())+"/desk/admin/recovery?saved=1", fiber.StatusSeeOther)
}

// secretPasted is what is wrong with an identity where its recipient belongs.
const secretPasted = "recovery.recipient.secret"

// recipientFault says what is wrong with a recipient, "" nothing.
func recipientFault(pasted string) string {
	_, err := crypto.ParseRecipient(pasted)
	lower := strings.ToLower(pasted)
	switch {
	case err == nil:
		return ""
	case strings.Contains(lower, "age-secret-key-"):
		return secretPasted
	case strings.HasPrefix(lower, "age1pq1"):
		return "recovery.recipient.damaged"
	case strings.HasPrefix(lower, "age1"):
		return "recovery.recipient.classic"
	}
	return "recovery.recipient.wrong"
}
