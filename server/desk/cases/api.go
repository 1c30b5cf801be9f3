package cases

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/server/caseview"
	"hotline/server/respond"
	"hotline/server/session"
	"hotline/server/uploads"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

// GetCase hands a case to the handler's browser, sealed.
func (d *Desk) GetCase(c *fiber.Ctx, s session.Session) error {
	return d.sendNow(c, fiber.StatusOK, s, c.Params("id"))
}

// sendNow answers with a case as all of it is at one moment, whatever colleagues do to it
// meanwhile.
func (d *Desk) sendNow(c *fiber.Ctx, status int, s session.Session, caseID string) error {
	body, messages, err := d.caseNow(c.UserContext(), s, caseID)
	if err != nil {
		return err
	}
	return d.stream(c, status, s, caseID, body, messages, nil)
}

// caseNow reads a case at one moment. Whoever waits for a place to answer does not hold
// that moment.
func (d *Desk) caseNow(ctx context.Context, s session.Session, caseID string) (*caseview.DeskCase, []store.MessageHead, error) {
	at, end, err := d.store.Snapshot(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer end()
	found, err := d.store.CaseFor(at, caseID, s.Handler)
	if err != nil {
		return nil, nil, err
	}
	return d.caseBody(at, s, found)
}

func (d *Desk) sendCase(c *fiber.Ctx, status int, s session.Session, found store.Case) error {
	return d.sendCaseIn(c, status, s, found, nil)
}

// sendCaseIn is sendCase for a case that is the last field of an object, of which start is
// what stands before it; nil: it is the answer.
func (d *Desk) sendCaseIn(c *fiber.Ctx, status int, s session.Session, found store.Case, start []byte) error {
	body, messages, err := d.caseBody(c.UserContext(), s, found)
	if err != nil {
		return err
	}
	return d.stream(c, status, s, found.ID, body, messages, start)
}

// stream answers with an object whose last field are messages of a case.
func (d *Desk) stream(c *fiber.Ctx, status int, s session.Session, caseID string, body any, messages []store.MessageHead, start []byte) error {
	place, err := respond.TakePlace(c, d.large, s.Handler.ID, store.SizeOf(messages))
	if err != nil {
		return err
	}
	items := d.store.EachMessage(c.UserContext(), caseID, messages)
	return respond.StreamJSON(c, status, respond.LargeStream{Place: place, Log: d.log, In: start}, body, "messages", caseview.Each(items, caseview.DeskMessageOf))
}

// caseBody is a case for a handler's browser without its messages, and what these are.
func (d *Desk) caseBody(ctx context.Context, s session.Session, found store.Case) (*caseview.DeskCase, []store.MessageHead, error) {
	read, err := d.store.CasePage(ctx, found.ID, store.WholeCase, 0)
	if err != nil {
		return nil, nil, err
	}
	body := &caseview.DeskCase{
		On: d.todayOf(found), Case: caseview.FactsOf(found), Dates: d.datesOf(found), Key: []byte{}, Earlier: read.Earlier, Files: caseview.FilesOf(read.Files),
		Events: []caseview.Event{}, Colleagues: []string{}, Moves: caseview.MovesOf(found.State), Limits: d.limits.ForScripts(uploads.ChunkLimit),
	}
	key, err := d.store.CaseKeyFor(ctx, found.ID, s.Handler.ID)
	switch {
	case err == nil:
		body.Key = key
	case !errors.Is(err, store.ErrNotFound):
		return nil, nil, err
	}
	body.Case.LastSeq = max(body.Case.LastSeq, read.Last()) // one may have come since the case was read
	if err := d.fill(ctx, body, found, read.All()); err != nil {
		return nil, nil, err
	}
	if err := d.fillBesides(ctx, body, s, found.ID); err != nil {
		return nil, nil, err
	}
	if body.Retention, err = d.retentionOf(ctx, found); err != nil {
		return nil, nil, err
	}
	body.Names = d.names(d.settings.Organization(), body)
	if body.Read, err = d.store.ReadUpTo(ctx, found.ID, s.Handler.ID); err != nil {
		return nil, nil, err
	}
	form := d.forms.New()
	form.Again = true // it may be used at once
	body.Form, err = d.forms.Sign(ctx, form)
	return body, read.All(), err
}

// fillBesides adds what stands beside the messages.
func (d *Desk) fillBesides(ctx context.Context, body *caseview.DeskCase, s session.Session, caseID string) (err error) {
	if body.Labels, body.Version, err = d.store.Labels(ctx, caseID); err != nil {
		return err
	}
	body.Labels = append([]byte{}, body.Labels...)
	if body.Classification, body.Classified, err = d.store.Classification(ctx, caseID); err != nil {
		return err
	}
	body.Classification = append([]byte{}, body.Classification...)
	links, err := d.store.Links(ctx, s.Handler, caseID)
	if err != nil {
		return err
	}
	body.Links = []caseview.Link{}
	for _, l := range links {
		body.Links = append(body.Links, caseview.LinkOf(l))
	}
	if body.Name.Held, err = d.store.HasName(ctx, caseID); err != nil {
		return err
	}
	if body.Name.Designated, err = d.store.IsDesignated(ctx, s.Handler.ID, d.today()); err != nil {
		return err
	}
	statements, err := d.store.Statements(ctx, caseID)
	body.Statements = caseview.StatementsOf(statements)
	return err
}

// fill adds what was done, and the names of those who did it or wrote something.
func (d *Desk) fill(ctx context.Context, body *caseview.DeskCase, found store.Case, messages []store.MessageHead) error {
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
	d.exclude(body, all, exclusions, found, met)
	meet(met, messages)
	for _, e := range events {
		met[e.By] = true
		met[e.From], met[e.To] = true, true // where they are handlers
		body.Events = append(body.Events, caseview.Event(e))
	}
	for _, h := range colleagues {
		met[h.ID] = true
		body.Colleagues = append(body.Colleagues, h.ID)
	}
	body.Handlers = namesOf(slices.DeleteFunc(all, func(h store.Handler) bool { return !met[h.ID] }))
	return nil
}

// meet notes who wrote messages.
func meet(met map[string]bool, messages []store.MessageHead) {
	for _, m := range messages {
		met[m.By] = true
	}
}

// GetMessages hands earlier messages of a case to the handler's browser, sealed: a
// page of all of them, or of the notes that say of tasks.
func (d *Desk) GetMessages(c *fiber.Ctx, s session.Session) error {
	ctx := c.UserContext()
	found, err := d.store.CaseFor(ctx, c.Params("id"), s.Handler)
	if err != nil {
		return err
	}
	part, known := map[string]store.Part{"": store.WholeCase, "task": store.TasksPart}[c.Query("kind")]
	before, err := strconv.Atoi(c.Query("before"))
	if err != nil || !known || before == 0 || !found.CanAskBefore(before) {
		return respond.ErrMalformed
	}
	page, err := d.store.MessagesBefore(ctx, found.ID, part, before)
	if err != nil {
		return err
	}
	files, err := d.store.FilesOf(ctx, found.ID, page.Messages)
	if err != nil {
		return err
	}
	all, err := d.store.Handlers(ctx)
	if err != nil {
		return err
	}
	met := map[string]bool{}
	meet(met, page.Messages)
	names := namesOf(slices.DeleteFunc(all, func(h store.Handler) bool { return !met[h.ID] }))
	return d.stream(c, fiber.StatusOK, s, found.ID, caseview.DeskPage{Earlier: page.Earlier, Files: caseview.FilesOf(files), Handlers: names}, page.Messages, nil)
}

// exclude adds who may not see the case, who could be kept from it, and where it
// can go.
func (d *Desk) exclude(body *caseview.DeskCase, all []store.Handler, exclusions []store.Exclusion, found store.Case, met map[string]bool) {
	o := d.settings.Organization()
	path := o.Entities.Path(found.Entity)
	body.Exclusions, body.Excludable = []caseview.Exclusion{}, []string{}
	for _, e := range exclusions {
		met[e.HandlerID], met[e.By] = true, true
		body.Exclusions = append(body.Exclusions, caseview.ExclusionOf(e))
	}
	for _, h := range all {
		reads := slices.ContainsFunc(h.Branches, func(b casework.Branch) bool { return slices.Contains(path, b.Entity()) || b == found.Branch })
		if h.Active() && h.Has(store.RoleHandler) && reads && !isExcluded(exclusions, h.ID) {
			met[h.ID] = true
			body.Excludable = append(body.Excludable, h.ID)
		}
	}
	body.Queues = handOvers(o, all, exclusions, found)
	members := store.Members(all)
	for _, e := range o.Entities {
		if o.Entities.Seen(e.Code, members) == e.Code {
			body.Entities = append(body.Entities, e.Code)
		}
	}
}

// names are what the branches are called that a page of a case speaks of, where that
// is not the program's own word.
func (d *Desk) names(o store.Organization, body *caseview.DeskCase) caseview.BranchNames {
	branches := []casework.Branch{body.Case.Branch}
	for _, q := range body.Queues {
		branches = append(branches, casework.BranchOf(q, casework.Root))
	}
	for _, e := range body.Events {
		if e.What == store.EventQueue {
			branches = append(branches, casework.Branch(e.From), casework.Branch(e.To))
		}
	}
	for _, l := range body.Links {
		branches = append(branches, l.Branch)
	}
	return view.BranchNames(d.texts, o, branches)
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
