package api

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"hotline/crypto"
	"hotline/test/rig"
)

// deskCase is CASE of docs/desk-api.md, as far as this test needs it.
type deskCase struct {
	Form, On string
	Case     struct {
		Recipient string
		LastSeq   int `json:"last_seq"`
	}
	Messages []struct {
		Seq    int
		Sealed []byte
	}
	Events []struct{ What string }
}

func loadCase(t *testing.T, d *rig.Desk, id string) (c deskCase) {
	t.Helper()
	rig.Decode(t, d.Get(t, "/api/desk/cases/"+id), &c)
	return c
}

// writeNote seals a note for the next number until it is taken.
func writeNote(t *testing.T, d *rig.Desk, id, text string) error {
	for range 100 {
		c := loadCase(t, d, id)
		recipient, err := crypto.ParseRecipient(c.Case.Recipient)
		if err != nil {
			return err
		}
		seq := c.Case.LastSeq + 1
		sealed, err := crypto.SealMessage(crypto.Message{Case: id, Seq: seq, From: "note", On: c.On, Language: "en", Text: text}, recipient)
		if err != nil {
			return err
		}
		body := map[string]any{"form": c.Form, "from": "note", "kind": "", "seq": seq, "message": sealed, "files": []string{}, "move": nil}
		res := d.Post(t, "/api/desk/cases/"+id+"/messages", body)
		switch {
		case res.Status == http.StatusCreated:
			if again := d.Post(t, "/api/desk/cases/"+id+"/messages", body); again.Status != http.StatusCreated { // as after a lost answer
				return fmt.Errorf("the same note again: %d %s", again.Status, again.Body)
			}
			return nil
		case res.Status != http.StatusConflict:
			return fmt.Errorf("%d %s", res.Status, res.Body)
		}
	}
	return fmt.Errorf("never taken")
}

// Two handlers and the reporter write to one case at the same time, and both
// handlers decide: everything that was taken is there once, and one decision wins.
func TestTwoHandlersAtOnceLoseNothing(t *testing.T) {
	t.Parallel()
	s, _, first := withDesk(t, "--limits", "off")
	second, _ := s.Invite(t, "second@desk.example", "--queue", "hr")
	reporter := rig.NewReporter(t)
	in := s.Intake(t)
	if res := s.PostJSON(t, "/api/reports", reporter.Seal(t, in, "power-harassment", "own", "report")); res.Status != http.StatusCreated {
		t.Fatalf("the report: %d", res.Status)
	}
	id := reporter.CaseID
	const each = 12
	var wg sync.WaitGroup
	var want []string
	for i, d := range []*rig.Desk{first, second} {
		for n := range each {
			want = append(want, fmt.Sprintf("note %d of %d", n, i))
		}
		wg.Go(func() {
			for n := range each {
				if err := writeNote(t, d, id, fmt.Sprintf("note %d of %d", n, i)); err != nil {
					t.Errorf("handler %d: %v", i, err)
				}
			}
		})
	}
	wg.Wait()
	var got []string
	for _, m := range loadCase(t, first, id).Messages[1:] {
		opened, err := crypto.OpenMessage(m.Sealed, reporter.Case, id, m.Seq, "note")
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, opened.Text)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%d notes are there, %d were taken:\n%s", len(got), len(want), strings.Join(got, "\n"))
	}
	decideAtOnce(t, s, first, second, id)
}

// decideAtOnce has both handlers change the same facts from the same page, and
// move the case from the same state.
func decideAtOnce(t *testing.T, s *rig.Server, first, second *rig.Desk, id string) {
	t.Helper()
	tokens := map[*rig.Desk]string{first: first.Token(t), second: second.Token(t)}
	together := func(act func(d *rig.Desk) string) (answers []string) {
		var wg sync.WaitGroup
		var mu sync.Mutex
		for d := range tokens {
			wg.Go(func() {
				a := act(d)
				mu.Lock()
				defer mu.Unlock()
				answers = append(answers, a)
			})
		}
		wg.Wait()
		slices.Sort(answers)
		return answers
	}
	s.Exec(t, `UPDATE cases SET state = 'acknowledged', acknowledged = received, turn = 'desk'`)
	moves := together(func(d *rig.Desk) string {
		if d == second {
			return fmt.Sprint(d.Investigate(t, id, "acknowledged").Status)
		}
		return fmt.Sprint(d.Post(t, "/api/desk/cases/"+id+"/moves", map[string]string{"from": "acknowledged", "to": "under-review", "outcome": ""}).Status)
	})
	if !slices.Equal(moves, []string{"201", "409"}) {
		t.Errorf("two moves from one state: %v", moves)
	}
	facts := together(func(d *rig.Desk) string { // both take the case
		var me rig.DeskSession
		rig.Decode(t, d.Get(t, "/api/desk/session"), &me)
		res := d.PostForm(t, "/en/desk/cases/"+id+"/facts", url.Values{"token": {tokens[d]}, "seen-priority": {"normal"}, "priority": {"normal"}, "seen-assignee": {""}, "assignee": {me.Handler.ID}})
		_, what, _ := strings.Cut(res.Header.Get("Location"), "facts=")
		return what
	})
	if !slices.Equal(facts, []string{"changed", "saved"}) {
		t.Errorf("two who take the case: %v", facts)
	}
	if c := loadCase(t, first, id); len(c.Events) != 2 {
		t.Errorf("events %+v, want a move and an assignment", c.Events)
	}
}
