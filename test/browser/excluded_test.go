package browser

import (
	"slices"
	"strings"
	"testing"

	"hotline/crypto"
	"hotline/test/rig"
)

// TestExcludedInTheBrowser goes through the form with a real browser, with and
// without scripts, as people do who keep somebody from reading their report.
func TestExcludedInTheBrowser(t *testing.T) {
	t.Parallel()
	d := rig.NewDesks(t, map[string]string{"aiko": "hr", "ken": "hr", "carla": "compliance"}, "--organization", "Example Manufacturing")
	shown := map[string]string{"aiko": "HR manager", "ken": "佐藤 健", "carla": "Compliance officer"}
	people := map[string]string{}
	for name, as := range shown {
		d.Show(t, name, as)
		people[name] = d.People[name].ID(t)
	}
	safe, err := crypto.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	d.Identities["recovery"] = safe
	d.Exec(t, `UPDATE recovery SET recipient = $1, key_version = key_version + 1`, safe.Recipient().String())
	words := scriptTexts(t)
	for lang := range words {
		words[lang]["report.not-for.label"] = rig.Texts(t, lang).T("report.not-for.label")
	}
	b := &browser{open: d.Server, asked: map[string]func(*testing.T, browserLine) string{
		"not shown": func(t *testing.T, l browserLine) string { d.Show(t, l.Name, ""); return "" },
		"shown":     func(t *testing.T, l browserLine) string { d.Show(t, l.Name, shown[l.Name]); return "" },
	}}
	b.run(t, "reporter/excluded.mjs", map[string]any{"url": d.URL, "people": people, "texts": words})
	if len(b.cases) != 5 {
		t.Errorf("%d reports were sent, want 5", len(b.cases))
	}
	desk := map[string][]string{"hr": {"aiko", "ken"}, "compliance": {"carla"}}
	for _, sent := range b.cases {
		excluded := strings.Fields(sent.Fields["not_for"])
		readers := slices.DeleteFunc(slices.Clone(desk[sent.Queue]), func(name string) bool { return slices.Contains(excluded, name) })
		c := d.Case(t, sent.Receipt, rig.Handler{Email: readers[0] + "@desk.example", Identity: d.Identities[readers[0]]})
		if c.Queue != sent.Queue || c.Name["name"] != sent.Fields["name"] || c.Messages[0].Fields["name"] != "" {
			t.Errorf("for %v: the case is in %s, its name is %v", readers, c.Queue, c.Name)
		}
		said := strings.Split(c.Messages[0].Fields["not_for"], ", ")
		for _, name := range excluded {
			if len(said) != len(excluded) || !slices.Contains(said, shown[name]) {
				t.Errorf("for %v: the report is not for %v, and says %q", readers, excluded, said)
			}
		}
		d.WantOpens(t, "for "+sent.Queue, c.ID, append(readers, "recovery")...)
	}
}
