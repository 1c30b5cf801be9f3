package browser

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"hotline/test/rig"
)

// TestDeskTriage looks at a list of 80 cases of which five are urgent, and has a
// handler say what they are: acted on, junk, a consultation, and back. What a handler
// does, they do in one language; each state is looked at in every one.
func TestDeskTriage(t *testing.T) {
	t.Parallel()
	words := map[string]map[string]string{}
	for _, lang := range rig.Languages {
		catalog := rig.Texts(t, lang)
		words[lang] = map[string]string{}
		for _, key := range triageTexts {
			words[lang][key] = catalog.T(key)
		}
	}
	eighty.copy(t).browse(t, "desk/desk-triage.mjs", map[string]any{"lang": "en", "texts": words})
}

// TestTriageList has two handlers work through the list of 80 cases.
func TestTriageList(t *testing.T) {
	t.Parallel()
	catalog := rig.Texts(t, "en")
	words := map[string]string{}
	for _, key := range catalog.Keys() {
		if strings.HasPrefix(key, "list.") {
			words[key] = catalog.Raw(key)
			for form, text := range catalog.Forms(key) {
				words[key+"."+form] = text
			}
		}
	}
	eighty.copy(t).browse(t, "triage/list.mjs", map[string]any{"lang": "en", "texts": words})
}

// triageTexts are what a handler is to see.
var triageTexts = []string{
	"cases.urgent", "cases.danger", "answers.kind.report", "answers.kind.consultation", "standing.junk", "standing.duplicate", "standing.counts", "danger.by-reporter", "danger.act", "danger.acted", "danger.still",
	"case.done.danger-acted", "case.done.standing-junk", "case.done.standing-duplicate", "case.done.standing-counts", "case.done.kind-report", "case.done.kind-consultation", "case.kind.sealed", "case.kind.unsaid", "case.kind.unconfirmed", "event.danger-acted",
	"event.danger-still", "event.danger-open", "event.standing-junk", "event.standing-counts", "event.kind-report", "case.acknowledge.title", "consultation.case.acknowledge.title", "case.from.report",
	"consultation.case.from.report", "case.template.thanks", "answers.relationship.label", "answers.relationship.employee", "answers.subject.supplier", "answers.identity.desk", "relationship.employee", "report.relationship.label",
}

// everyday are reports of a page of the list, in our languages.
var everyday = []struct{ language, text string }{
	{"ja", "残業の記録が、毎月あとから短く直されています。"}, {"en", "The night shift has had no second exit since the shelves were moved."},
	{"es", "El encargado grita y humilla a las personas nuevas delante de todo el turno."}, {"pt", "O fornecedor fica com os passaportes de quem chega de outro país."}, {"zh", "主管要求我们在自己的时间里参加培训，不算加班。"},
}

// eighty has so many cases. Every sixteenth is urgent, and every fifth asks for
// advice.
var eighty = template{fill: func(t *testing.T, k *keyring) {
	admin := k.NewDesk("mei@desk.example")
	admin.Enrol(t, k.SetupToken(t, 0), map[string]any{"name": "Mei Admin", "email": admin.Email})
	settings := url.Values{"name": {"Example Manufacturing"}, "languages": rig.Languages, "profile": {"strictest"}, "country": {"JP"}, "exit_url": {"https://weather.example/"}}
	if res := admin.PostForm(t, "/en/desk/admin/organization", settings); res.Status != http.StatusSeeOther {
		t.Fatalf("the organization: %d\n%s", res.Status, res.Body)
	}
	k.join(t, "Ken Sato", "hr", "compliance")
	k.join(t, "Rin Mori", "hr", "compliance")
	categories := []string{"working-hours-wages", "power-harassment", "bribery", "unsure"}
	relationships := []string{"employee", "agency", "former", ""}
	for i := range 80 {
		one := everyday[i%len(everyday)]
		w := written{category: categories[i/3%len(categories)], language: one.language, text: fmt.Sprintf("%s (%d)", one.text, i+1), fields: map[string]string{}}
		if r := relationships[i/4%len(relationships)]; r != "" {
			w.fields["relationship"] = r
		}
		switch {
		case i%16 == 3:
			w.fields["danger"] = "yes"
		case i%5 == 2:
			w.fields["kind"] = "consultation"
		case i == 1:
			w.fields = map[string]string{"relationship": "employee", "subject": "supplier", "identity": "desk"}
		}
		k.send(t, w)
	}
}}

// TestDeskCase has two handlers at the page of a case at once.
func TestDeskCase(t *testing.T) {
	t.Parallel()
	texts := rig.Texts(t, "en")
	words := map[string]string{}
	for _, key := range caseTexts {
		words[key] = texts.T(key)
	}
	three.copy(t).browse(t, "triage/case.mjs", map[string]any{"lang": "en", "texts": map[string]any{"en": words}})
}

// caseTexts are what handlers are to see there.
var caseTexts = []string{
	"case.changed", "case.act.decide", "case.next", "case.note.tag", "case.done.standing-junk", "case.done.standing-counts", "task.mine", "task.finish", "task.change", "task.outdated", "task.tag",
	"conflict.missing", "conflict.question", "conflict.note-yes", "conflict.note-no", "link.search.nothing",
}

// three are cases of a branch that two read, a day apart.
var three = template{fill: func(t *testing.T, k *keyring) {
	k.join(t, "Aiko Tanaka", "hr")
	k.join(t, "Ken Sato", "hr")
	for i, text := range []string{"The night shift has no second exit.", "Overtime is cut from the records.", "A supplier keeps passports."} {
		id := k.send(t, written{category: "working-hours-wages", language: "en", text: text})
		k.Exec(t, `UPDATE cases SET received = date(received, ?) WHERE id = ?`, fmt.Sprintf("-%d days", 3-i), id)
	}
}}
