// Package audit shows who did what to which case: never what was written, and
// nothing that reporters do.
package audit

import (
	"context"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/i18n"
	"hotline/server/respond"
	"hotline/server/session"
	"hotline/server/settings"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

// Audit serves the audit log.
type Audit struct {
	store    *store.Store
	settings *settings.Settings
	answers  *view.Answers
	texts    *i18n.Catalog
	log      *slog.Logger
	now      func() time.Time
}

// Parts are what the audit log works with.
type Parts struct {
	Store    *store.Store
	Settings *settings.Settings
	Answers  *view.Answers
	Texts    *i18n.Catalog
	Log      *slog.Logger
	Now      func() time.Time
}

// New assembles the pages of the audit log.
func New(p Parts) *Audit {
	return &Audit{store: p.Store, settings: p.Settings, answers: p.Answers, texts: p.Texts, log: p.Log, now: p.Now}
}

const (
	rowsOfPage = 100
	// Up to so many rows are verified whenever the page is shown; a longer log
	// only when somebody asks.
	verifiedAtOnce = 3000
)

// commandLine is the choice of what nobody did who is signed in.
const commandLine = "command-line"

// Get shows one page of the log, the newest rows first.
func (a *Audit) Get(c *fiber.Ctx, s session.Session) error {
	ctx := c.UserContext()
	texts := a.texts.Texts(respond.Lang(c.Context()))
	handlers, err := a.store.Handlers(ctx)
	if err != nil {
		return err
	}
	p := view.AuditLog{Desk: s.Frame(), Choice: chosen(c), Zone: a.settings.ZoneWords()}
	scope, err := a.scope(ctx, s.Handler, handlers)
	if err != nil {
		return err
	}
	for _, h := range handlers {
		if scope == nil || slices.Contains(scope.People, h.ID) {
			p.People = append(p.People, view.Person{ID: h.ID, Name: h.Name})
		}
	}
	for _, what := range store.Audits {
		p.Acts = append(p.Acts, view.Act{Code: what, Words: texts.T("audit.what." + what)})
	}
	if p.At = s.Handler.EntitiesOf(store.RoleAuditor); scope == nil {
		p.At = nil
		if p.Chain, err = a.chain(ctx, c.Query("verify") == "1"); err != nil {
			return err
		}
	}
	f, errs := a.filter(p.Choice)
	f.Scope = scope
	p.All, p.Query, p.Errors = query(p.Choice, 0), query(p.Choice, 0), errs
	p.Verify = strings.TrimPrefix(p.All+"&verify=1", "&")
	if len(errs) > 0 {
		return a.answers.Send(c, fiber.StatusUnprocessableEntity, "desk-audit", p)
	}
	f.Limit = rowsOfPage + 1 // one more tells whether there is another page
	f.Before, _ = strconv.ParseInt(c.Query("before"), 10, 64)
	rows, err := a.store.AuditLog(ctx, s.Handler, f)
	if err != nil {
		return err
	}
	p.Query, p.Later = query(p.Choice, f.Before), f.Before > 0
	if len(rows) > rowsOfPage {
		rows = rows[:rowsOfPage]
		p.Next = query(p.Choice, rows[rowsOfPage-1].N)
	}
	w := newWords(texts, handlers, a.settings.Zone(), a.settings.Organization())
	for _, row := range rows {
		r := w.row(row)
		r.Detail = strings.ReplaceAll(r.Detail, " · ", "\u00a0· ") // no line begins with a dot
		p.Rows = append(p.Rows, r)
	}
	return a.answers.Send(c, fiber.StatusOK, "desk-audit", p)
}

// scope is what somebody sees who audits entities and not the whole organisation,
// nil for everybody else: cases of these entities and of what is below, and the people
// who work nowhere else.
func (a *Audit) scope(ctx context.Context, reader store.Handler, handlers []store.Handler) (*store.AuditScope, error) {
	if reader.Has(store.RoleAuditor) {
		return nil, nil
	}
	o, err := a.store.Organization(ctx)
	if err != nil {
		return nil, err
	}
	scope := &store.AuditScope{}
	var there store.Handler // who would manage the same
	for _, e := range o.Entities {
		if reader.Covers(store.RoleAuditor, o.Entities, e.Code) {
			scope.Entities = append(scope.Entities, e.Code)
			there.Roles = append(there.Roles, store.RoleAt(store.RoleAdmin, e.Code))
		}
	}
	for _, h := range handlers {
		if len(h.Roles) > 0 && there.Manages(o.Entities, h) {
			scope.People = append(scope.People, h.ID)
		}
	}
	return scope, nil
}

// chosen reads what was asked for. A case's id is forgiven capitals and blanks.
func chosen(c *fiber.Ctx) view.AuditChoice {
	choice := view.AuditChoice{
		Case: strings.ToLower(strings.Join(strings.Fields(c.Query("case")), "")),
		From: strings.TrimSpace(c.Query("from")), To: strings.TrimSpace(c.Query("to")),
	}
	if who := c.Query("who"); who == commandLine || crypto.ValidID(who) {
		choice.Who = who
	}
	if what := c.Query("what"); slices.Contains(store.Audits, what) {
		choice.What = what
	}
	return choice
}

// filter turns a choice into one of the store, or says what is wrong with it.
func (a *Audit) filter(choice view.AuditChoice) (f store.AuditFilter, errs []view.FieldError) {
	wrong := func(field, key string) { errs = append(errs, view.FieldError{Field: field, Key: key}) }
	f.What, f.CommandLine = choice.What, choice.Who == commandLine
	if !f.CommandLine {
		f.By = choice.Who
	}
	if f.CaseID = choice.Case; len(f.CaseID) > len(crypto.NewID()) || strings.Trim(f.CaseID, "0123456789abcdef") != "" {
		wrong("case", "audit.case.wrong")
	}
	var err error
	if f.From, err = a.begins(choice.From, 0); err != nil {
		wrong("from", "audit.from.wrong")
	}
	if f.Until, err = a.begins(choice.To, 1); err != nil {
		wrong("to", "audit.to.wrong")
	}
	if len(errs) == 0 && f.Until != 0 && f.Until <= f.From {
		wrong("to", "audit.to.before")
	}
	return f, errs
}

// begins returns the second at which a day begins, or one some days later; 0
// where none was chosen.
func (a *Audit) begins(day string, later int) (int64, error) {
	if day == "" {
		return 0, nil
	}
	d, err := casework.ParseDay(day)
	if err != nil {
		return 0, err
	}
	t := d.Time()
	return time.Date(t.Year(), t.Month(), t.Day()+later, 0, 0, 0, 0, a.settings.Zone()).Unix(), nil
}

// query is the query of a page of the log.
func query(choice view.AuditChoice, before int64) string {
	q := url.Values{}
	for name, value := range map[string]string{"who": choice.Who, "what": choice.What, "case": choice.Case, "from": choice.From, "to": choice.To} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if before > 0 {
		q.Set("before", strconv.FormatInt(before, 10))
	}
	return q.Encode()
}

// chain verifies the log, all of it, where that is asked for or takes no time.
func (a *Audit) chain(ctx context.Context, asked bool) (view.AuditChain, error) {
	head, err := a.store.NotedAuditHead(ctx)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return view.AuditChain{}, err
	}
	chain := view.AuditChain{}
	if asked || head.N <= verifiedAtOnce {
		head, err = a.store.VerifyAudit(ctx)
		var broken *store.BrokenChain
		switch {
		case errors.As(err, &broken):
			chain.Broken = broken.N
		case err != nil:
			return chain, err
		}
		chain.Checked = true
	}
	chain.Rows, chain.Hash = int(head.N), hex.EncodeToString(head.Hash)
	return chain, nil
}
