package fault

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"hotline/crypto"
	"hotline/test/long"
	"hotline/test/rig"
)

// seen is what a handler sees of a case, and what the model of a case is.
type seen struct {
	Seq                               int
	State, Assignee, Priority, Branch string
	Kind                              string
	Labels, Classified                int // versions
	Excluded                          bool
}

// act is what a handler does to a case, by what they saw of it.
type act struct {
	what     string // read, note, move, facts, labels, classify, transfer, exclude or readmit
	outsider bool   // by the one who may be excluded
	saw      seen
	to       string // state, priority or queue
	assignee string
}

// outcome is how it ended: what was seen, or a status and a code.
type outcome struct {
	status int
	code   string
	see    seen
}

// apply returns a case after an act that is taken, and whether it can be.
func (a act) apply(c seen) (seen, bool) {
	next := a.saw.Seq == c.Seq
	switch a.what {
	case "note":
		c.Seq++
		return c, next
	case "move":
		ok := a.saw.State == c.State && (next || a.messages() == 0)
		c.Seq, c.State = c.Seq+a.messages(), a.to
		return c, ok
	case "facts":
		ok := (c.Priority == a.saw.Priority || c.Priority == a.to || a.to == a.saw.Priority) &&
			(c.Assignee == a.saw.Assignee || c.Assignee == a.assignee || a.assignee == a.saw.Assignee)
		if a.to != a.saw.Priority {
			c.Priority = a.to
		}
		if a.assignee != a.saw.Assignee {
			c.Assignee = a.assignee
		}
		return c, ok
	case "labels":
		c.Labels++
		return c, a.saw.Labels == c.Labels-1
	case "classify":
		ok := a.saw.Labels == c.Labels && a.saw.Classified == c.Classified && a.saw.Kind == c.Kind
		c.Labels, c.Classified, c.Kind = c.Labels+1, c.Classified+1, "report"
		return c, ok
	case "transfer":
		ok := next && a.saw.Branch == c.Branch
		c.Seq, c.Branch = c.Seq+1, a.to
		return c, ok
	case "exclude", "readmit":
		ok := next && c.Excluded == (a.what == "readmit")
		c.Seq, c.Excluded = c.Seq+1, a.what == "exclude"
		return c, ok
	}
	return c, false
}

// messages is how many messages a move comes with, the note among them.
func (a act) messages() int {
	if a.to == "investigating" {
		return 2
	}
	return 0
}

// caseModel is a case that one act after the other changes, each at one moment. wrong
// makes it one that loses notes: the history of a real case is none of it.
func caseModel(first seen, wrong bool) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return first },
		Step: func(state, input, output any) (bool, any) {
			c, a, got := state.(seen), input.(act), output.(outcome)
			if a.outsider && c.Excluded {
				return got.status == http.StatusNotFound, c
			}
			if a.what == "read" {
				return got.see == c, c
			}
			after, can := a.apply(c)
			if wrong && a.what == "note" {
				after = c
			}
			switch {
			case got.status == http.StatusCreated:
				return can, after
			case got.code == "stale": // who reads it has changed: nothing was stored, whatever the case is
				return true, c
			}
			refused := got.status == http.StatusConflict || a.what == "readmit" && got.status == http.StatusNotFound
			return !can && refused, c
		},
		DescribeOperation: func(input, output any) string { return fmt.Sprintf("%+v → %+v", input, output) },
	}
}

// actor is a handler who acts on the case.
type actor struct {
	*rig.Desk
	name     string
	outsider bool // who may be excluded
	identity crypto.Identity
	token    string
	random   *rand.Rand
}

// table is a case, those who act on it at the same time, and what they did.
type table struct {
	id, outsider string
	actors       []*actor
	ids          []string // whom it can be given to

	mu      sync.Mutex
	history []porcupine.Operation
}

// F20: several handlers do different things to one case at once, through the API. There
// is an order in which the same acts, one after the other, end and look the same.
func TestHandlersOnOneCaseAreLinearizable(t *testing.T) {
	t.Parallel()
	each := long.Times(40, 400)
	const queues = "hr compliance"
	d := rig.NewDesks(t, map[string]string{"aiko": queues, "ken": queues, "carla": queues, "eve": queues})
	r := d.SendReport(t, "power-harassment", "own", "One case for all of them.")
	d.Exec(t, `UPDATE cases SET state = 'acknowledged', acknowledged = received, turn = 'desk'`)
	seed := uint64(time.Now().UnixNano())
	w := &table{id: r.CaseID, outsider: d.People["eve"].ID(t)}
	for i, name := range []string{"aiko", "ken", "carla", "eve"} {
		p := d.People[name]
		w.actors = append(w.actors, &actor{p, name, name == "eve", d.Identities[name], p.Token(t), rand.New(rand.NewPCG(seed, uint64(i)))})
		if name != "eve" {
			w.ids = append(w.ids, p.ID(t))
		}
	}
	first := w.look(t, w.actors[0]).see
	var all sync.WaitGroup
	for client, p := range w.actors {
		all.Go(func() {
			for range each {
				w.step(t, client, p)
			}
		})
	}
	all.Wait()
	counts := map[string]int{}
	for _, op := range w.history {
		if a, o := op.Input.(act), op.Output.(outcome); a.what != "read" {
			counts[fmt.Sprint(a.what, " ", o.status)]++
		}
	}
	if t.Failed() {
		return
	}
	if result, info := porcupine.CheckOperationsVerbose(caseModel(first, false), w.history, 0); result != porcupine.Ok {
		t.Errorf("no order of the acts explains what was seen (seed %d): %v; at most %d of %d acts:\n%s", seed, result, longest(info), len(w.history), w)
	}
	if porcupine.CheckOperations(caseModel(first, true), w.history) {
		t.Error("a model that is wrong explains it as well: too little happened, or nothing is checked")
	}
	long.Figure(t, "F20 %d acts of %d handlers on one case, 0 counterexamples: %v", len(w.history), len(w.actors), counts)
}

// longest is how many acts at most some order explains.
func longest(info porcupine.LinearizationInfo) (n int) {
	for _, partition := range info.PartialLinearizations() {
		for _, order := range partition {
			n = max(n, len(order))
		}
	}
	return n
}

func (w *table) String() string {
	var b strings.Builder
	for _, op := range w.history {
		fmt.Fprintf(&b, "%d %d–%d %+v → %+v\n", op.ClientId, op.Call, op.Return, op.Input, op.Output)
	}
	return b.String()
}

// step has somebody look at the case, and do something to it.
func (w *table) step(t *testing.T, client int, p *actor) {
	call := time.Now().UnixNano()
	o := w.look(t, p)
	w.note(client, act{what: "read", outsider: p.outsider}, o, call)
	if o.status != http.StatusOK {
		return
	}
	a := act{outsider: p.outsider, saw: o.see, what: []string{"note", "move", "facts", "labels", "classify", "transfer", "exclude", "readmit"}[p.random.IntN(8)]}
	if p.outsider && (a.what == "exclude" || a.what == "readmit" || a.what == "transfer") {
		a.what = "note" // of herself that would be another act, and she may have no key
	}
	send := w.plan(t, p, &a)
	if send == nil {
		return
	}
	call = time.Now().UnixNano()
	res := send()
	done := outcome{status: res.Status}
	if res.Status == http.StatusSeeOther { // a form of the page
		_, what, _ := strings.Cut(res.Header.Get("Location"), "facts=")
		done.status = map[bool]int{true: http.StatusConflict, false: http.StatusCreated}[strings.HasPrefix(what, "changed")]
	}
	if strings.HasPrefix(res.Body, `{"error"`) {
		var failure struct{ Error string }
		rig.Decode(t, res, &failure)
		done.code = failure.Error
	}
	w.note(client, a, done, call)
}

func (w *table) note(client int, a act, o outcome, call int64) {
	end := time.Now().UnixNano()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.history = append(w.history, porcupine.Operation{ClientId: client, Input: a, Output: o, Call: call, Return: end})
}

// look reads the case as the desk's page does.
func (w *table) look(t *testing.T, p *actor) (o outcome) {
	res := p.Get(t, "/api/desk/cases/"+w.id)
	if o.status = res.Status; res.Status != http.StatusOK {
		return o
	}
	var c struct {
		Case struct {
			State, Assignee, Priority, Branch, Kind string
			LastSeq                                 int `json:"last_seq"`
		}
		LabelsVersion         int `json:"labels_version"`
		ClassificationVersion int `json:"classification_version"`
		Exclusions            []struct{ Who string }
	}
	rig.Decode(t, res, &c)
	o.see = seen{c.Case.LastSeq, c.Case.State, c.Case.Assignee, c.Case.Priority, c.Case.Branch, c.Case.Kind, c.LabelsVersion, c.ClassificationVersion, len(c.Exclusions) > 0}
	return o
}

// plan makes the request of an act, and says in it to what the case is to change; nil:
// it cannot be made.
func (w *table) plan(t *testing.T, p *actor, a *act) (send func() rig.Response) {
	at := "/api/desk/cases/" + w.id
	c, status := p.Case(t, w.id) // for its keys; what it is, the act knows already
	if status != http.StatusOK {
		return nil
	}
	c.Case.LastSeq = a.saw.Seq
	post := func(path string, body map[string]any) func() rig.Response {
		return func() rig.Response { return p.Post(t, at+path, body) }
	}
	note := c.Note(t, fmt.Sprint("a note of ", p.name, p.random.Int()))
	switch a.what {
	case "note", "move":
		maps.Copy(note, map[string]any{"form": c.Form, "from": "note", "kind": "", "files": []string{}, "move": nil})
		if a.what == "note" {
			return post("/messages", note)
		}
		to := map[string][]string{"acknowledged": {"under-review", "investigating"}, "under-review": {"investigating"}, "investigating": {"under-review", "corrective-action"}, "corrective-action": {"investigating"}}[a.saw.State]
		a.to = to[p.random.IntN(len(to))]
		move := map[string]any{"from": a.saw.State, "to": a.to, "outcome": ""}
		if a.messages() == 0 {
			return post("/moves", move)
		}
		return post("/messages", c.Investigation(t, a.saw.State))
	case "facts":
		a.to, a.assignee = []string{"normal", "high"}[p.random.IntN(2)], w.ids[p.random.IntN(len(w.ids))]
		fields := url.Values{"token": {p.token}, "seen-priority": {a.saw.Priority}, "priority": {a.to}, "seen-assignee": {a.saw.Assignee}, "assignee": {a.assignee}}
		return func() rig.Response { return p.PostForm(t, "/en/desk/cases/"+w.id+"/facts", fields) }
	case "labels", "classify":
		c.LabelsVersion, c.ClassificationVersion, c.Case.Kind = a.saw.Labels, a.saw.Classified, a.saw.Kind
		body := c.ClassificationBody(t, crypto.Classification{Areas: []string{"bribery"}, Severity: 1 + p.random.IntN(4)})
		if a.what == "classify" {
			return post("/classification", body)
		}
		return post("/labels", map[string]any{"version": a.saw.Labels, "labels": body["labels"]})
	case "readmit":
		note["who"] = w.outsider
		return post("/readmit", note)
	}
	queue, who := "hr", w.outsider
	if a.what == "transfer" {
		if who = ""; a.saw.Branch == "hr" {
			queue = "compliance"
		}
		a.to = queue
	} else {
		queue = ""
	}
	body, _ := p.TransferBody(t, w.id, p.identity, queue, who)
	if body == nil {
		return nil
	}
	maps.Copy(body, note)
	body["seen"] = a.saw.Branch
	return post("/transfer", body)
}
