package api

import (
	"html"
	"net/http"
	"strings"
	"testing"

	"hotline/test/rig"
)

// Whoever stays anonymous and leaves a name in the form is asked, and so is whoever
// wants to be known and gives nothing. Nothing is stored, nothing typed is lost, and
// the answer to the question is taken.
func TestAnonymousIsNotTakenWithAName(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	for _, lang := range rig.Languages {
		for _, c := range []struct {
			identity, name, contact string
			field, fault            string
		}{
			{"anonymous", "Ana", "", "identity", "anonymous-with-name"},
			{"anonymous", "", "ana@home.example", "identity", "anonymous-with-name"},
			{"", "Ana", "", "identity", "anonymous-with-name"},
			{"desk", " ", "\n", "name", "name-missing"},
			{"named", "", "", "name", "name-missing"},
		} {
			path, what := "/"+lang+"/report", lang+" "+c.identity+" "+c.fault
			fields := rig.WithForm(s.FormToken(t, path), rig.Field{Name: "text", Value: "What happened."}, rig.Field{Name: "where", Value: "Hall 2"})
			for _, f := range []rig.Field{{Name: "identity", Value: c.identity}, {Name: "name", Value: c.name}, {Name: "contact", Value: c.contact}} {
				if strings.TrimSpace(f.Value) != "" {
					fields = append(fields, f)
				}
			}
			res := s.Post(t, path, fields, rig.TextFile("a.txt", 10))
			if res.Status != http.StatusUnprocessableEntity || !strings.Contains(res.Body, html.EscapeString(rig.Texts(t, lang).T("error."+c.fault))) {
				t.Errorf("%s = %d, or another question", what, res.Status)
			}
			rig.CheckErrors(t, what, lang, res.Body, c.field)
			rig.CheckKept(t, what, res.Body, fields)
		}
	}
	if s.Cases(t) != 0 || len(s.SealedFiles(t)) != 0 {
		t.Errorf("%d cases, %d files", s.Cases(t), len(s.SealedFiles(t)))
	}
	for _, c := range []struct{ identity, name, contact string }{{"anonymous", "", ""}, {"desk", "Ana", ""}, {"named", "", "ana@home.example"}} {
		receipt := s.Report(t, "en", []rig.Field{{Name: "text", Value: "x"}, {Name: "identity", Value: c.identity}, {Name: "name", Value: c.name}, {Name: "contact", Value: c.contact}})
		stored := s.Case(t, receipt, handlers["compliance"])
		if stored.Name["name"] != c.name || stored.Name["contact"] != c.contact {
			t.Errorf("%s: %v", c.identity, stored.Name)
		}
	}
}

// What stands in the form when nobody chooses anything is not sealed as if somebody
// had said so, and not read back.
func TestUnansweredDefaultsAreNotSaid(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	receipt := s.Report(t, "es", []rig.Field{
		{Name: "text", Value: "x"}, {Name: "kind", Value: "report"}, {Name: "category", Value: "unsure"}, {Name: "identity", Value: "anonymous"}, {Name: "where", Value: "aquí"},
	})
	c := s.Case(t, receipt, handlers["compliance"])
	if f := c.Messages[0].Fields; len(f) != 1 || f["where"] != "aquí" {
		t.Errorf("sealed as said: %v", f)
	}
	texts := rig.Texts(t, "es")
	page := s.FollowUp(t, "es", receipt).Body
	for _, key := range []string{"kind.report", "category.unsure", "identity.anonymous"} {
		if strings.Contains(page, ">"+html.EscapeString(texts.T(key))+"<") {
			t.Errorf("%q is read back", texts.T(key))
		}
	}
	said := s.Report(t, "en", []rig.Field{{Name: "text", Value: "x"}, {Name: "kind", Value: "consultation"}, {Name: "category", Value: "bribery"}, {Name: "identity", Value: "desk"}, {Name: "name", Value: "Ana"}})
	if f := s.Case(t, said, handlers["compliance"]).Messages[0].Fields; f["kind"] != "consultation" || f["category"] != "bribery" || f["identity"] != "desk" {
		t.Errorf("what was said is sealed as %v", f)
	}
}
