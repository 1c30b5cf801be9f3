package browser

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"hotline/crypto"
	"hotline/test/rig"
)

// TestDeskClassification has handlers classify cases: with one click as the report says,
// two of them at once, and before one is closed. What they said stands nowhere in the
// clear.
func TestDeskClassification(t *testing.T) {
	t.Parallel()
	words := map[string]map[string]string{}
	for _, lang := range rig.Languages {
		catalog := rig.Texts(t, lang)
		words[lang] = map[string]string{}
		for _, key := range classificationTexts {
			words[lang][key] = catalog.T(key)
		}
	}
	k := unclassified.copy(t)
	k.browse(t, "triage/classification.mjs", map[string]any{"lang": "en", "texts": words, "cases": k.cases})
	t.Run("sealed", func(t *testing.T) {
		holdsNone(t, k.Server, "Canary hangar", "Canary seven", `"cause":"supplier"`, `"contracts":2`)
		holdsClassification(t, k, k.cases["ja"])
	})
}

// holdsClassification exports the case, opens it with the command line, and looks for
// what stands in the labels beside it.
func holdsClassification(t *testing.T, k *keyring, id string) {
	t.Helper()
	folder, mine := t.TempDir(), filepath.Join(t.TempDir(), "mine.txt")
	if err := os.WriteFile(mine, []byte(k.identities["aiko@desk.example"]+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	rig.Run(t, "case", "export", "--data", k.Data, id, filepath.Join(folder, "case"))
	told := rig.Run(t, "case", "open", filepath.Join(folder, "case"), "-i", mine, "-o", filepath.Join(folder, "opened"))
	for _, line := range []string{"Areas: forced-labour, working-hours-wages", "Severity: 3 of 4", "Place: Canary hangar", "Damage: 1200000 JPY", "Allegation 1 (partly, forced-labour): Canary seven"} {
		if !strings.Contains(told, "  "+line+"\n") {
			t.Errorf("the command line does not say %q:\n%s", line, told)
		}
	}
	content, err := os.ReadFile(filepath.Join(folder, "opened", "classification.json"))
	var got crypto.Classification
	if err == nil {
		err = json.Unmarshal(content, &got)
	}
	want := crypto.Classification{Version: 1, Case: id, Areas: []string{"forced-labour", "working-hours-wages"}, Subject: "supplier", Relationship: "trainee", Country: "JP",
		Place: "Canary hangar", Language: "ja", Identity: "anonymous", Severity: 3, Cause: "supplier", Remedy: "compensation", Flags: []string{"retaliation-alleged", "forced-labour", "trainees"},
		Contracts: 2, Damage: 1_200_000, Currency: "JPY", Allegations: []crypto.Allegation{{Text: "Canary seven", Area: "forced-labour", Outcome: "partly"}}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("the browser sealed\n%+v, want\n%+v (%v)", got, want, err)
	}
}

var classificationTexts = []string{
	"classification.saved", "classification.saved-both", "classification.needed", "classification.proposed", "classification.incomplete", "classification.fault.area", "classification.fault.claim",
	"classification.fault.currency", "event.classified", "event.reclassified", "severity.3", "severity.4", "severity.mark-3", "severity.label", "category.forced-labour", "category.health-safety", "answers.kind.consultation",
	"answers.subject.supplier", "answers.relationship.trainee", "classify.flag.trainees", "classify.unstated", "classify.cause.supplier", "outcome.partly",
}

// unclassified has reports in Japanese and Spanish, one that says nothing of itself, and
// one that is acknowledged.
var unclassified = template{fill: func(t *testing.T, k *keyring) {
	admin := k.NewDesk("mei@desk.example")
	admin.Enrol(t, k.SetupToken(t, 0), map[string]any{"name": "Mei Admin", "email": admin.Email})
	settings := url.Values{"name": {"Example Manufacturing"}, "languages": rig.Languages, "profile": {"strictest"}, "country": {"JP"}, "exit_url": {"https://weather.example/"}}
	if res := admin.PostForm(t, "/en/desk/admin/organization", settings); res.Status != http.StatusSeeOther {
		t.Fatalf("the organization: %d\n%s", res.Status, res.Body)
	}
	k.join(t, "Aiko Tanaka", "hr", "procurement", "compliance")
	k.join(t, "Ken Sato", "hr", "procurement", "compliance")
	k.cases["ja"] = k.send(t, written{category: "forced-labour", language: "ja", text: "旅券を会社の金庫に預けさせられています。",
		fields: map[string]string{"category": "forced-labour", "relationship": "trainee", "subject": "supplier", "country": "JP", "where": "第二工場の寮"}})
	k.cases["es"] = k.send(t, written{category: "health-safety", language: "es", text: "Quitaron la barrera de la prensa.",
		fields: map[string]string{"kind": "consultation", "category": "health-safety", "danger": "yes", "subject": "own", "relationship": "agency", "country": "MX", "where": "Nave 4", "identity": "desk"}})
	k.cases["bare"] = k.send(t, written{category: "unsure", language: "en", text: "Something is wrong.", fields: map[string]string{}})
	k.cases["closing"] = k.send(t, written{category: "bribery", language: "pt", text: "O comprador pede dinheiro.", fields: map[string]string{"category": "bribery", "subject": "own"}})
	k.write(t, k.desks["aiko@desk.example"], k.cases["closing"], wrote{from: "desk", text: "Recebemos.", move: "acknowledged"})
}}
