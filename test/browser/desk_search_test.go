package browser

import (
	"cmp"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hotline/crypto"
	"hotline/store/casework"
	"hotline/test/rig"
)

// written is a report as a test has a browser send it.
type written struct {
	category, language, text string
	entity                   string // code, "" the organisation
	fields                   map[string]string
	files                    map[string][]byte // by name
}

// send has a browser send a report, and returns its case.
func (k *keyring) send(t *testing.T, w written) (caseID string) {
	t.Helper()
	in, r := k.IntakeAt(t, w.entity), rig.NewReporter(t)
	var files []crypto.File
	for _, name := range slices.Sorted(maps.Keys(w.files)) {
		file, sealed := r.SealFile(t, name, w.files[name])
		k.Upload(t, in.Form, file.ID, sealed, 1<<20)
		if strings.HasSuffix(name, ".jpg") {
			file.Type = "image/jpeg"
		}
		files = append(files, file)
	}
	subject := "own"
	if w.category == "unsure" {
		subject = "" // nothing was chosen
	}
	sealed := r.Seal(t, in, w.category, subject, w.text, files...)
	message := crypto.Message{
		Case: r.CaseID, Seq: 1, From: "report", On: in.On, Language: w.language, Text: w.text, Fields: w.fields, Files: files,
		Recipient: r.Receipt.Bind(r.CaseID, r.Case.Recipient()), Reporter: crypto.Fingerprint(r.Identity.Recipient()),
	}
	var err error
	if sealed["message"], err = crypto.SealMessage(message, r.Case.Recipient(), r.Identity.Recipient()); err != nil {
		t.Fatal(err)
	}
	summary := crypto.Summary{Case: r.CaseID, Text: w.text, Language: w.language, Relationship: w.fields["relationship"],
		Kind: cmp.Or(w.fields["kind"], casework.KindReport), Danger: w.fields["danger"] != ""}
	if sealed["summary"], err = crypto.SealSummary(summary, r.Case.Recipient()); err != nil {
		t.Fatal(err)
	}
	sealed["danger"] = summary.Danger
	k.Server.Accept(t, sealed)
	k.reporters[r.CaseID] = r
	return r.CaseID
}

// attack is a text that does harm wherever it is taken for something else.
const attack = "=HYPERLINK(\"http://evil.example\") <script>alert('xss-one')</script> <img src=x onerror=alert(2)> \u202egpj.exe\u2066 </textarea></p>'\"&amp; -->"

// inJapanese has everything that a report can have: what is found by searching,
// and what must not leave with an export.
func inJapanese() written {
	return written{
		category: "working-hours-wages", language: "ja",
		text: "第二工場で残業（ザンギョウ）の代金が支払われていません。カナリア壱。課長の山田太郎が記録を直しています。\nヤマダ タロウ は ﾔﾏﾀﾞ とも書きます。",
		fields: map[string]string{
			"kind": "report", "relationship": "trainee", "category": "working-hours-wages", "where": "組立課の第四ライン", "people": "山田太郎、佐々木",
			"identity": "desk", "name": "本名花子", "contact": "canary-eleven@example.org",
		},
		files: map[string][]byte{
			"../../\u202egpj.exe": []byte("MZ harmless"), "=cmd|calc.csv": []byte("=1+1"), "写真.txt": []byte("canary file one: 山田太郎"), "写真．txt": []byte("canary file two"),
		},
	}
}

// named is an empty keyring.
func named(t *testing.T) *keyring {
	t.Helper()
	return newKeyring(t, rig.StartNamed(t, filepath.Join(t.TempDir(), "data"), "--limits", "off", "--organization", "Example Manufacturing"))
}

// TestDeskSearch searches, labels and links cases with a real browser, two
// handlers at the same time.
func TestDeskSearch(t *testing.T) {
	t.Parallel()
	k := named(t)
	k.join(t, "Aiko Tanaka", "hr")
	k.join(t, "Ken Sato", "hr", "compliance")
	cases := map[string]string{
		"ja":     k.send(t, inJapanese()),
		"es":     k.send(t, written{category: "discrimination", language: "es", text: "El señor Gómez Núñez insulta a las compañeras en el almacén."}),
		"zh":     k.send(t, written{category: "working-hours-wages", language: "zh", text: "班长把工卡统一收走，第二天上班才发还。加班费没有支付。"}),
		"attack": k.send(t, written{category: "discrimination", language: "en", text: attack}),
		"other":  k.send(t, written{category: "bribery", language: "en", text: "Only compliance reads of this kickback."}),
		"broken": k.send(t, written{category: "discrimination", language: "en", text: "This one was exchanged."}),
	}
	k.Exec(t, `UPDATE messages SET sealed = (SELECT sealed FROM messages WHERE case_id = ? AND seq = 1) WHERE case_id = ?`, cases["es"], cases["broken"])
	k.browse(t, "desk/desk-search.mjs", map[string]any{"cases": cases})
	holdsNone(t, k.Server, "canary label", "Gómez", "canaryquery", "工卡")
	for what, want := range map[string]int{"case.labels": 4, "case.linked": 2, "case.unlinked": 1} {
		if n := k.Count(t, `SELECT count(*) FROM audit WHERE what = ?`, what); n < want {
			t.Errorf("the audit log has %s %d times, not %d", what, n, want)
		}
	}
}

// TestDeskExport takes a case out of the system, opened and masked, and looks at
// every byte of what comes out.
func TestDeskExport(t *testing.T) {
	t.Parallel()
	k := named(t)
	k.join(t, "Aiko Tanaka", "hr")
	cases := map[string]string{
		"ja":     k.send(t, inJapanese()),
		"attack": k.send(t, written{category: "discrimination", language: "en", text: attack, fields: map[string]string{"where": attack}, files: map[string][]byte{attack: []byte("x")}}),
	}
	k.desks["aiko@desk.example"].Classify(t, cases["ja"], "working-hours-wages", 3)
	k.browse(t, "desk/desk-export.mjs", map[string]any{"cases": cases})
	for what, want := range map[string]int{"opened": 2, "masked": 1} {
		if n := k.Count(t, `SELECT count(*) FROM case_events WHERE what = 'export' AND became = ?`, what); n != want {
			t.Errorf("%s was noted %d times, not %d", what, n, want)
		}
	}
}
