package browser

import (
	"strings"
	"testing"
	"time"

	"hotline/store/casework"
	"hotline/test/rig"
)

// TestAskedInTheBrowser answers what the page of a case asks by itself, in a real browser,
// with and without scripts, and opens what the desks get.
func TestAskedInTheBrowser(t *testing.T) {
	t.Parallel()
	d := rig.NewDesks(t, map[string]string{"carla": "compliance", "ines": "independent", "otto": "independent"}, "--organization", "Example Manufacturing")
	d.Show(t, "otto", "The lawyer")
	b := &browser{open: d.Server, asked: map[string]func(*testing.T, browserLine) string{
		"ago": func(t *testing.T, l browserLine) string {
			today := casework.DayOf(time.Now().UTC())
			d.Exec(t, `UPDATE cases SET received = $1 WHERE id = $2`, string(today.AddMonths(-4)), d.CaseID(t, l.Receipt))
			if l.State != "" {
				d.Exec(t, `UPDATE cases SET state = $1, outcome = 'substantiated', closed = $2, turn = 'ended' WHERE id = $3`, l.State, string(today), d.CaseID(t, l.Receipt))
			}
			return ""
		},
	}}
	b.run(t, "reporter/asked.mjs", map[string]any{"url": d.URL, "texts": scriptTexts(t)})
	if len(b.cases) != 2 || d.Cases(t) != 5 {
		t.Errorf("%d times yes, %d cases", len(b.cases), d.Cases(t))
	}
	for _, sent := range b.cases {
		first := d.Case(t, sent.Receipt, rig.Handler{Email: "carla@desk.example", Identity: d.Identities["carla"]})
		own := d.Case(t, sent.Queue, rig.Handler{Email: "ines@desk.example", Identity: d.Identities["ines"]})
		report := own.Messages[0]
		if own.Queue != "independent" || report.Fields["earlier"] != first.ID[:8] || report.Fields["category"] != "retaliation" || len(own.Messages) != 1 {
			t.Errorf("%s: the independent desk reads %s %+v", sent.Lang, own.Queue, own.Messages)
		}
		if len(first.Messages) != 2 || first.Messages[1].Fields["happened"] != "yes" || first.Messages[1].Text != report.Text {
			t.Errorf("%s: in the first case: %+v", sent.Lang, first.Messages)
		}
		excluded := sent.Fields["not_for"] != ""
		if excluded != strings.Contains(report.Fields["not_for"], "The lawyer") {
			t.Errorf("%s: it is not for %q", sent.Lang, report.Fields["not_for"])
		}
		readers := []string{"ines"}
		if !excluded {
			readers = append(readers, "otto")
		}
		d.WantOpens(t, "the new report", own.ID, readers...)
	}
}
