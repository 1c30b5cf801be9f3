package view

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hotline/i18n"
	"hotline/store"
	"hotline/store/casework"
	"hotline/store/casework/law"
	"hotline/web"
)

// composed collects texts whose key is put together while a page is rendered, by
// vocabulary. Every other key stands in full in a template or in Go source.
type composed []string

func (c *composed) add(prefix string, codes ...string) {
	for _, code := range codes {
		*c = append(*c, prefix+code)
	}
}

func composedKeys() []string {
	var keys composed
	keys.ofReports()
	keys.ofTheDesk()
	return keys
}

func (c *composed) ofReports() {
	add := c.add
	add("kind.", casework.Kinds...)
	add("relationship.", casework.Relationships...)
	add("report.", "relationship.none", "country.none", "entity.none", "desk.none")
	for _, page := range []string{"report", "behalf"} {
		add(page+".not-for.", "title", "text", "label")
	}
	add("subject.", casework.Subjects...)
	add("identity.", casework.Identities...)
	add("identity-means.", casework.Identities...)
	add("group.", casework.Groups...)
	add("category.", casework.Unsure)
	for _, c := range casework.Categories {
		add("category.", c.Code)
	}
	add("queue.", codes(casework.Queues)...)
	add("state.", codes(casework.States)...)
	add("state-means.", codes(casework.States)...)
	add("outcome.", codes(casework.Outcomes)...)
	add("channel.", codes(casework.OnBehalf)...)
	add("statement.", codes(casework.StatementAnswers)...)
	add("statement-means.", codes(casework.StatementAnswers[1:])...)
	add("statement.state-", codes(append([]casework.Statement{casework.StatementOffered}, casework.StatementAnswers...))...)
	add("watch.", WatchMonths()...)
	for _, prefix := range []string{"happened.", "satisfied.", "watch.answered-", "watch.satisfied-"} {
		add(prefix, YesOrNo...)
	}
	add("watch.beside.", BesideStored, BesideUnsent, BesideFull)
	add("conversation.statement.", codes(casework.StatementAnswers)...)
	add("from.", codes([]casework.Sender{casework.FromReport, casework.FromReporter, casework.FromDesk})...)
	for _, name := range Problems {
		add("problem."+name, ".title", ".text")
		add("desk.problem.", name)
	}
	add("topic.", casework.Topics...)
	add("contacts.emergency.", "all", "police", "ambulance", "fire", "police-ambulance", "police-fire", "ambulance-fire")
	add("date.", "received", "acknowledge", "acknowledged", "notice", "answer", "closed")
	add("error.", casework.AnonymousWithName, casework.NameMissing)
	for i := range 12 {
		add("date.month.", fmt.Sprint(i+1))
	}
	add("browser.steps.", "1", "2", "3")
	add("browser.progress.", "sealing", "files", "sending", "busy", "later", "offline")
	add("finding.", "place", "camera", "author", "time", "software", "organisation", "thumbnail", "comment", "other")
}

func (c *composed) ofTheDesk() {
	add := c.add
	add("signed-in.", casework.SignedInToday, casework.SignedInWeek, casework.SignedInMonth, casework.SignedInLonger, casework.SignedInNever)
	for name, codes := range map[string][]string{"kind": casework.Kinds, "relationship": append([]string{"none"}, casework.Relationships...), "subject": casework.Subjects,
		"identity": casework.Identities, "identity-means": casework.Identities, "country": {"none"}, "statement": codes(casework.StatementAnswers)} {
		add("answers."+name+".", codes...)
	}
	for _, name := range []string{"entity", "desk"} {
		add("answers."+name+".", "none")
	}
	add("behalf.error.", "anonymous-with-name", "name-missing", "text-too-long", "receipt-inside", "too-many-files")
	for _, tab := range casework.Tabs {
		add("cases.tab.", tab)
		add("cases.empty."+tab, "", "-next")
	}
	add("case.done.kind-", append([]string{"none"}, casework.Kinds...)...)
	add("case.done.standing-", codes(casework.Standings)...)
	add("case.done.danger-", "none", string(casework.DangerOpen), string(casework.DangerActed))
	add("standing.", codes(casework.Standings)...)
	add("danger.", "none", string(casework.DangerOpen), string(casework.DangerActed))
	add("event.kind-", append([]string{"none"}, casework.Kinds...)...)
	add("event.standing-", codes(casework.Standings)...)
	add("event.danger-", "none", string(casework.DangerOpen), string(casework.DangerActed), "still")
	add("priority.", codes(casework.Priorities)...)
	add("turn.", codes([]casework.Turn{casework.TurnNew, casework.TurnDesk, casework.TurnReporter, casework.TurnEnded})...)
	add("move.", codes(casework.States[2:7])...)
	add("case.fault.", "locked", "misplaced", "broken")
	add("case.genuine.", "case", "reporter", "report", "unchecked")
	add("search.in.", "report", "reporter", "desk", "note", "answer", "file", "label")
	add("label.fault.", "empty", "long", "many", "room")
	add("mask.entry.", "report", "reporter", "desk", "note", "event")
	add("case.act.", "decide", "answer", "correct", "close", "junk", "waiting", "ended")
	add("conflict.note-", "no", "yes")
	add("template.", "details", "evidence", "investigating", "not-investigated", "progress", "thanks", "extension")
	add("template.closing.", codes(casework.Outcomes)...)
	c.ofClassifications()
	c.ofTheAdministration()
}

func (c *composed) ofLetters() {
	add := c.add
	add("letters.group.", "own", casework.LetterAcknowledge, "messages", "closing")
	add("letters.kind.", append([]string{"all"}, casework.Kinds...)...)
	add("case.template.", casework.LetterInvestigating)
	add("letters.use.", casework.LetterUses[:6]...)
	add("letters.text.", casework.LetterUnknownField, casework.LetterBrokenBrace, casework.LetterGapInside)
	add("letters.field.", casework.LetterFields...)
	add("letters.field-means.", casework.LetterFields...)
	add("letters.lacks.", casework.FieldReceived, casework.FieldPromise)
	add("letters.withdraw.", codes([]LetterSource{LetterInherited, LetterBuiltIn, LetterNone})...)
	add("letters.shown.", codes([]LetterSource{LetterOwn, LetterInherited, LetterBuiltIn, LetterNone})...)
	for _, l := range casework.BuiltInLetters {
		key, _ := builtInLetterKey(l.Code)
		add(key, "")
	}
}

func (c *composed) ofClassifications() {
	add := c.add
	for name, codes := range map[string][]string{"flag": casework.Flags, "cause": casework.Causes, "remedy": casework.Remedies, "agreed": casework.Agreements, "discrimination": casework.Statuses} {
		add("classify."+name+".", codes...)
	}
	for _, severity := range casework.Severities {
		add("severity.", fmt.Sprint(severity), fmt.Sprint("mark-", severity))
		add("severity-means.", fmt.Sprint(severity))
	}
	add("audit.classified.", store.Corrected)
	whys := []law.Why{law.ForRetention, law.ForNoInquiry, law.ForJunk}
	add("retention.why.", codes(whys)...)
	add("audit.purged.", codes(append(whys, law.Early))...)
	add("audit.deletion.", string(store.DeletionAsked), string(store.DeletionWithdrawn))
	add("event.", "delete-asked", "delete-withdrawn")
	add("audit.meeting.", store.MeetingDeclined, store.MeetingRecord)
	add("event.meeting-", store.MeetingDeclined, store.MeetingRecord)
}

func (c *composed) ofTheAdministration() {
	add := c.add
	add("mail-fault.", casework.DeliveryFaults...)
	add("mail-fault-do.", casework.DeliveryFaults...)
	add("notify.", store.NotifyTimes...)
	add("notify-means.", store.NotifyTimes...)
	add("role.", store.Roles...)
	add("account.browser.", "chrome", "edge", "firefox", "safari", "other")
	add("role-means.", store.Roles...)
	for _, field := range []string{"all", "police", "ambulance", "fire", "crisis-name", "crisis-number", "name", "name-en", "url", "phone", "topic"} {
		add("contacts.", field+".label")
	}
	add("organization.country.", "none")
	add("profile.", law.Profiles()...)
	add("audit.what.", store.Audits...)
	add("audit.export.", store.ExportSealed, store.ExportOpened, store.ExportMasked)
	add("audit.link.", store.LinkRelated, store.LinkDuplicate)
	add("audit.webhook.", store.WebhookActs...)
	add("webhooks.kind.", casework.WebhookKinds...)
	add("webhooks.fault.", casework.WebhookFaults...)
	add("audit.passkey.", "added", "removed")
	add("cases.", "no-key", "unopened") // list/opened.ts
	add("list.kind-", append(slices.Clone(casework.Kinds), casework.KindUnconfirmed)...)
	add("list.age-", Ages...)
	add("list.age.", Ages...)
	add("list.due-for.", "danger", "acknowledge", "notice", "answer", "meeting", "step", "watch")
	add("steps.name.", law.Steps()...)
	add("case.protection.", string(law.Law), string(law.House))
	add("list.", "yes")
	add("list.why.", "acknowledged", "conflict", "no-reader", "not-found", "no-key", "not-genuine", "news", "label-many", "label-room") // list/one-by-one.ts
	add("audit.enrolled.", "key")
	add("words.part.", casework.WordsParts...)
	add("words.where.", "greeting", "channels", casework.WordsPrivacy, casework.WordsRules)
	add("words.state.", codes([]casework.WordsState{casework.WordsOwn, casework.WordsOlder, casework.WordsInherited, casework.WordsMissing, casework.WordsNone})...)
	c.ofLetters()
	add("register.state.", "holds", "later", "ended")
	for _, step := range []string{"organization", "entities", "queues", "people", "notifications", "contacts", "recovery"} {
		add("set-up."+step+".", "text", "go")
	}
	add("set-up.state.", "optional", "done", "missing")
	for _, change := range []string{"add", "up", "down", "remove"} {
		add("routing.preview.", change)
		add("routing.save.", change)
	}
}

func codes[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

// controlKeys are the texts of the fields that templates name with
// {{control "report" "where" …}}, {{picker "report" "entity" …}}, {{choices "kind" …}}
// and {{deskChoices "kind"}}.
func controlKeys(source string, texts *i18n.Texts) []string {
	var keys []string
	field := regexp.MustCompile(`(?:(?:control|picker) "([\w-]+)"|(choices|deskChoices)) "(\w+)"`)
	for _, found := range field.FindAllStringSubmatch(source, -1) {
		page := found[1]
		switch found[2] {
		case "choices":
			page = reportersWords
		case "deskChoices":
			page = handlersWords
		}
		key := page + "." + strings.ReplaceAll(found[3], "_", "-")
		keys = append(keys, key+".label")
		if texts.Has(key + ".hint") {
			keys = append(keys, key+".hint")
		}
	}
	return keys
}

// scripts returns the sources of the scripts.
func scripts(t *testing.T) string {
	t.Helper()
	return readAll(t, "web/src", ".ts")
}

// readAll returns the files of a folder of the project, tests apart.
func readAll(t *testing.T, folder, extension string) string {
	t.Helper()
	var all strings.Builder
	root := os.DirFS("../..")
	err := fs.WalkDir(root, folder, func(name string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != extension || strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, ".test.ts") {
			return err
		}
		b, err := fs.ReadFile(root, name)
		all.Write(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// sources returns the templates, and the source of the server and of the scripts.
func sources(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	read := func(files fs.FS, name string) {
		b, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(b)
	}
	names, err := fs.Glob(web.Templates(), "*.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		read(web.Templates(), name)
	}
	for _, folder := range []string{"server", "i18n"} {
		all.WriteString(readAll(t, folder, ".go"))
	}
	all.WriteString(scripts(t))
	return all.String()
}

func TestEveryTextIsUsedAndEveryUsedTextExists(t *testing.T) {
	catalog, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	texts := catalog.Texts(i18n.Fallback)
	source := sources(t)
	used := append(composedKeys(), controlKeys(source, texts)...)
	literal := regexp.MustCompile(`"([a-z][a-z-]*(?:\.[a-z0-9-]+)+)"`)
	families := regexp.MustCompile(`^(browser|error|finding|notice)\.`)
	for _, found := range literal.FindAllStringSubmatch(source, -1) {
		if texts.Has(found[1]) || families.MatchString(found[1]) {
			used = append(used, found[1])
		}
	}
	for _, found := range regexp.MustCompile(`\b[tn] "([^"]+)"`).FindAllStringSubmatch(source, -1) {
		used = append(used, found[1])
	}
	for _, key := range used {
		if !texts.Has(key) {
			t.Errorf("%s has no text", key)
		}
	}
	for _, key := range texts.Keys() {
		key = strings.TrimPrefix(key, casework.KindConsultation+".") // in the place of that key
		if !slices.Contains(used, key) && !strings.HasPrefix(key, "country.") {
			t.Errorf("%s is used nowhere", key)
		}
	}
}

// A text that a script asks for must be among those that are sent to it: the
// desk's scripts, and what they share with the reporter's, get the desk's.
func TestScriptsGetTheTextsThatTheyShow(t *testing.T) {
	catalog, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	texts := catalog.Texts(i18n.Fallback)
	desk := readAll(t, "web/src/desk", ".ts")
	reporter := strings.ReplaceAll(scripts(t), desk, "")
	reader := regexp.MustCompile(`^(browser|consultation\.(conversation|date|from|receipt|state-means)|date|finding|from|outcome|queue|state|state-means)\.`)
	handler := regexp.MustCompile(`^(date|from|outcome|queue|state|category|answers\.(kind|relationship)|role|event|due|turn|priority|message-kind|template)\.`)
	for _, side := range []struct {
		name, source string
		composed     *regexp.Regexp
		sent         map[string]string
	}{
		{"reporter", reporter, reader, textsFor(texts, browserTexts)},
		{"desk", desk, handler, textsFor(texts, deskTexts)},
	} {
		asked := regexp.MustCompile(`\bt\("([^"]+)"`).FindAllStringSubmatch(side.source, -1)
		if len(asked) < 20 {
			t.Fatalf("%s: only %d texts are asked for", side.name, len(asked))
		}
		for _, key := range append(composedKeys(), "date.pattern") {
			if side.composed.MatchString(key) {
				asked = append(asked, []string{"", key})
			}
		}
		for _, found := range asked {
			if side.sent[found[1]] == "" {
				t.Errorf("%s is not sent to the scripts of the %s", found[1], side.name)
			}
		}
	}
}
