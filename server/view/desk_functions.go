package view

import (
	"html/template"
	"maps"
	"slices"
	"strings"

	"hotline/i18n"
	"hotline/store"
	"hotline/store/casework"
	"hotline/store/casework/law"
)

// soon is how many days before its due day a case stands out in a list.
const soon = 3

// due holds the texts of a due day by what is due: days are left, it is today,
// it has passed.
var due = map[string]struct{ left, today, late string }{
	"danger":      {"due.danger.left", "due.danger.today", "due.danger.late"},
	"acknowledge": {"due.acknowledge.left", "due.acknowledge.today", "due.acknowledge.late"},
	"notice":      {"due.notice.left", "due.notice.today", "due.notice.late"},
	"answer":      {"due.answer.left", "due.answer.today", "due.answer.late"},
	"meeting":     {"due.meeting.left", "due.meeting.today", "due.meeting.late"},
	"step":        {"due.step.left", "due.step.today", "due.step.late"},
	"watch":       {"due.watch.left", "due.watch.today", "due.watch.late"},
}

// withDeskFunctions adds what the templates of the desk call.
func withDeskFunctions(all template.FuncMap, texts *i18n.Texts, site Site) template.FuncMap {
	maps.Copy(all, template.FuncMap{
		"deskOf":           deskOf,
		"within":           strings.HasPrefix,
		"admin":            func() adminNotes { return adminNotesOf(texts, site) },
		"unconfirmedSteps": func(country string) string { return strings.Join(law.UnconfirmedSteps(country), "; ") },

		"zone":  site.zone,
		"zones": func(o Organization) []zoneGroup { return zonesOf(texts, o) },
		"contact": func(field, id, value string, errors []FieldError) control {
			return newContactControl(texts, field, id, value, errors)
		},
		"translations": func(page, name string, values casework.Translations, errors []FieldError) translations {
			return translationsOf(texts, page, name, values, errors)
		},
		"webhookKinds": func() []string { return casework.WebhookKinds },
		"topics":       func() []string { return casework.Topics },
		"country": func(code string) string {
			name, _ := texts.Country(code)
			return name
		},
		"dueWords": func(d nextDue) string { return dueWords(texts.OnPages(), d) },
		"dueClass": dueClass,
		"roles":    func() []string { return store.Roles },

		"notifyTimes": func() []string { return store.NotifyTimes },
		"deskTexts":   func(lang string) string { return site.DeskTexts[lang] },
		"listRange":   func(r ListRange) string { return listRange(texts, r) },
		"ages":        func() []string { return Ages },
		"kindCodes":   func() []string { return append(slices.Clone(casework.Kinds), casework.KindUnconfirmed) },
		"severities":  func() []string { return []string{"4", "3", "2", "1"} },
		"rootName":    func() string { return casework.RootName },
		"short":       short,

		"addressParts": addressParts,

		"deskURL":       func(path, query string) template.URL { return deskURL(texts, path, query) },
		"listURL":       func(query string) template.URL { return deskURL(texts, "cases", query) },
		"caseURL":       func(id, list string) template.URL { return caseURL(texts, id, list) },
		"chosenFilters": func(l CaseList) []chosenFilter { return chosenFilters(texts, site.structure(), l) },
		"filterless":    func(l CaseList) template.URL { return listWithout(texts, l, "") },

		"categoryCodes":  categoryCodes,
		"categoryName":   func(code string) string { return CategoryName(texts.OnPages(), code) },
		"stateCodes":     func() []string { return asStrings(casework.States) },
		"classification": classificationOf,
		"priorityCodes":  func() []string { return asStrings(casework.Priorities) },
	})
	return all
}

// deskOf returns what the desk shows around a page, nil before sign-in.
func deskOf(p Page) *Desk {
	d, ok := p.(interface{ desk() Desk })
	if !ok {
		return nil
	}
	desk := d.desk()
	return &desk
}

func (d Desk) desk() Desk { return d }

// The language switch of a list keeps the query, and that of a case the case.

func (l CaseList) base() Base {
	b := l.Base
	if b.Path == "" {
		b.Path = withQuery("desk/cases", l.Query)
	}
	return b
}

func (c Case) base() Base {
	b := c.Base
	if b.Path == "" {
		b.Path = withQuery("desk/cases/"+c.ID, backQuery(c.Back, c.Place))
	}
	return b
}

// dueWords says what is due and in how many days: "acknowledge within 3 days".
func dueWords(texts *i18n.Texts, d nextDue) string {
	words := due[d.DueFor]
	switch {
	case d.DaysLeft > 0:
		return texts.N(ofKind(texts, d.Kind, words.left), d.DaysLeft)
	case d.DaysLeft == 0:
		return texts.T(ofKind(texts, d.Kind, words.today))
	}
	return texts.N(ofKind(texts, d.Kind, words.late), -d.DaysLeft)
}

// dueClass only repeats in colour what the words say.
func dueClass(days int) string {
	switch {
	case days < 0:
		return "late"
	case days <= soon:
		return "soon"
	}
	return ""
}

// short is the part of a case's id that people tell each other.
func short(id string) string {
	const characters = 8
	if len(id) > characters {
		return id[:characters]
	}
	return id
}

// categoryCodes lists what a case can be about, in the order of the form.
func categoryCodes() []string {
	list := []string{}
	for _, c := range casework.Categories {
		list = append(list, c.Code)
	}
	return append(list, casework.Unsure)
}

// CategoryName is what a case is about. Who does not know says so in words of
// their own, which would read oddly here.
func CategoryName(texts *i18n.Texts, code string) string {
	switch _, known := casework.CategoryByCode(code); {
	case known:
		return texts.T("category." + code)
	case code == "" || code == casework.Unsure:
		return texts.T("case.category-unsure")
	}
	return visible(code)
}

func asStrings[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

// addressParts are the parts of an e-mail or web address between which a line may
// break: after an @, a slash or an underscore, and before a dot.
func addressParts(address string) []string {
	return strings.FieldsFunc(lineBreaks.Replace(address), func(r rune) bool { return r == '\n' })
}

var lineBreaks = strings.NewReplacer("@", "@\n", "//", "//\n", "/", "/\n", "_", "_\n", ".", "\n.")

// classification is what a handler can classify a case as: codes, with what follows
// from them.
type classification struct {
	Groups        []areaGroup
	Relationships []flagged
	Severities    []int
	Kinds         []string
	Subjects      []string
	Identities    []string
	Flags         []string
	Causes        []string
	Remedies      []string
	Agreements    []string
	Statuses      []string // after GRI 406-1
	Outcomes      []casework.Outcome
}

// areaGroup are the areas under a heading.
type areaGroup struct {
	Code  string
	Areas []flagged
}

// flagged is a code with the severity and the flag that are proposed for it.
type flagged struct {
	Code, Flag string
	Severity   int
}

func classificationOf() classification {
	c := classification{
		Severities: casework.Severities, Kinds: casework.Kinds, Subjects: casework.Subjects, Identities: casework.Identities, Flags: casework.Flags,
		Causes: casework.Causes, Remedies: casework.Remedies, Agreements: casework.Agreements, Statuses: casework.Statuses, Outcomes: casework.Outcomes,
	}
	for _, group := range casework.Groups {
		g := areaGroup{Code: group}
		for _, area := range casework.Categories {
			if area.Group == group {
				g.Areas = append(g.Areas, flagged{area.Code, casework.ProposedFlag(area.Code), casework.ProposedSeverity(area.Code)})
			}
		}
		c.Groups = append(c.Groups, g)
	}
	for _, r := range casework.Relationships {
		c.Relationships = append(c.Relationships, flagged{Code: r, Flag: casework.FlagOfRelationship(r)})
	}
	return c
}
