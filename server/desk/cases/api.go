package cases

import (
	"context"
	"errors"
	"slices"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/server/caseview"
	"hotline/server/respond"
	"hotline/server/session"
	"hotline/server/uploads"
	"hotline/store"
	"hotline/store/casework"
)

// caseBody is a case as a handler's browser sees it: CASE of docs/desk-api.md.
type caseBody struct {
	Form       string                `json:"form"`
	On         casework.Day          `json:"on"`
	Case       caseFacts             `json:"case"`
	Dates      caseview.DeskDates    `json:"dates"`
	Key        []byte                `json:"key"`
	Messages   []caseMessage         `json:"messages"`
	Files      []caseFile            `json:"files"`
	Events     []caseEvent           `json:"events"`
	Handlers   map[string]string     `json:"handlers"`
	Colleagues []string              `json:"colleagues"`
	Moves      []caseMove            `json:"moves"`
	Read       int                   `json:"read"`
	Limits     caseview.ScriptLimits `json:"limits"`

	Exclusions []caseExclusion  `json:"exclusions"`
	Excludable []string         `json:"excludable"`
	Queues     []casework.Queue `json:"queues"`
	Name       caseName         `json:"name"`
	Labels     []byte           `json:"labels"`
	Version    int              `json:"labels_version"`
	Links      []caseLink       `json:"links"`
	Statement  caseStatement    `json:"statement"`
}

type caseExclusion struct {
	Who  string `json:"who"`
	Kind string `json:"kind"`
	At   int64  `json:"at"`
	By   string `json:"by"`
}

// caseName is whether there is a reporter's name, and whether the handler may
// open it.
type caseName struct {
	Held       bool `json:"held"`
	Designated bool `json:"designated"`
}

type caseLink struct {
	Kind     string         `json:"kind"`
	Case     string         `json:"case"`
	Queue    casework.Queue `json:"queue"`
	Category string         `json:"category"`
	State    casework.State `json:"state"`
	Received casework.Day   `json:"received"`
}

type caseStatement struct {
	State casework.Statement `json:"state"`
	On    casework.Day       `json:"on"`
}

type caseFacts struct {
	ID                string            `json:"id"`
	Queue             casework.Queue    `json:"queue"`
	Category          string            `json:"category"`
	Channel           casework.Channel  `json:"channel"`
	State             casework.State    `json:"state"`
	Outcome           casework.Outcome  `json:"outcome"`
	Priority          casework.Priority `json:"priority"`
	Turn              casework.Turn     `json:"turn"`
	Assignee          string            `json:"assignee"`
	Recipient         string            `json:"recipient"`
	ReporterRecipient string            `json:"reporter_recipient"`
	LastSeq           int               `json:"last_seq"`
}

type caseMessage struct {
	Seq    int                  `json:"seq"`
	From   casework.Sender      `json:"from"`
	Kind   casework.MessageKind `json:"kind"`
	On     casework.Day         `json:"on"`
	At     int64                `json:"at"`
	By     string               `json:"by"`
	Sealed []byte               `json:"sealed"`
}

type caseFile struct {
	ID   string `json:"id"`
	Seq  int    `json:"seq"`
	Size int64  `json:"size"`
}

type caseEvent struct {
	After   int              `json:"after"`
	At      int64            `json:"at"`
	By      string           `json:"by"`
	What    string           `json:"what"`
	From    string           `json:"from"`
	To      string           `json:"to"`
	Outcome casework.Outcome `json:"outcome"`
}

// caseMove is a move that can be made now.
type caseMove struct {
	To       casework.State     `json:"to"`
	Message  casework.Sender    `json:"message"` // that comes with it; "" none
	Outcomes []casework.Outcome `json:"outcomes"`
}

// GetCase hands a case to the handler's browser, sealed.
func (d *Desk) GetCase(c *fiber.Ctx, s session.Session) error {
	found, err := d.store.CaseFor(c.UserContext(), c.Params("id"), s.Handler)
	if err != nil {
		return err
	}
	return d.sendCase(c, fiber.StatusOK, s, found)
}

func (d *Desk) sendCase(c *fiber.Ctx, status int, s session.Session, found store.Case) error {
	body, err := d.caseBody(c.UserContext(), s, found)
	if err != nil {
		return err
	}
	return respond.SendJSON(c, status, body)
}

// caseBody is a case for a handler's browser.
func (d *Desk) caseBody(ctx context.Context, s session.Session, found store.Case) (*caseBody, error) {
	body := &caseBody{
		On: d.today(), Case: factsOf(found), Dates: d.datesOf(found), Key: []byte{}, Messages: []caseMessage{}, Files: []caseFile{},
		Events: []caseEvent{}, Colleagues: []string{}, Moves: movesOf(found.State), Limits: d.limits.ForScripts(uploads.PieceLimit),
	}
	key, err := d.store.CaseKeyFor(ctx, found.ID, s.Handler.ID)
	switch {
	case err == nil:
		body.Key = key
	case !errors.Is(err, store.ErrNotFound):
		return nil, err
	}
	if err := d.fill(ctx, body, found); err != nil {
		return nil, err
	}
	if err := d.fillBesides(ctx, body, s, found.ID); err != nil {
		return nil, err
	}
	if body.Read, err = d.store.ReadUpTo(ctx, found.ID, s.Handler.ID); err != nil {
		return nil, err
	}
	form := d.forms.New()
	form.Again = true // it may be used at once
	body.Form, err = d.forms.Sign(ctx, form)
	return body, err
}

// fillBesides adds what stands beside the messages.
func (d *Desk) fillBesides(ctx context.Context, body *caseBody, s session.Session, caseID string) (err error) {
	if body.Labels, body.Version, err = d.store.Labels(ctx, caseID); err != nil {
		return err
	}
	body.Labels = append([]byte{}, body.Labels...)
	links, err := d.store.Links(ctx, s.Handler, caseID)
	if err != nil {
		return err
	}
	body.Links = []caseLink{}
	for _, l := range links {
		body.Links = append(body.Links, caseLink{l.Kind, l.CaseID, l.Queue, l.Category, l.State, l.Received})
	}
	if body.Name.Held, err = d.store.HasName(ctx, caseID); err != nil {
		return err
	}
	if body.Name.Designated, err = d.store.IsDesignated(ctx, s.Handler.ID, d.today()); err != nil {
		return err
	}
	body.Statement.State, body.Statement.On, err = d.store.StatementOf(ctx, caseID)
	return err
}

// fill adds what was written and done, and the names of those who did it.
func (d *Desk) fill(ctx context.Context, body *caseBody, found store.Case) error {
	messages, err := d.store.Messages(ctx, found.ID)
	if err != nil {
		return err
	}
	files, err := d.store.Files(ctx, found.ID)
	if err != nil {
		return err
	}
	events, err := d.store.Events(ctx, found.ID)
	if err != nil {
		return err
	}
	colleagues, err := d.store.Colleagues(ctx, found)
	if err != nil {
		return err
	}
	all, err := d.store.Handlers(ctx)
	if err != nil {
		return err
	}
	exclusions, err := d.store.Exclusions(ctx, found.ID)
	if err != nil {
		return err
	}
	met := map[string]bool{found.Assignee: true}
	body.exclude(all, exclusions, found.Queue, met)
	for _, m := range messages {
		met[m.By] = true
		body.Case.LastSeq = max(body.Case.LastSeq, m.Seq) // one may have come since the case was read
		body.Messages = append(body.Messages, caseMessage{m.Seq, m.From, m.Kind, m.On, m.At, m.By, m.Sealed})
	}
	for _, f := range files {
		body.Files = append(body.Files, caseFile{f.ID, f.Seq, f.Size})
	}
	for _, e := range events {
		met[e.By] = true
		met[e.From], met[e.To] = true, true // where they are handlers
		body.Events = append(body.Events, caseEvent(e))
	}
	for _, h := range colleagues {
		met[h.ID] = true
		body.Colleagues = append(body.Colleagues, h.ID)
	}
	body.Handlers = namesOf(slices.DeleteFunc(all, func(h store.Handler) bool { return !met[h.ID] }))
	return nil
}

// exclude adds who may not see the case, who could be kept from it, and where it
// can go.
func (body *caseBody) exclude(all []store.Handler, exclusions []store.Exclusion, queue casework.Queue, met map[string]bool) {
	body.Exclusions, body.Excludable = []caseExclusion{}, []string{}
	for _, e := range exclusions {
		met[e.HandlerID], met[e.By] = true, true
		body.Exclusions = append(body.Exclusions, caseExclusion{e.HandlerID, e.Kind, e.At, e.By})
	}
	for _, h := range all {
		if h.Active() && h.Has(store.RoleHandler) && !isExcluded(exclusions, h.ID) {
			met[h.ID] = true
			body.Excludable = append(body.Excludable, h.ID)
		}
	}
	body.Queues = handOvers(all, exclusions, queue)
}

func factsOf(c store.Case) caseFacts {
	return caseFacts{
		c.ID, c.Queue, c.Category, c.Channel, c.State, c.Outcome, c.Priority, c.Turn, c.Assignee, c.Recipient, c.ReporterRecipient, c.LastSeq,
	}
}

// movesOf lists the moves from a state. Shredding a case is none of them: it
// takes more than a move.
func movesOf(from casework.State) []caseMove {
	moves := []caseMove{}
	for _, to := range from.Next() {
		if to == casework.Purged {
			continue
		}
		m := casework.Move{From: from, To: to}
		move := caseMove{To: to, Message: m.Message(), Outcomes: []casework.Outcome{}}
		if m.Closes() {
			move.Outcomes = casework.Outcomes
		}
		moves = append(moves, move)
	}
	return moves
}

// GetFile sends the sealed bytes of a file of a case.
func (d *Desk) GetFile(c *fiber.Ctx, s session.Session) error {
	ctx := c.UserContext()
	found, err := d.store.CaseFor(ctx, c.Params("id"), s.Handler)
	if err != nil {
		return err
	}
	row, err := d.store.CaseFile(ctx, found.ID, c.Params("file"))
	if err != nil {
		return err
	}
	return respond.SendSealed(c, d.files, row)
}

// PostRead notes how far the handler has read.
func (d *Desk) PostRead(c *fiber.Ctx, s session.Session) error {
	var r struct {
		Seq int `json:"seq"`
	}
	if err := respond.ReadJSON(c, respond.SmallBody, &r); err != nil {
		return err
	}
	ctx := c.UserContext()
	found, err := d.store.CaseFor(ctx, c.Params("id"), s.Handler)
	if err != nil {
		return err
	}
	if r.Seq < 1 || r.Seq > found.LastSeq {
		return respond.ErrMalformed
	}
	if err := d.store.MarkRead(ctx, found.ID, s.Handler.ID, r.Seq); err != nil {
		return err
	}
	return respond.SendJSON(c, fiber.StatusOK, struct{}{})
}

// summariesAtOnce is how many summaries a list may ask for.
const summariesAtOnce = 100

// summary is what a browser opens a row of a list with.
type summary struct {
	Key     []byte `json:"key"`
	Summary []byte `json:"summary"`
	Labels  []byte `json:"labels"`
}

// PostSummaries hands out the summaries of a list, sealed. Cases that are not for
// the handler are left out.
func (d *Desk) PostSummaries(c *fiber.Ctx, s session.Session) error {
	var r struct {
		Cases []string `json:"cases"`
	}
	if err := respond.ReadJSON(c, respond.SmallBody, &r); err != nil {
		return err
	}
	if len(r.Cases) > summariesAtOnce || slices.ContainsFunc(r.Cases, func(id string) bool { return !crypto.ValidID(id) }) {
		return respond.ErrMalformed
	}
	found, err := d.store.Summaries(c.UserContext(), s.Handler, r.Cases)
	if err != nil {
		return err
	}
	all := map[string]summary{}
	for _, m := range found {
		all[m.CaseID] = summary{append([]byte{}, m.Key...), m.Summary, append([]byte{}, m.Labels...)}
	}
	return respond.SendJSON(c, fiber.StatusOK, struct {
		Cases map[string]summary `json:"cases"`
	}{all})
}
