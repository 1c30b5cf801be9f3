package api

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"hotline/crypto"
	"hotline/test/rig"
)

// aLongCase has 130 messages, and a file at every tenth.
func aLongCase(t *testing.T, s *rig.Server) *rig.Reporter {
	t.Helper()
	r := s.SendReport(t, "bribery", "", "a report")
	s.Lengthen(t, r, 130)
	for seq := 10; seq <= 130; seq += 10 {
		s.Exec(t, `INSERT INTO files (id, case_id, seq, size) VALUES ($1, $2, $3, $4)`, crypto.NewID(), r.CaseID, seq, seq)
	}
	return r
}

// isNote reports whether a message of aLongCase is one.
func isNote(seq int) bool { return seq > 1 && seq%3 == 2 }

// walked is what a walk through the pages of a case has met.
type walked struct {
	t            *testing.T
	pages        int
	seen, files  map[int]int // by number of the message
	wrong        func(seq int) bool
	withoutStart bool // pages after the first have nothing of the beginning
}

// page notes one page. The beginning, which comes with it, is no part of it.
func (w *walked) page(earlier int, seqs, files []int) {
	w.t.Helper()
	if w.pages++; earlier > 0 && (len(seqs) == 0 || !w.withoutStart && seqs[0] != 1) {
		w.t.Errorf("page %d begins with %v", w.pages, seqs)
	}
	on := 0
	for i, seq := range seqs {
		if i > 0 && seqs[i-1] >= seq || w.wrong(seq) {
			w.t.Errorf("page %d has %d after %v", w.pages, seq, seqs[:i])
		}
		if seq >= earlier {
			w.seen[seq]++
			on++
		}
	}
	for _, seq := range files {
		if !slices.Contains(seqs, seq) {
			w.t.Errorf("page %d has a file of message %d, and not the message", w.pages, seq)
		}
		if seq >= earlier {
			w.files[seq]++
		}
	}
	if on > 50 || on < 50 && earlier > 0 {
		w.t.Errorf("page %d has %d messages", w.pages, on)
	}
}

func (w *walked) end(pages int) {
	w.t.Helper()
	if w.pages != pages {
		w.t.Errorf("%d pages, want %d", w.pages, pages)
	}
	for seq := 1; seq <= 130; seq++ {
		want := 1
		if w.wrong(seq) {
			want = 0
		}
		file := want
		if seq%10 != 0 {
			file = 0
		}
		if w.seen[seq] != want || w.files[seq] != file {
			w.t.Errorf("message %d came %d times, and its file %d times", seq, w.seen[seq], w.files[seq])
		}
	}
}

// The reporter's browser and the handler's walk through a case of 130 messages. Each
// message and each file comes once, and nothing of it costs the size of the case.
func TestPagesOfMessages(t *testing.T) {
	t.Parallel()
	d := rig.NewDesks(t, map[string]string{"aiko": "compliance"})
	r := aLongCase(t, d.Server)

	w := &walked{t: t, seen: map[int]int{}, files: map[int]int{}, wrong: isNote}
	for before, more := 0, true; more; {
		c, res := conversationBefore(t, d.Server, r, before)
		if res.Status != http.StatusOK || c.LastSeq != 130 {
			t.Fatalf("before %d = %d, %s", before, res.Status, res.Body)
		}
		var seqs, files []int
		for _, m := range c.Messages {
			seqs = append(seqs, m.Seq)
		}
		for _, f := range c.Files {
			files = append(files, f.Seq)
		}
		w.page(c.Earlier, seqs, files)
		before, more = c.Earlier, c.Earlier > 0
	}
	w.end(2)
	for _, bad := range []any{-1, 1, 131, "x", 2.5} {
		res := d.PostJSON(t, "/api/follow-up", map[string]any{"form": d.Intake(t).Form, "lookup": r.Lookup(), "before": bad})
		refusedAs(t, fmt.Sprintf("before %v", bad), res, 400, "malformed")
	}

	w = &walked{t: t, seen: map[int]int{}, files: map[int]int{}, wrong: func(int) bool { return false }}
	aiko, path := d.People["aiko"], "/api/desk/cases/"+r.CaseID
	for next := path; next != ""; {
		page := deskPage(t, aiko, next)
		w.page(page.Earlier, page.seqs(), page.files())
		if next, w.withoutStart = "", true; page.Earlier > 0 {
			next = fmt.Sprintf("%s/messages?before=%d", path, page.Earlier)
		}
	}
	w.end(3)
	if tasks := deskPage(t, aiko, path+"/messages?kind=task&before=81"); len(tasks.Messages) != 27 || slices.ContainsFunc(tasks.seqs(), func(seq int) bool { return !isNote(seq) }) {
		t.Errorf("the tasks before 81: %v", tasks.seqs())
	}
	for _, bad := range []string{"", "?before=0", "?before=1", "?before=-5", "?before=131", "?before=x", "?before=81&kind=answer"} {
		refusedAs(t, "messages"+bad, aiko.Get(t, path+"/messages"+bad), 400, "malformed")
	}
	if found := searched(t, aiko, r.CaseID); found.Earlier != 81 || len(found.Messages) != 50 {
		t.Errorf("for searching there are %d messages, earlier %d", len(found.Messages), found.Earlier)
	}
	whole := d.SendReport(t, "bribery", "", "a report")
	d.Lengthen(t, whole, 130)
	if got := d.Case(t, whole.Receipt.String(), rig.Handler{Email: "aiko@desk.example", Identity: d.Identities["aiko"]}); len(got.Messages) != 130 || got.Messages[129].Text != "message 130" {
		t.Errorf("the export has %d messages", len(got.Messages))
	}
}

// aPage is what answers with messages have in common.
type aPage struct {
	Messages []struct{ Seq int }
	Files    []struct{ Seq int }
	Earlier  int
}

func (p aPage) seqs() (all []int) {
	for _, m := range p.Messages {
		all = append(all, m.Seq)
	}
	return all
}

func (p aPage) files() (all []int) {
	for _, f := range p.Files {
		all = append(all, f.Seq)
	}
	return all
}

func deskPage(t *testing.T, d *rig.Desk, path string) (p aPage) {
	t.Helper()
	res := d.Get(t, path)
	if res.Status != http.StatusOK {
		t.Fatalf("%s = %d %s", path, res.Status, res.Body)
	}
	rig.Decode(t, res, &p)
	return p
}

func searched(t *testing.T, d *rig.Desk, id string) aPage {
	t.Helper()
	var answer struct {
		Cases []struct {
			Case string
			aPage
		}
	}
	rig.Decode(t, d.Post(t, "/api/desk/search", map[string]string{"after": ""}), &answer)
	for _, c := range answer.Cases {
		if c.Case == id {
			return c.aPage
		}
	}
	return aPage{}
}

func conversationBefore(t *testing.T, s *rig.Server, r *rig.Reporter, before int) (c rig.Conversation, res rig.Response) {
	t.Helper()
	res = s.PostJSON(t, "/api/follow-up", map[string]any{"form": s.Intake(t).Form, "lookup": r.Lookup(), "before": before})
	if res.Status == http.StatusOK {
		rig.Decode(t, res, &c)
	}
	return c, res
}

var (
	pageButton = regexp.MustCompile(`<button type="submit" form="message" name="before" value="(\d+)" formaction="([^"]*)"[^>]* id="(earlier|newer)">`)
	shownText  = regexp.MustCompile(`message (\d+)<`)
)

// Without scripts, buttons of the form lead to earlier messages and back. The receipt
// stands in no address, and what was typed stays.
func TestPagesWithoutScripts(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	r := aLongCase(t, s)
	page := lookUp(t, s, "en", r.Receipt.String())
	var seen []int
	walk := func(button string) (there bool) {
		for _, b := range pageButton.FindAllStringSubmatch(page.Body, -1) {
			if b[3] != button || b[1] == "0" && button == "earlier" {
				continue
			}
			if b[2] != "/en/follow-up#messages" {
				t.Errorf("the button leads to %s", b[2])
			}
			page = s.PostFields(t, "/en/follow-up", rig.WithForm(rig.Token(t, page.Body), rig.Field{Name: "receipt", Value: r.Receipt.String()},
				rig.Field{Name: "before", Value: b[1]}, rig.Field{Name: "text", Value: "half a thought"})...)
			if page.Status != http.StatusOK || !strings.Contains(page.Body, "half a thought") {
				t.Fatalf("%s = %d\n%s", button, page.Status, page.Body)
			}
			return true
		}
		return false
	}
	note := func() {
		for _, m := range shownText.FindAllStringSubmatch(page.Body, -1) {
			seq, _ := strconv.Atoi(m[1])
			seen = append(seen, seq)
		}
	}
	note()
	for walk("earlier") {
		note()
	}
	var want []int // the newest first, and the report says something else
	for seq := 130; seq > 1; seq-- {
		if !isNote(seq) {
			want = append(want, seq)
		}
	}
	if !slices.Equal(seen, want) || !strings.Contains(page.Body, "a report") {
		t.Errorf("the pages show %v", seen)
	}
	if !strings.Contains(page.Body, `name="shown" value="`) || !walk("newer") || walk("newer") || !strings.Contains(page.Body, "message 130<") {
		t.Error("there is no way back to the newest messages")
	}
	for _, bad := range []string{"-1", "1", "131", "x", "99999999999999999999"} {
		res := s.PostFields(t, "/en/follow-up", rig.WithForm(rig.Token(t, page.Body), rig.Field{Name: "receipt", Value: r.Receipt.String()}, rig.Field{Name: "before", Value: bad})...)
		if res.Status != http.StatusBadRequest {
			t.Errorf("before %q = %d", bad, res.Status)
		}
	}
}
