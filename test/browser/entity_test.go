package browser

import (
	"testing"

	"hotline/store/casework"
	"hotline/test/rig"
)

// TestEntityInTheBrowser reports about a site of a company with a real browser, with
// and without scripts.
func TestEntityInTheBrowser(t *testing.T) {
	t.Parallel()
	data, _ := rig.FilledFolder(t)
	rig.AddEntities(t, data,
		casework.Entity{Code: "br", Name: "Brazil works", Names: casework.Translations{"ja": "ブラジル工場", "pt": "Fábrica do Brasil"}, People: 400, Contact: "+55 11 5555 0100"},
		casework.Entity{Code: "br-sp", Parent: "br", Name: "Santos depot", Names: casework.Translations{"ja": "サントス倉庫"}, People: 12},
		casework.Entity{Code: "pt", Name: "Lisbon office", People: 20})
	rig.Run(t, "queue", "add", "--data", data, "--code", "outside", "--name", "en=Outside counsel", "--name", "pt=Escritório externo", "--readers", "en=A law firm, and nobody of ours", "--choosable")
	handlers := map[string]rig.Handler{"hr": rig.AddHandlerAt(t, data, "rita@desk.example", "hr", "br"), "outside": rig.AddHandlerAt(t, data, "olga@desk.example", "outside", "br")}
	s := rig.Start(t, data, "--limits", "off", "--organization", "Example Manufacturing")
	b := &browser{open: s}
	b.run(t, "reporter/entity.mjs", map[string]any{"url": s.URL, "texts": scriptTexts(t)})
	if len(b.cases) != 2 {
		t.Errorf("%d reports were sent, want 2", len(b.cases))
	}
	for _, sent := range b.cases {
		c := s.Case(t, sent.Receipt, handlers[sent.Queue])
		for _, field := range []string{"entity", "desk"} {
			if got := c.Messages[0].Fields[field]; got != sent.Fields[field] {
				t.Errorf("%s: the %s is sealed as %q", sent.Lang, field, got)
			}
		}
		if n := s.Count(t, `SELECT count(*) FROM cases WHERE id = $1 AND branch = $2 AND entity = 'br'`, c.ID, sent.Queue+"@br"); n != 1 {
			t.Errorf("%s: the case is elsewhere, or about something else in the clear", sent.Lang)
		}
	}
}
