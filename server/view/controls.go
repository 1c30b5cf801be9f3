package view

import (
	"slices"
	"strconv"
	"strings"

	"hotline/i18n"
	"hotline/server/caseview"
	"hotline/store/casework"
)

// control is one labelled field of a form with its hint and what is wrong
// with it. Label and Hint are keys; Hint is "" where there is none.
type control struct {
	Page            string // whose words it is labelled in: "report" for the reporter's
	ID, Name, Value string
	Label, Hint     string
	Error           string // text
	Form            string // id of the form that it belongs to, where it stands outside of it
}

// newControl names the texts of a field by page and field: the hint of
// reported_before on the form is "report.reported-before.hint".
func newControl(texts *i18n.Texts, page, name, value string, errors []FieldError) control {
	key := page + "." + strings.ReplaceAll(name, "_", "-")
	c := control{Page: page, ID: name, Name: name, Value: value, Label: key + ".label", Error: errorOf(texts, name, errors)}
	if hint := key + ".hint"; texts.Has(hint) {
		c.Hint = hint
	}
	return c
}

// Described returns the ids of the hint and the error, for aria-describedby.
func (c control) Described() string {
	var ids []string
	if c.Hint != "" {
		ids = append(ids, c.ID+"-hint")
	}
	if c.Error != "" {
		ids = append(ids, c.ID+"-error")
	}
	return strings.Join(ids, " ")
}

// choices is a group of radio buttons.
type choices struct {
	control
	Options []option
}

type option struct {
	Value, Label, Hint string
	Checked            bool
}

// OptionID returns the id of an option. The first has the id of the field, so
// that the link in the error summary leads to it.
func (c choices) OptionID(i int) string {
	if i == 0 {
		return c.ID
	}
	return c.ID + "-" + strconv.Itoa(i+1)
}

// answers are the closed questions shown as radio buttons.
var answers = map[string][]string{
	"kind":      casework.Kinds,
	"subject":   casework.Subjects,
	"identity":  casework.Identities,
	"channel":   asStrings(casework.OnBehalf),
	"statement": asStrings(casework.StatementAnswers),
	"watch":     WatchMonths(),
	"happened":  YesOrNo,
	"satisfied": YesOrNo,
}

func newChoices(texts *i18n.Texts, page, name, value string, errors []FieldError) choices {
	if value == "" {
		value = casework.Unanswered[name]
	}
	c := choices{control: newControl(texts, page, name, value, errors)}
	for _, answer := range answers[name] {
		o := option{Value: answer, Label: answerKey(texts, page, name, answer), Checked: answer == value}
		if hint := meansKey(page, name, answer); texts.Has(hint) {
			o.Hint = hint
		}
		c.Options = append(c.Options, o)
	}
	return c
}

// The two in whose words a question is asked and its answer shown: reporters, and
// those who read what reporters say, or enter it for them.
const (
	reportersWords = "report"
	handlersWords  = "answers"
)

// answerKey is the key of an answer's text. What is the same in everybody's words
// stands among the reporters' alone.
func answerKey(texts *i18n.Texts, page, name, code string) string {
	if own := handlersWords + "." + name + "." + code; page == handlersWords && texts.Has(own) {
		return own
	}
	return name + "." + code
}

// meansKey is the key of what an answer means, where a text says so.
func meansKey(page, name, code string) string {
	if page == handlersWords {
		name = handlersWords + "." + name
	}
	return name + "-means." + code
}

// fileControls are the fields around the files of a form.
type fileControls struct {
	Keep   string
	Limits caseview.Limits
	Errors []FieldError
}

// fault returns what is wrong, in words. In its arguments an int is a number,
// an int64 a size in bytes, and a string somebody else's text.
func fault(texts *i18n.Texts, e FieldError) string {
	args := make([]any, len(e.Args))
	for i, arg := range e.Args {
		switch v := arg.(type) {
		case int:
			args[i] = texts.Number(v)
		case int64:
			args[i] = texts.Size(v)
		case string:
			args[i] = visible(v)
		default:
			args[i] = v
		}
	}
	return texts.OnPages().T(e.Key, args...)
}

func errorOf(texts *i18n.Texts, name string, errors []FieldError) string {
	for _, e := range errors {
		if e.Field == name {
			return fault(texts, e)
		}
	}
	return ""
}

// fieldLabel returns the question that an answer belongs to.
func fieldLabel(texts *i18n.Texts, f Field) string {
	key := "report." + strings.ReplaceAll(f.Label, "_", "-") + ".label"
	if f.Label == "keep_metadata" {
		key = "files.keep-metadata.label"
	}
	if !texts.Has(key) {
		return visible(f.Label)
	}
	return texts.T(key)
}

// fieldValue returns an answer in words: that of a closed question in the
// reader's language, any other as it was typed.
func fieldValue(texts *i18n.Texts, site Site, f Field) string {
	switch f.Label {
	case "country":
		if name, ok := texts.Country(f.Value); ok {
			return name
		}
	case "entity":
		return EntityName(texts, site.structure(), EntityIn(f.Value))
	case "desk":
		return QueueName(texts, site.structure(), casework.Queue(f.Value))
	case "danger", "keep_metadata":
		if f.Value == "yes" {
			return texts.T("answer.yes")
		}
	case "kind", "relationship", "subject", "category", "identity", "channel", "statement", "watch", "happened", "satisfied":
		if key := f.Label + "." + f.Value; texts.Has(key) {
			organization := site.Organization(texts.Language().Code)
			if organization == "" {
				organization = texts.T("site.this-organization")
			}
			return texts.T(key, "Organization", organization)
		}
	}
	return f.Value
}

// A part of the form that may stay empty is folded away until it holds an
// answer or an error.

// AboutOpen reports whether the questions about the person and the subject
// must be shown.
func (p ReportForm) AboutOpen() bool {
	v := p.Values
	return answered("kind", v.Kind) || v.Relationship+v.Subject+v.Entity+v.Desk != "" || answered("category", v.Category) ||
		wrong(p.Errors, "kind", "relationship", "subject", "entity", "category", "desk")
}

// DetailsOpen reports whether place, time and people must be shown.
func (p ReportForm) DetailsOpen() bool {
	v := p.Values
	return v.Where+v.Country+v.When+v.People+v.ReportedBefore != "" ||
		wrong(p.Errors, "where", "country", "when", "people", "reported_before")
}

// NameOpen reports whether name and contact must be shown.
func (p ReportForm) NameOpen() bool {
	v := p.Values
	return answered("identity", v.Identity) || v.Name+v.Contact != "" || wrong(p.Errors, "identity", "name", "contact")
}

// Exclusions are the boxes for those who must not read the report.
func (p ReportForm) Exclusions() Exclusions {
	return Exclusions{All: p.Excludable, Chosen: p.Values.NotFor, Errors: p.Errors, Later: p.ExcludableElsewhere, ByEntity: p.ExcludableElsewhere && p.Values.Entity == casework.Root}
}

// FilesOpen reports whether the files must be shown.
func (p ReportForm) FilesOpen() bool {
	return p.FilesLost || len(p.LostFiles) > 0 || p.Values.KeepMetadata != "" || wrong(p.Errors, "files", "keep_metadata")
}

// FilesOpen reports whether the files must be shown.
func (p Conversation) FilesOpen() bool {
	return p.FilesLost || len(p.LostFiles) > 0 || wrong(p.Errors, "files", "keep_metadata")
}

func answered(name, value string) bool { return value != "" && value != casework.Unanswered[name] }

func wrong(errors []FieldError, names ...string) bool {
	for _, e := range errors {
		for _, name := range names {
			if e.Field == name {
				return true
			}
		}
	}
	return false
}

// Faults returns the errors of the page, the unknown receipt among them.
func (p FollowUpEntry) Faults() []FieldError {
	if p.Unknown {
		return []FieldError{{Field: "receipt", Key: "error.receipt-unknown"}}
	}
	return p.Errors
}

// Name returns the key of the problem.
func (p Problem) Name() string {
	if p.Key != "" {
		return p.Key
	}
	if key, ok := Problems[p.Status]; ok {
		return key
	}
	return Problems[500]
}

func (p Problem) base() Base {
	b := p.Base
	if b.Title == "" {
		b.Title = "problem." + p.Name() + ".title"
	}
	return b
}

// Exclusions are the boxes of a form for those who must not read the report.
type Exclusions struct {
	All      []Excludable
	Chosen   string // their ids, one a line
	Errors   []FieldError
	Later    bool // there may be somebody about another entity, whom a script lists
	ByEntity bool // without scripts they are chosen on the page of the entity
	OnBehalf bool // somebody else asks for it than the person who is at the form
}

// Words is the family of the texts around the boxes.
func (x Exclusions) Words() string {
	if x.OnBehalf {
		return "behalf"
	}
	return reportersWords
}

// box is one of them.
type box struct {
	ID, Value, Label string
	Checked          bool
}

// Boxes lists them. The first has the id of the field, so that the link in the
// error summary leads to it.
func (x Exclusions) Boxes() []box {
	chosen := strings.Fields(x.Chosen)
	boxes := make([]box, len(x.All))
	for i, e := range x.All {
		boxes[i] = box{"not_for", e.ID, e.ShownAs, slices.Contains(chosen, e.ID)}
		if i > 0 {
			boxes[i].ID += "-" + strconv.Itoa(i+1)
		}
	}
	return boxes
}

// Shown reports whether there is anything to choose, or wrong.
func (x Exclusions) Shown() bool { return len(x.All) > 0 || wrong(x.Errors, "not_for") }

// Open reports whether they must not be folded away.
func (x Exclusions) Open() bool {
	return wrong(x.Errors, "not_for") || slices.ContainsFunc(x.Boxes(), func(b box) bool { return b.Checked })
}

// translations are the fields of a text in each language, below the field of the
// text itself.
type translations struct {
	Label string // key: that of the text
	Rows  []translation
}

type translation struct {
	control
	Language i18n.Language
}

// TranslationField is the name of such a field.
func TranslationField(name, lang string) string { return name + "_" + lang }

func translationsOf(texts *i18n.Texts, page, name string, values casework.Translations, errors []FieldError) translations {
	t := translations{Label: page + "." + strings.ReplaceAll(name, "_", "-") + ".label"}
	for _, l := range i18n.Languages {
		field := TranslationField(name, l.Code)
		t.Rows = append(t.Rows, translation{control{Page: page, ID: field, Name: field, Value: values[l.Code], Error: errorOf(texts, field, errors)}, l})
	}
	return t
}

// Open reports whether they must not be folded away.
func (t translations) Open() bool {
	return slices.ContainsFunc(t.Rows, func(r translation) bool { return r.Value != "" || r.Error != "" })
}
