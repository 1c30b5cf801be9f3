package admin

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"hotline/server/respond"
	"hotline/server/session"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

// GetRouting shows who reads what: to an administrator of the whole organisation the
// rules as well, to one of an entity what they make of reports there.
func (a *Admin) GetRouting(c *fiber.Ctx, s session.Session) error {
	m, err := a.made(c.UserContext(), s)
	if err != nil {
		return err
	}
	p := view.Routing{Saved: c.Query("saved") == "1"}
	p.Ask = m.asked(c)
	return a.sendRouting(c, s, fiber.StatusOK, m, p)
}

// asked reads which report the page is asked about, and answers.
func (m made) asked(c *fiber.Ctx) view.WhoReads {
	managed := m.managed()
	ask := view.WhoReads{Asked: c.Query("asked") == "1", Entities: m.choices(managed), Entity: managed[0]}
	if at := c.Query("entity"); slices.Contains(managed, at) && ask.Asked {
		ask.Entity = at
	}
	known := func(name string, of []string) string {
		if answer := c.Query(name); slices.Contains(of, answer) {
			return answer
		}
		return ""
	}
	ask.Answers = casework.Answers{Kind: known("kind", casework.Kinds), Relationship: known("relationship", casework.Relationships), Subject: known("subject", casework.Subjects), Category: casework.Unsure}
	if _, category := casework.CategoryByCode(c.Query("category")); category {
		ask.Answers.Category = c.Query("category")
	}
	if ask.Answers.Kind == "" {
		ask.Answers.Kind = casework.KindReport
	}
	if ask.Asked {
		ask.Decision = m.decide(ask.Entity, ask.Answers)
	}
	return ask
}

func (a *Admin) sendRouting(c *fiber.Ctx, s session.Session, status int, m made, p view.Routing) error {
	p.Desk = s.Frame()
	if p.Ask.Entities == nil {
		p.Ask = m.asked(c)
	}
	if p.Handler.Everything {
		for i, rule := range m.Own {
			p.Own = append(p.Own, m.row(rule, i, len(m.Own)))
		}
		for i, rule := range casework.Rules {
			p.BuiltIn = append(p.BuiltIn, view.RuleRow{Rule: rule, N: i + 1})
		}
		p.Entities = m.choices(slices.DeleteFunc(m.managed(), func(code string) bool { return code == casework.Root || !m.seen(code) }))
	}
	return a.answers.Send(c, status, "desk-routing", p)
}

// row is a line of the organisation's own rules, with what keeps it from deciding.
func (m made) row(rule casework.Rule, i, all int) view.RuleRow {
	r := view.RuleRow{Rule: rule, N: i + 1, Written: written(rule), First: i == 0, Last: i == all-1}
	q, _ := m.Find(rule.Queue)
	r.BuiltIn = q.BuiltIn()
	r.Unread = len(m.everywhere(rule.Queue)) == 0
	r.Never = !r.Unread && len(m.ofRule(rule, m.somewhere(rule))) == 0
	for _, code := range rule.Entities {
		if !m.seen(code) {
			r.Unseen = append(r.Unseen, code)
		}
	}
	return r
}

// somewhere is an entity that a rule is about.
func (m made) somewhere(rule casework.Rule) string {
	if len(rule.Entities) > 0 {
		return rule.Entities[0]
	}
	return casework.Root
}

// ofRule are the rules that one of the organisation's own becomes at an entity, after
// what reporters choose themselves.
func (m made) ofRule(rule casework.Rule, entity string) []casework.Rule {
	alone := casework.Routing{Queues: m.Queues, Own: []casework.Rule{rule}}
	rules := alone.RulesAt(m.Entities, m.members, entity)
	rules = rules[:len(rules)-len(casework.Rules)]
	return slices.DeleteFunc(slices.Clone(rules), func(r casework.Rule) bool { return r.Desks != nil })
}

// decide says who would read a report and which rule says so.
func (m made) decide(entity string, answers casework.Answers) view.Decision {
	d := view.Decision{Readers: m.receives(entity, answers)}
	seen := m.Entities.Seen(entity, m.members)
	const none = casework.Queue("-")
	fits := func(rules []casework.Rule) bool {
		return casework.QueueFor(append(slices.Clone(rules), casework.Rule{Queue: none}), answers) != none
	}
	for i, rule := range m.Own {
		if fits(m.ofRule(rule, seen)) {
			d.Own, d.Rule = i+1, rule
			return d
		}
	}
	for _, rule := range casework.Rules {
		if fits([]casework.Rule{rule}) {
			d.Rule = rule
			break
		}
	}
	return d
}

// written is how rules are sent to a browser and back.
func written(v any) string {
	b, _ := json.Marshal(v) // strings always can be
	return string(b)
}

// version tells what somebody saw from what it is after a change. A form carries it.
func version(v any) string {
	sum := sha256.Sum256([]byte(written(v)))
	return hex.EncodeToString(sum[:])
}

// ruleIn reads the rule of the form that adds one.
func ruleIn(fields url.Values) casework.Rule {
	chosen := func(name string, known ...string) (all []string) {
		for _, answer := range known {
			if slices.Contains(fields[name], answer) || answer == "" && slices.Contains(fields[name], view.NotSaid) {
				all = append(all, answer)
			}
		}
		return all
	}
	var categories []string
	for _, c := range casework.Categories {
		categories = append(categories, c.Code)
	}
	return casework.Rule{
		Entities: fields["entity"], Kinds: chosen("kind", casework.Kinds...), Relationships: chosen("relationship", append([]string{""}, casework.Relationships...)...),
		Subjects: chosen("subject", append([]string{""}, casework.Subjects...)...), Categories: chosen("category", append(categories, casework.Unsure)...), Queue: casework.Queue(fields.Get("queue")),
	}
}

// A change of the organisation's own rules.
type change struct {
	what string // add, up, down or remove
	rule casework.Rule
	n    int // where the rule stood, from 1 on
}

var changes = []string{"add", "up", "down", "remove"}

func changeIn(fields url.Values) (ch change, err error) {
	ch.what, ch.rule = fields.Get("change"), ruleIn(fields)
	if sent := fields.Get("rule"); sent != "" {
		ch.rule = casework.Rule{}
		err = json.Unmarshal([]byte(sent), &ch.rule)
	}
	ch.n, _ = strconv.Atoi(fields.Get("n"))
	if err != nil || !slices.Contains(changes, ch.what) {
		return ch, respond.ErrMalformed
	}
	return ch, nil
}

// of returns the rules after the change; false if the rule is not among them any more.
func (ch change) of(rules []casework.Rule) ([]casework.Rule, bool) {
	if ch.what == "add" {
		return append(slices.Clone(rules), ch.rule), true
	}
	same := func(r casework.Rule) bool { return written(r) == written(ch.rule) }
	i := ch.n - 1
	if i < 0 || i >= len(rules) || !same(rules[i]) {
		i = slices.IndexFunc(rules, same)
	}
	after := slices.Clone(rules)
	switch {
	case i < 0:
		return rules, false
	case ch.what == "remove":
		return slices.Delete(after, i, i+1), true
	case ch.what == "up" && i > 0:
		after[i-1], after[i] = after[i], after[i-1]
	case ch.what == "down" && i < len(after)-1:
		after[i], after[i+1] = after[i+1], after[i]
	}
	return after, true
}

// PostRoutingPreview shows what a change would do, and stores nothing.
func (a *Admin) PostRoutingPreview(c *fiber.Ctx, s session.Session, fields url.Values) error {
	m, err := a.made(c.UserContext(), s)
	if err != nil {
		return err
	}
	ch, err := changeIn(fields)
	if err != nil {
		return err
	}
	if fields.Get("back") == "1" {
		return a.sendRouting(c, s, fiber.StatusOK, m, view.Routing{Values: ch.rule, Adding: true})
	}
	return a.preview(c, s, m, ch, false)
}

// preview shows what a change would do; conflict: instead of doing it, because a
// colleague was faster.
func (a *Admin) preview(c *fiber.Ctx, s session.Session, m made, ch change, conflict bool) error {
	after, there := ch.of(m.Own)
	wrong := func(field, key string, args ...any) error {
		p := view.Routing{Values: ch.rule, Adding: ch.what == "add", Errors: []view.FieldError{{Field: field, Key: key, Args: args}}}
		return a.sendRouting(c, s, fiber.StatusUnprocessableEntity, m, p)
	}
	switch {
	case !there:
		return wrong("rules", "routing.gone")
	case ch.rule.Queue == "":
		return wrong("queue", "routing.queue.missing")
	case m.Check(ch.rule, m.Entities) != nil && ch.what != "remove":
		return wrong("rules", "routing.wrong")
	case len(after) > casework.OwnRulesLimit:
		return wrong("rules", "routing.many", "Limit", casework.OwnRulesLimit)
	}
	p := view.RoutingPreview{Desk: s.Frame(), Change: ch.what, N: ch.n, Row: m.row(ch.rule, 0, 1), Seen: version(m.Own), Conflict: conflict}
	then := m
	then.Own = after
	p.Examples = m.examples(then, ch.rule)
	for _, e := range p.Examples {
		p.Changes = p.Changes || e.Changed
	}
	status := fiber.StatusOK
	if conflict {
		status = fiber.StatusConflict
	}
	return a.answers.Send(c, status, "desk-routing-preview", p)
}

// PostRouting stores a change that was looked at.
func (a *Admin) PostRouting(c *fiber.Ctx, s session.Session, fields url.Values) error {
	ch, err := changeIn(fields)
	if err != nil {
		return err
	}
	m, err := a.made(c.UserContext(), s)
	if err != nil {
		return err
	}
	err = store.ErrConflict
	if after, there := ch.of(m.Own); there && fields.Get("seen") == version(m.Own) {
		err = a.store.SetRouting(c.UserContext(), s.Handler.ID, m.Own, after)
	}
	switch {
	case err == nil:
		a.settings.Changed()
		return c.Redirect("/"+respond.Lang(c.Context())+"/desk/admin/routing?saved=1", fiber.StatusSeeOther)
	case errors.Is(err, store.ErrConflict), errors.Is(err, casework.ErrRule), errors.Is(err, store.ErrTooMany):
	default:
		return err
	}
	conflict := errors.Is(err, store.ErrConflict)
	if m, err = a.made(c.UserContext(), s); err != nil {
		return err
	}
	return a.preview(c, s, m, ch, conflict)
}
