package cases

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/server/caseview"
	"hotline/server/guard"
	"hotline/server/respond"
	"hotline/server/session"
	"hotline/server/settings"
	"hotline/server/uploads"
	"hotline/store"
	"hotline/store/blob"
	"hotline/store/casework"
)

// office is a desk with a case, two handlers of its queue and one of another.
type office struct {
	t        *testing.T
	desk     *Desk
	who      store.Handler
	hana     store.Handler
	hugo     store.Handler
	carla    store.Handler
	caseID   string
	identity crypto.Identity
	reporter crypto.Identity
	keys     map[string][]byte
}

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func open(t *testing.T) *office {
	t.Helper()
	ctx := context.Background()
	now := func() time.Time { return noon }
	st, err := store.Open(ctx, filepath.Join(t.TempDir(), "hotline.db"), store.Options{Now: now})
	must(t, err)
	t.Cleanup(func() { must(t, st.Close()) })
	files, err := blob.Open(filepath.Join(t.TempDir(), "files"))
	must(t, err)
	key := crypto.NewDailyKey()
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	o := &office{t: t, desk: New(Parts{
		MaxFiles: 3, FileSize: 1 << 20, Store: st, Files: files, Uploads: uploads.New(uploads.Parts{Files: files, PerForm: 3, FileSize: 1 << 20, Now: now}),
		Forms:    guard.Forms{Now: now, Key: func(context.Context, casework.Day, bool) (crypto.DailyKey, error) { return key, nil }},
		Settings: settings.New(settings.Parts{Store: st, Log: log, Now: now}), Log: log, Large: guard.NewShares(now).Desk, Now: now,
	})}
	o.hana, o.hugo, o.carla = o.handler("hana", casework.HR), o.handler("hugo", casework.HR), o.handler("carla", casework.Compliance)
	o.who = o.hana
	o.identity, _ = crypto.NewIdentity()
	o.reporter, _ = crypto.NewIdentity()
	o.caseID, o.keys = crypto.NewID(), map[string][]byte{o.hana.ID: []byte("sealed to hana")}
	summary, err := crypto.SealSummary(crypto.Summary{Case: o.caseID}, o.identity.Recipient())
	must(t, err)
	must(t, st.CreateCase(ctx, store.NewCase{
		Case: store.Case{ID: o.caseID, Branch: "hr", Category: "power-harassment", Channel: casework.Web, Received: "2026-11-20",
			Recipient: o.identity.Recipient().String(), ReporterRecipient: o.reporter.Recipient().String(), Summary: summary},
		LookupHash: bytes.Repeat([]byte{1}, 32), Keys: o.keys, Message: o.seal(1, "report"),
	}))
	return o
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (o *office) handler(name string, queue casework.Queue) store.Handler {
	o.t.Helper()
	h, err := o.desk.store.AddHandler(context.Background(), store.Handler{ID: crypto.NewID(), Name: name, Email: name + "@example.org",
		Roles: []string{store.RoleHandler}, Branches: casework.AtRoot(queue), Recipient: "age1pq1" + name})
	must(o.t, err)
	return h
}

func (o *office) seal(seq int, from string) []byte {
	o.t.Helper()
	to := []crypto.Recipient{o.identity.Recipient(), o.reporter.Recipient()}
	if from == "note" {
		to = to[:1]
	}
	sealed, err := crypto.SealMessage(crypto.Message{Case: o.caseID, Seq: seq, From: from, Text: "text"}, to...)
	must(o.t, err)
	return sealed
}

// ask sends a request as o.who and returns status and body; of an error its code.
func (o *office) ask(method, path string, body any) (int, string) {
	o.t.Helper()
	as := func(serve session.Handler) fiber.Handler {
		return func(c *fiber.Ctx) error { return serve(c, session.Session{Handler: o.who}) }
	}
	app := fiber.New(fiber.Config{StreamRequestBody: true, ErrorHandler: func(c *fiber.Ctx, err error) error {
		var f *respond.Failure
		if errors.As(err, &f) {
			return c.Status(f.Code.Status()).SendString(string(f.Code))
		}
		return c.Status(respond.StatusOf(err)).SendString(err.Error())
	}})
	app.Post("/summaries", as(o.desk.PostSummaries))
	app.Get("/cases/:id", as(o.desk.GetCase))
	app.Get("/cases/:id/files/:file", as(o.desk.GetFile))
	app.Post("/cases/:id/export", as(func(c *fiber.Ctx, s session.Session) error { return o.desk.PostSealedExport(c, s, nil) }))
	app.Post("/cases/:id/read", as(o.desk.PostRead))
	app.Post("/cases/:id/messages", as(o.desk.PostMessage))
	app.Post("/cases/:id/moves", as(o.desk.PostMove))
	app.Post("/cases/:id/classification", as(o.desk.PostClassification))
	app.Post("/cases/:id/facts", as(func(c *fiber.Ctx, s session.Session) error {
		fields, err := respond.ReadForm(c, 1<<16)
		if err != nil {
			return err
		}
		return o.desk.PostFacts(c, s, fields)
	}))
	request := httptest.NewRequest(method, path, nil)
	switch b := body.(type) {
	case nil:
	case url.Values:
		request = httptest.NewRequest(method, path, strings.NewReader(b.Encode()))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	default:
		raw, err := json.Marshal(b)
		must(o.t, err)
		request = httptest.NewRequest(method, path, bytes.NewReader(raw))
		request.Header.Set("Content-Type", "application/json")
	}
	res, err := app.Test(request, -1)
	must(o.t, err)
	content, err := io.ReadAll(res.Body)
	must(o.t, err)
	if res.StatusCode == http.StatusSeeOther {
		return res.StatusCode, res.Header.Get("Location")
	}
	return res.StatusCode, string(content)
}

func (o *office) path(rest string) string { return "/cases/" + o.caseID + rest }

func (o *office) read() (c caseview.DeskCase) {
	o.t.Helper()
	status, body := o.ask("GET", o.path(""), nil)
	if status != 200 || len(body)%1024 != 0 {
		o.t.Fatalf("the case = %d, %d bytes: %.200s", status, len(body), body)
	}
	must(o.t, json.Unmarshal([]byte(body), &c))
	return c
}

type object map[string]any

func (o *office) message(from, kind string, seq int, move any) object {
	return object{"form": o.read().Form, "from": from, "kind": kind, "seq": seq, "message": o.seal(seq, from), "files": []string{}, "move": move}
}

// want checks the status of a request, and what its answer holds.
func (o *office) want(what string, method, path string, body any, status int, holds string) {
	o.t.Helper()
	if got, answer := o.ask(method, path, body); got != status || !strings.Contains(answer, holds) {
		o.t.Errorf("%s = %d %.300s; want %d, %s", what, got, answer, status, holds)
	}
}

func TestACaseIsHandedOutSealed(t *testing.T) {
	o := open(t)
	c := o.read()
	if c.On != "2026-11-21" || c.Case.ID != o.caseID || c.Case.Turn != casework.TurnNew || string(c.Key) != "sealed to hana" || len(c.Messages) != 1 ||
		c.Dates.Acknowledge != "2026-11-27" || c.Dates.Due != "2026-11-27" || c.Dates.DueFor != "acknowledge" || c.Dates.Notice != "2026-12-10" || c.Read != 0 ||
		len(c.Colleagues) != 2 || c.Handlers[o.hana.ID] != "hana" || c.Handlers[o.carla.ID] != "carla" || len(c.Excludable) != 3 ||
		!slices.Equal(c.Queues, []casework.Queue{casework.Compliance}) || c.Limits.Files != 3 {
		c.Messages, c.Case.Recipient, c.Case.ReporterRecipient = nil, "", "" // they are long
		t.Errorf("the case is %+v", c)
	}
	if len(c.Moves) != 1 || c.Moves[0].To != casework.Acknowledged || c.Moves[0].Message != casework.FromDesk || len(c.Moves[0].Outcomes) != 0 {
		t.Errorf("moves: %+v", c.Moves)
	}
	o.who = o.hugo
	if c := o.read(); len(c.Key) != 0 {
		t.Errorf("hugo has a key: %q", c.Key)
	}
}

// For whoever does not work in its queue a case is one that never was.
func TestACaseOfAnotherQueueIsNotThere(t *testing.T) {
	o := open(t)
	move := object{"from": "received", "to": "acknowledged", "outcome": ""}
	facts := url.Values{"priority": {"high"}, "seen-priority": {"normal"}}
	ask := func(id string) (answers []string) {
		for _, r := range []struct {
			method, path string
			body         any
		}{
			{"GET", "", nil}, {"POST", "/export", url.Values{}}, {"GET", "/files/" + crypto.NewID(), nil}, {"POST", "/read", object{"seq": 1}},
			{"POST", "/messages", object{}}, {"POST", "/moves", move}, {"POST", "/facts", facts},
		} {
			status, body := o.ask(r.method, "/cases/"+id+r.path, r.body)
			if status != 404 {
				t.Errorf("%s %s = %d %s", r.method, r.path, status, body)
			}
			answers = append(answers, body)
		}
		return answers
	}
	o.who = o.carla
	if there, nowhere := ask(o.caseID), ask(crypto.NewID()); !slices.Equal(there, nowhere) {
		t.Errorf("a case of another queue answers\n%q, an unknown one\n%q", there, nowhere)
	}
	status, body := o.ask("POST", "/summaries", object{"cases": []string{o.caseID}})
	if status != 200 || strings.TrimSpace(body) != `{"cases":{}}` {
		t.Errorf("summaries of another queue = %d %s", status, body)
	}
}

func TestMessagesOfTheDesk(t *testing.T) {
	o := open(t)
	messages := o.path("/messages")
	acknowledge := object{"from": "received", "to": "acknowledged", "outcome": ""}
	first := o.message("desk", "question", 2, acknowledge)
	o.want("an acknowledgement by note", "POST", messages, o.message("note", "", 2, acknowledge), 422, "move")
	o.want("a move that is none", "POST", messages, o.message("desk", "", 2, object{"from": "received", "to": "closed", "outcome": "partly"}), 422, "move")
	o.want("purging", "POST", messages, o.message("desk", "", 2, object{"from": "closed", "to": "purged", "outcome": ""}), 422, "move")
	o.want("a note for two", "POST", messages, object{"form": "", "from": "note", "kind": "", "seq": 2, "message": o.seal(2, "desk"), "files": []string{}, "move": nil}, 400, "")
	o.want("a message as the reporter", "POST", messages, object{"from": "reporter", "seq": 2, "message": o.seal(2, "desk")}, 400, "")
	expired := o.message("desk", "", 2, nil)
	expired["form"] = "no token"
	o.want("an old form", "POST", messages, expired, 422, "form-expired")
	for range 2 {
		o.want("the acknowledgement, twice", "POST", messages, first, 201, `"state":"acknowledged"`)
	}
	c := o.read()
	if len(c.Messages) != 2 || len(c.Events) != 1 || c.Case.Turn != casework.TurnReporter || c.Messages[1].By != o.hana.ID || c.Messages[1].At != noon.Unix() ||
		c.Messages[1].Kind != casework.Question || c.Read != 2 || c.Events[0].After != 2 || c.Events[0].To != "acknowledged" {
		t.Errorf("after the acknowledgement: %+v", c)
	}
	o.want("another message of that number", "POST", messages, o.message("desk", "", 2, nil), 409, "conflict")
	o.want("a message beyond the next number", "POST", messages, o.message("desk", "", 4, nil), 409, "conflict")
	o.want("a move from where the case is no more", "POST", messages, o.message("desk", "", 3, object{"from": "under-review", "to": "closed", "outcome": "partly"}), 409, "moved")
	o.want("a move that needs a message", "POST", o.path("/moves"), object{"from": "acknowledged", "to": "closed", "outcome": "partly"}, 422, "move")
	investigate := object{"from": "acknowledged", "to": "investigating", "outcome": ""}
	o.want("investigating without a word", "POST", o.path("/moves"), investigate, 422, "move")
	o.want("investigating with a note alone", "POST", messages, o.message("note", "", 3, investigate), 422, "move")
	o.want("investigating with a message alone", "POST", messages, o.message("desk", "", 3, investigate), 422, "move")
	o.want("investigating with a task", "POST", messages, o.message("note", "task", 3, investigate), 400, "")
	o.want("a note with a note", "POST", messages, o.withNote(o.message("note", "", 4, investigate), 3), 400, "")
	o.want("a note behind the message", "POST", messages, o.withNote(o.message("desk", "", 3, investigate), 4), 400, "")
	o.want("a note that the reporter could open", "POST", messages, object{"form": o.read().Form, "from": "desk", "kind": "", "seq": 4, "message": o.seal(4, "desk"), "files": []string{}, "move": investigate,
		"note": object{"seq": 3, "message": o.seal(3, "desk")}}, 400, "")
	o.want("a note that nothing needs", "POST", messages, o.withNote(o.message("desk", "", 4, nil), 3), 422, "move")
	o.want("a note whose number is taken", "POST", messages, o.withNote(o.message("desk", "", 3, investigate), 2), 409, "conflict")
	told := o.withNote(o.message("desk", "", 4, investigate), 3)
	for range 2 {
		o.want("investigating, twice", "POST", messages, told, 201, `"decided":"2026-11-21"`)
	}
	told["note"] = object{"seq": 3, "message": o.seal(3, "note")}
	o.want("the same message with another note", "POST", messages, told, 409, "conflict")
	o.want("the same move again", "POST", messages, o.withNote(o.message("desk", "", 6, investigate), 5), 409, "moved")
	longer := o.message("desk", "", 5, nil)
	longer["extension"] = true
	o.want("an extension that no law allows", "POST", messages, longer, 409, "no-extension")
	noted := o.message("note", "", 5, nil)
	noted["extension"] = true
	o.want("an extension by note", "POST", messages, noted, 400, "")
	o.want("a task for the reporter", "POST", messages, o.message("desk", "task", 5, nil), 400, "")
	o.want("a task", "POST", messages, o.message("note", "task", 5, nil), 201, `"kind":"task"`)
	o.want("a move", "POST", o.path("/moves"), object{"from": "investigating", "to": "corrective-action", "outcome": ""}, 201, `"state":"corrective-action"`)
	o.want("the same move again", "POST", o.path("/moves"), object{"from": "investigating", "to": "corrective-action", "outcome": ""}, 409, "moved")
	closing := o.message("desk", "answer", 6, object{"from": "corrective-action", "to": "closed", "outcome": "partly"})
	o.want("closing a case that is not classified", "POST", messages, closing, 409, "unclassified")
	o.classified()
	o.want("closing, as it was tried before", "POST", messages, closing, 201, `"outcome":"partly"`)
	o.want("reading", "POST", o.path("/read"), object{"seq": 7}, 400, "")
}

// withNote adds a note of that number to a message.
func (o *office) withNote(message object, seq int) object {
	message["note"] = object{"seq": seq, "message": o.seal(seq, "note")}
	return message
}

// classified classifies the case, after everything that is none was refused.
func (o *office) classified() {
	o.t.Helper()
	c := o.read()
	if len(c.Classification) != 0 || c.Classified != 0 {
		o.t.Errorf("classified before anybody did: %d bytes, version %d", len(c.Classification), c.Classified)
	}
	sealed, err := crypto.SealClassification(crypto.Classification{Case: o.caseID, Areas: []string{"power-harassment"}, Severity: 2}, o.identity.Recipient())
	must(o.t, err)
	labels, err := crypto.SealLabels(crypto.Labels{Case: o.caseID, Area: "power-harassment", Severity: 2}, o.identity.Recipient())
	must(o.t, err)
	with := func(changes object) object {
		body := object{"version": 0, "classification": sealed, "labels_version": 0, "labels": labels, "seen_kind": "", "kind": "report"}
		maps.Copy(body, changes)
		return body
	}
	at := o.path("/classification")
	for what, changes := range map[string]object{
		"labels for a classification": {"classification": labels}, "a classification for labels": {"labels": sealed}, "no classification": {"classification": []byte{}},
		"in the clear": {"classification": bytes.Repeat([]byte{' '}, len(sealed))}, "no kind": {"kind": ""}, "a kind that is none": {"kind": "tip"},
		"a kind that never was": {"seen_kind": "tip"}, "a negative version": {"version": -1}, "negative labels": {"labels_version": -1},
	} {
		o.want(what, "POST", at, with(changes), 400, "")
	}
	o.want("a version that is not there", "POST", at, with(object{"version": 1}), 409, "conflict")
	o.want("another kind than there is", "POST", at, with(object{"seen_kind": "consultation"}), 409, "conflict")
	o.want("the classification", "POST", at, with(nil), 201, `"classification_version":1`)
	o.want("the same again", "POST", at, with(object{"seen_kind": "report"}), 409, "conflict")
	o.want("a correction without labels", "POST", at, with(object{"version": 1, "seen_kind": "report", "labels": []byte{}}), 201, `"classification_version":2`)
	if c := o.read(); !bytes.Equal(c.Classification, sealed) || c.Classified != 2 || c.Version != 1 || !bytes.Equal(c.Labels, labels) || c.Case.Kind != "report" {
		o.t.Errorf("after classifying: version %d, labels %d, kind %q", c.Classified, c.Version, c.Case.Kind)
	}
}

// bring sends a whole sealed file for a form.
func (o *office) bring(token string, to ...crypto.Recipient) string {
	o.t.Helper()
	form, err := o.desk.forms.Check(context.Background(), token)
	must(o.t, err)
	sealed, err := crypto.Seal(make([]byte, crypto.Padme(1000)), to...)
	must(o.t, err)
	body, err := guard.NewBody(bytes.NewReader(sealed), int64(len(sealed)), uploads.ChunkLimit)
	must(o.t, err)
	p := uploads.Chunk{ID: crypto.NewID(), Complete: true}
	_, _, err = o.desk.uploads.Take(context.Background(), nil, form.Nonce, p, body)
	must(o.t, err)
	return p.ID
}

func TestFilesOfTheDesk(t *testing.T) {
	o := open(t)
	m := o.message("desk", "", 2, nil)
	token := m["form"].(string)
	forOne, forTwo := o.bring(token, o.identity.Recipient()), o.bring(token, o.identity.Recipient(), o.reporter.Recipient())
	m["files"] = []string{forOne}
	o.want("a file that the reporter could not open", "POST", o.path("/messages"), m, 400, "")
	m["files"] = []string{forTwo, crypto.NewID()}
	o.want("a file that never came", "POST", o.path("/messages"), m, 409, "files")
	m["files"] = []string{forTwo}
	for range 2 {
		o.want("a message with a file, twice", "POST", o.path("/messages"), m, 201, forTwo)
	}
	note := o.message("note", "", 3, nil)
	forBoth := o.bring(note["form"].(string), o.identity.Recipient(), o.reporter.Recipient())
	note["files"] = []string{forBoth}
	o.want("a note's file that the reporter could open", "POST", o.path("/messages"), note, 400, "")
	own := o.bring(note["form"].(string), o.identity.Recipient())
	note["files"] = []string{own}
	o.want("a note with a file", "POST", o.path("/messages"), note, 201, own)
	status, body := o.ask("GET", o.path("/files/"+own), nil)
	if plain, err := crypto.Open([]byte(body), o.identity); status != 200 || err != nil || int64(len(plain)) != crypto.Padme(1000) {
		t.Errorf("the file = %d, %d bytes, %v", status, len(plain), err)
	}
	o.want("a file that is none of the case's", "GET", o.path("/files/"+forOne), nil, 404, "")
}

func TestPriorityAndAssignee(t *testing.T) {
	o := open(t)
	facts := o.path("/facts")
	form := func(seen, want [2]string) url.Values {
		return url.Values{"seen-priority": {seen[0]}, "seen-assignee": {seen[1]}, "priority": {want[0]}, "assignee": {want[1]}, "back": {"tab=new"}}
	}
	nobody, hugo := [2]string{"normal", ""}, [2]string{"high", o.hugo.ID}
	o.want("a change", "POST", facts, form(nobody, hugo), 303, "facts=saved")
	o.want("a change by one who did not see it", "POST", facts, form(nobody, [2]string{"normal", o.hana.ID}), 303, "facts=changed")
	o.want("a change and the way back", "POST", facts, form(hugo, [2]string{"normal", o.hugo.ID}), 303, "back=tab%3Dnew")
	o.want("a priority that is none", "POST", facts, form(hugo, [2]string{"top", ""}), 400, "")
	o.want("an assignee of another queue", "POST", facts, form(hugo, [2]string{"high", o.carla.ID}), 400, "")
	if c := o.read(); c.Case.Priority != casework.Normal || c.Case.Assignee != o.hugo.ID || len(c.Events) != 3 {
		t.Errorf("the case is %+v, %+v", c.Case, c.Events)
	}
}

func TestExportFromTheDesk(t *testing.T) {
	o := open(t)
	m := o.message("desk", "", 2, nil)
	file := o.bring(m["form"].(string), o.identity.Recipient(), o.reporter.Recipient())
	m["files"] = []string{file}
	o.want("a message with a file", "POST", o.path("/messages"), m, 201, file)
	status, body := o.ask("POST", o.path("/export"), url.Values{})
	archive, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if status != 200 || err != nil {
		t.Fatalf("the export = %d, %v", status, err)
	}
	var names []string
	for _, f := range archive.File {
		names = append(names, f.Name)
		if f.Method != zip.Store {
			t.Errorf("%s is compressed", f.Name)
		}
	}
	slices.Sort(names)
	if want := []string{"0001-report.json.age", "0002-desk.json.age", "README.txt", "case.json", "files/" + file + ".age", "keys/hana@example.org.age"}; !slices.Equal(names, want) {
		t.Errorf("the export holds %q, want %q", names, want)
	}
	o.who = o.hugo
	o.want("an export without a key", "POST", o.path("/export"), url.Values{}, 404, "")
}
