package admin

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/server/respond"
	"hotline/server/session"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

// GetWebhooks lists the webhooks of what the administrator manages.
func (a *Admin) GetWebhooks(c *fiber.Ctx, s session.Session) error {
	p := view.WebhookList{Values: view.WebhookValues{Kind: casework.WebhookSlack}, Removed: c.Query("removed") == "1"}
	return a.sendWebhooks(c, s, fiber.StatusOK, p)
}

func (a *Admin) sendWebhooks(c *fiber.Ctx, s session.Session, status int, p view.WebhookList) error {
	m, err := a.made(c.UserContext(), s)
	if err != nil {
		return err
	}
	all, err := a.store.Webhooks(c.UserContext())
	if err != nil {
		return err
	}
	failed, err := a.store.FailedDeliveries(c.UserContext())
	if err != nil {
		return err
	}
	p.Desk, p.Entities = s.Frame(), m.choices(m.managed())
	for _, w := range all {
		if m.administers(w.Entity) {
			p.Rows = append(p.Rows, a.webhookRow(w, failed))
		}
	}
	return a.answers.Send(c, status, "desk-webhooks", p)
}

func (a *Admin) webhookRow(w casework.Webhook, failed []store.FailedDelivery) view.WebhookRow {
	r := view.WebhookRow{ID: w.ID, Short: w.ShortID(), Entity: w.Entity, Name: w.Name, Kind: w.Kind, Address: w.Masked(), Off: w.Off}
	for _, f := range failed {
		if f.Target == w.Target() {
			r.Since, r.Fault, r.GivenUp = a.day(f.First.Unix()), knownFault(f.Fault), f.Next.IsZero()
		}
	}
	return r
}

// knownFault returns a code that there are words for.
func knownFault(code string) string {
	if slices.Contains(casework.WebhookFaults, code) {
		return code
	}
	return casework.FaultOther
}

// webhookValues reads a form. Who manages one entity is not asked for it.
func webhookValues(m made, fields url.Values) view.WebhookValues {
	v := view.WebhookValues{Name: oneLine(fields.Get("name")), Kind: fields.Get("kind"), URL: strings.TrimSpace(fields.Get("url"))}
	v.Entity = m.managed()[0]
	if fields.Has("entity") {
		v.Entity = fields.Get("entity")
	}
	return v
}

// checkWebhook says what is wrong with a webhook as it was typed. known: it has an
// address already, which stays where none is typed.
func (a *Admin) checkWebhook(m made, v view.WebhookValues, known bool) (all []view.FieldError) {
	add := func(wrong bool, field, key string, args ...any) {
		if wrong {
			all = append(all, view.FieldError{Field: field, Key: key, Args: args})
		}
	}
	add(v.Name == "", "name", "entity.name.missing")
	add(v.Name != "" && !casework.ValidName(v.Name), "name", "entity.name.wrong")
	add(strings.Contains(v.Name, "://"), "name", "webhooks.name.address")
	add(!m.Entities.Known(v.Entity) || !m.administers(v.Entity), "entity", "people.at.missing")
	add(!slices.Contains(casework.WebhookKinds, v.Kind), "kind", "webhooks.kind.missing")
	add(v.URL == "" && !known, "url", "webhooks.url.missing")
	if v.URL != "" {
		_, err := casework.ParseWebhookURL(v.URL, a.webhooks.Allowed)
		add(err != nil, "url", "webhooks.url.wrong")
	}
	return all
}

// PostWebhooks adds a webhook, and shows its secret.
func (a *Admin) PostWebhooks(c *fiber.Ctx, s session.Session, fields url.Values) error {
	m, err := a.made(c.UserContext(), s)
	if err != nil {
		return err
	}
	p := view.WebhookList{Values: webhookValues(m, fields)}
	v := p.Values
	if p.Errors = a.checkWebhook(m, v, false); len(p.Errors) == 0 {
		w := casework.Webhook{ID: crypto.NewID(), Entity: v.Entity, Name: v.Name, Kind: v.Kind, URL: v.URL, Secret: newSecret()}
		err := a.store.PutWebhook(c.UserContext(), s.Handler.ID, w, nil)
		switch {
		case err == nil:
			page := a.webhookPage(s, m, w, nil)
			page.Secret, page.Added = w.Secret, true
			return a.answers.Send(c, fiber.StatusCreated, "desk-webhook", page)
		case errors.Is(err, store.ErrTooMany):
			p.Errors = []view.FieldError{{Field: "name", Key: "webhooks.many", Args: []any{"Limit", casework.WebhooksLimit}}}
		case errors.Is(err, casework.ErrWebhook): // the entity has gone meanwhile
			p.Errors = []view.FieldError{{Field: "entity", Key: "people.at.missing"}}
		default:
			return err
		}
	}
	return a.sendWebhooks(c, s, fiber.StatusUnprocessableEntity, p)
}

// newSecret is the key of a webhook's signatures.
func newSecret() string {
	b := make([]byte, 32)
	rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// webhook returns a webhook and its page; store.ErrNotFound for one that the
// administrator does not manage.
func (a *Admin) webhook(c *fiber.Ctx, s session.Session) (p view.WebhookPage, m made, w casework.Webhook, err error) {
	ctx := c.UserContext()
	if m, err = a.made(ctx, s); err != nil {
		return p, m, w, err
	}
	all, err := a.store.Webhooks(ctx)
	if err != nil {
		return p, m, w, err
	}
	i := slices.IndexFunc(all, func(w casework.Webhook) bool { return w.ID == c.Params("id") })
	if i < 0 || !m.administers(all[i].Entity) {
		return p, m, w, store.ErrNotFound
	}
	failed, err := a.store.FailedDeliveries(ctx)
	return a.webhookPage(s, m, all[i], failed), m, all[i], err
}

func (a *Admin) webhookPage(s session.Session, m made, w casework.Webhook, failed []store.FailedDelivery) view.WebhookPage {
	p := view.WebhookPage{
		Desk: s.Frame(), Row: a.webhookRow(w, failed), Version: version(w), Entities: m.choices(m.managed()),
		Values: view.WebhookValues{Name: w.Name, Entity: w.Entity, Kind: w.Kind},
	}
	p.Path = "desk/admin/webhooks/" + w.ID
	return p
}

// GetWebhook shows a webhook.
func (a *Admin) GetWebhook(c *fiber.Ctx, s session.Session) error {
	p, _, _, err := a.webhook(c, s)
	if err != nil {
		return err
	}
	p.Saved, p.Remove = c.Query("saved") == "1", c.Query("remove") == "1"
	if tested := c.Query("tested"); tested == view.Delivered || slices.Contains(casework.WebhookFaults, tested) {
		p.Tested = tested
	}
	return a.answers.Send(c, fiber.StatusOK, "desk-webhook", p)
}

// PostWebhook changes what is said about it. Its address stays where none is typed.
func (a *Admin) PostWebhook(c *fiber.Ctx, s session.Session, fields url.Values) error {
	p, m, was, err := a.webhook(c, s)
	if err != nil {
		return err
	}
	v := webhookValues(m, fields)
	if !fields.Has("entity") {
		v.Entity = was.Entity
	}
	p.Values = v
	if p.Errors = a.checkWebhook(m, v, true); len(p.Errors) > 0 {
		return a.answers.Send(c, fiber.StatusUnprocessableEntity, "desk-webhook", p)
	}
	now := was
	now.Name, now.Entity, now.Kind = v.Name, v.Entity, v.Kind
	if v.URL != "" {
		now.URL = v.URL
	}
	return a.changeWebhook(c, p, fields, func(ctx context.Context) error {
		return a.store.PutWebhook(ctx, s.Handler.ID, now, &was)
	}, func() error { return c.Redirect(c.Path()+"?saved=1", fiber.StatusSeeOther) })
}

// changeWebhook makes a change of a webhook that was seen as it is, and goes on; otherwise
// it shows the page again.
func (a *Admin) changeWebhook(c *fiber.Ctx, p view.WebhookPage, fields url.Values, change func(context.Context) error, next func() error) error {
	err := store.ErrConflict
	if fields.Get("seen") == p.Version {
		err = change(c.UserContext())
	}
	switch {
	case err == nil:
		return next()
	case errors.Is(err, store.ErrConflict):
		p.Errors = []view.FieldError{{Field: "name", Key: "people.changed"}}
	case errors.Is(err, casework.ErrWebhook):
		p.Errors = []view.FieldError{{Field: "entity", Key: "people.at.missing"}}
	default:
		return err
	}
	return a.answers.Send(c, fiber.StatusUnprocessableEntity, "desk-webhook", p)
}

// PostWebhookSecret gives it a new secret, and shows that.
func (a *Admin) PostWebhookSecret(c *fiber.Ctx, s session.Session, fields url.Values) error {
	p, m, was, err := a.webhook(c, s)
	if err != nil {
		return err
	}
	now := was
	now.Secret = newSecret()
	return a.changeWebhook(c, p, fields, func(ctx context.Context) error {
		return a.store.PutWebhook(ctx, s.Handler.ID, now, &was)
	}, func() error {
		page := a.webhookPage(s, m, now, nil)
		page.Row, page.Secret = p.Row, now.Secret
		return a.answers.Send(c, fiber.StatusCreated, "desk-webhook", page)
	})
}

// PostWebhookSwitch switches it off, or on.
func (a *Admin) PostWebhookSwitch(c *fiber.Ctx, s session.Session, fields url.Values) error {
	p, _, was, err := a.webhook(c, s)
	if err != nil {
		return err
	}
	now := was
	now.Off = fields.Get("to") == "off"
	return a.changeWebhook(c, p, fields, func(ctx context.Context) error {
		return a.store.PutWebhook(ctx, s.Handler.ID, now, &was)
	}, func() error { return toWebhook(c, was.ID, "saved=1") })
}

// PostRemoveWebhook removes it.
func (a *Admin) PostRemoveWebhook(c *fiber.Ctx, s session.Session, fields url.Values) error {
	p, _, was, err := a.webhook(c, s)
	if err != nil {
		return err
	}
	return a.changeWebhook(c, p, fields, func(ctx context.Context) error {
		return a.store.DropWebhook(ctx, s.Handler.ID, was)
	}, func() error {
		return c.Redirect("/"+respond.Lang(c.Context())+"/desk/admin/webhooks?removed=1", fiber.StatusSeeOther)
	})
}

// PostTestWebhook sends a message now, and shows what the other side answered.
func (a *Admin) PostTestWebhook(c *fiber.Ctx, s session.Session, _ url.Values) error {
	_, _, w, err := a.webhook(c, s)
	if err != nil {
		return err
	}
	result, err := a.webhooks.Test(c.UserContext(), w)
	if err != nil {
		return err
	}
	if result == "" {
		result = view.Delivered
		if err := a.store.RetryDelivery(c.UserContext(), w.Target()); err != nil {
			return err
		}
	}
	return toWebhook(c, w.ID, "tested="+result+"#test")
}

func toWebhook(c *fiber.Ctx, id, query string) error {
	return c.Redirect("/"+respond.Lang(c.Context())+"/desk/admin/webhooks/"+id+"?"+query, fiber.StatusSeeOther)
}
