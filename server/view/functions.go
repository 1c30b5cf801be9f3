package view

import (
	"html/template"

	"hotline/i18n"
	"hotline/server/caseview"
	"hotline/store/casework"
)

// functions returns what a template may call. They are bound to one language;
// what they return is plain text that html/template escapes, except options,
// which hold our own texts alone.
func functions(texts *i18n.Texts, site Site) template.FuncMap {
	lists := map[string]map[string]*options{reportersWords: optionsOf(texts, reportersWords), handlersWords: optionsOf(texts, handlersWords)}
	countries := map[string]*countryOptions{}
	for _, page := range []string{reportersWords, handlersWords, "organization"} {
		countries[page] = &countryOptions{texts: texts, none: page + ".country.none"}
	}
	shown := texts.OnPages()
	return withAsks(withWords(withEntities(withOrganization(withDeskFunctions(template.FuncMap{
		"t":        shown.T,
		"n":        shown.N,
		"date":     texts.Date,
		"size":     texts.Size,
		"number":   texts.Number,
		"language": texts.Language,

		"languages": func() []i18n.Language { return i18n.Languages },
		"offered":   func() []i18n.Language { return site.languages(casework.Root) },
		"site":      func() Site { return site },
		"counting":  counting,

		"organization": func() string { return site.Organization(texts.Language().Code) },
		"options": func(c control) template.HTML {
			if c.Name == "country" {
				return countries[c.Page].with(site.chosenCountries()).html(c.Value)
			}
			return lists[c.Page][c.Name].html(c.Value)
		},
		"inFull": func(c control) []string { return inFull(lists[c.Page], c.Name) },

		"control": func(page, name, value string, errors []FieldError) control {
			return newControl(texts, page, name, value, errors)
		},
		"choices": func(name, value string, errors []FieldError) choices {
			return newChoices(texts, reportersWords, name, value, errors)
		},
		"deskChoices": func(name string) choices { return newChoices(texts, handlersWords, name, "", nil) },
		"statementChoices": func(s Statement, errors []FieldError) choices {
			return statementChoices(texts, s, errors)
		},
		"openMeeting": func(m Meeting) string { return openMeeting(texts, m) },
		"fileControls": func(keep string, l caseview.Limits, errors []FieldError) fileControls {
			return fileControls{keep, l, errors}
		},
		"fault":      func(e FieldError) string { return fault(texts, e) },
		"fieldLabel": func(f Field) string { return fieldLabel(texts, f) },
		"fieldValue": func(f Field) string { return fieldValue(texts, site, f) },

		"blankReceipt": func() Receipt { return Receipt{} },
		"blankConversation": func(l caseview.Limits) Conversation {
			return Conversation{Limits: l, Statement: Statement{State: casework.StatementOffered, Asking: true}, Meeting: Meeting{Open: true, Ask: true}}
		},

		"fullConversation": func() Conversation { return Conversation{Text: " "} }, // for scripts, which fill it in

		"ofKind": func(kind, key string) string { return ofKind(texts, kind, key) },
		"dateRows": func(kind string, d caseview.ReporterDates) []dateRow {
			return dateRows(texts, kind, d)
		},

		"marks":     marks,
		"shownText": textShown,
		"person":    personOf,
		"lastGroup": lastGroupPattern,
	}, texts, site), texts, site), texts, site), texts, site), texts)
}

// counting returns 1 to n.
func counting(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i + 1
	}
	return list
}
