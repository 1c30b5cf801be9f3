package view

import (
	"html/template"
	"slices"
	"strconv"
	"strings"
	"sync"

	"hotline/i18n"
	"hotline/store/casework"
)

// options are the <option> elements of a list, written once per language: the
// 249 countries alone would be most of the work of rendering the form. They
// hold nothing but our own texts.
type options struct {
	all    string
	plain  map[string]string // element by value
	chosen map[string]string // the same with "selected"
	inFull []string          // texts that a closed list on a phone has no room for: the first is of class l0, see forms.css
}

// html returns the elements with one chosen; an unknown value chooses none.
func (o *options) html(value string) template.HTML {
	if _, known := o.plain[value]; !known {
		return template.HTML(o.all)
	}
	return template.HTML(strings.Replace(o.all, o.plain[value], o.chosen[value], 1))
}

func (o *options) add(value, text string) {
	const end = "\n" // HTML lets </option> be left out
	start, text := `<option value="`+template.HTMLEscapeString(value)+`"`, ">"+template.HTMLEscapeString(text)+end
	o.plain[value], o.chosen[value] = start+text, start+" selected"+text
	o.all += o.plain[value]
}

// addDefault adds the element that a browser chooses by itself.
func (o *options) addDefault(value, text string) {
	o.add(value, text)
	delete(o.plain, value)
}

// addMaybeLong is add for a list that has its long texts in full below it.
func (o *options) addMaybeLong(value, text string) {
	o.add(value, text)
	if columns(text) <= mostColumns {
		return
	}
	class := ` class="l` + strconv.Itoa(len(o.inFull)) + `"`
	o.inFull = append(o.inFull, text)
	before := o.plain[value]
	for _, elements := range []map[string]string{o.plain, o.chosen} {
		elements[value] = strings.Replace(elements[value], "<option", "<option"+class, 1)
	}
	o.all = strings.Replace(o.all, before, o.plain[value], 1)
}

// mostColumns is what a closed list shows on a phone of 320 px.
const mostColumns = 20

// columns is about how many Latin letters a text is wide: a Japanese or Chinese
// character is as wide as 1.75 of them.
func columns(text string) int {
	quarters := 0
	for _, r := range text {
		quarters += 4
		if r >= 0x2e80 {
			quarters += 3
		}
	}
	return quarters / 4
}

func (o *options) addGroup(name string, add func()) {
	o.all += `<optgroup label="` + template.HTMLEscapeString(name) + "\">\n"
	add()
	o.all += "</optgroup>\n"
}

// inFull returns the long texts of a list, which stand below it, where it has any.
func inFull(lists map[string]*options, name string) []string {
	if list := lists[name]; list != nil {
		return list.inFull
	}
	return nil
}

func newOptions() *options {
	return &options{plain: map[string]string{}, chosen: map[string]string{}}
}

// optionsOf returns the lists of the form by field name, in the words of a page.
func optionsOf(texts *i18n.Texts, page string) map[string]*options {
	relationship := newOptions()
	relationship.addDefault("", texts.T(page+".relationship.none"))
	for _, code := range casework.Relationships {
		relationship.addMaybeLong(code, texts.T(answerKey(texts, page, "relationship", code)))
	}

	category := newOptions()
	if page == handlersWords {
		category.addDefault(casework.Unsure, CategoryName(texts, casework.Unsure))
	} else {
		category.addDefault(casework.Unsure, texts.T("category.unsure"))
	}
	for _, group := range casework.Groups {
		category.addGroup(texts.T("group."+group), func() {
			for _, c := range casework.Categories {
				if c.Group == group {
					category.addMaybeLong(c.Code, texts.T("category."+c.Code))
				}
			}
		})
	}
	return map[string]*options{"relationship": relationship, "category": category}
}

// countryOptions are the countries, the organisation's first, as an administrator
// may change while the server runs. It is safe for concurrent use.
type countryOptions struct {
	texts *i18n.Texts
	none  string // key of the element without a country

	mu    sync.Mutex
	first []string
	made  *options // with those first; nil: none yet
}

func (o *countryOptions) with(first []string) *options {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.made == nil || !slices.Equal(o.first, first) {
		o.first, o.made = slices.Clone(first), newOptions()
		o.made.addDefault("", o.texts.T(o.none))
		for _, c := range o.texts.Countries(first) {
			o.made.add(c.Code, c.Name)
		}
	}
	return o.made
}
