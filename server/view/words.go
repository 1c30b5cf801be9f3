package view

import (
	"html/template"
	"slices"
	"strings"

	"hotline/i18n"
	"hotline/server/words"
	"hotline/store"
	"hotline/store/casework"
)

// OwnWords is a page of one text that the organisation wrote for reporters.
type OwnWords struct {
	Base
	Text words.Text
}

// NewOwnWords is the page of a part at an entity.
func NewOwnWords(at, part string, text words.Text) OwnWords {
	return OwnWords{Base{Title: "words.part." + part, Path: atPath(at) + part, At: at}, text}
}

// ownWords is a text of the organisation as a page shows it.
type ownWords struct {
	words.Text
	Owner string        // name of the entity whose text it is
	In    i18n.Language // in which it is written
	Other bool          // that is not the language of the page
}

func ownWordsOf(texts *i18n.Texts, site Site, text words.Text) ownWords {
	own := ownWords{Text: text, Owner: ownerOf(texts, site, text.Entity), In: language(text.Language)}
	own.Other = own.In != texts.Language()
	return own
}

// ownerOf names whose text it is. The organisation itself is called what its pages
// call it.
func ownerOf(texts *i18n.Texts, site Site, entity string) string {
	if name := site.Organization(texts.Language().Code); entity == casework.Root && name != "" {
		return name
	}
	return EntityName(texts, site.structure(), entity)
}

// language is the language of a code.
func language(code string) i18n.Language {
	for _, l := range i18n.Languages {
		if l.Code == code {
			return l
		}
	}
	return i18n.Language{Code: code, Tag: code, Name: code}
}

// Languages are those of some codes, in the order shown.
func Languages(codes func(string) bool) (all []i18n.Language) {
	for _, l := range i18n.Languages {
		if codes(l.Code) {
			all = append(all, l)
		}
	}
	return all
}

// withWords adds what the templates say of the organisation's own words.
func withWords(all template.FuncMap, texts *i18n.Texts, site Site) template.FuncMap {
	all["ownText"] = func(text words.Text) ownWords { return ownWordsOf(texts, site, text) }
	all["own"] = func(at, part string, level int) *ownWords {
		if site.Words == nil {
			return nil
		}
		text, found := site.Words.Beside(at, part, texts.Language().Code, level)
		if !found {
			return nil
		}
		own := ownWordsOf(texts, site, text)
		return &own
	}
	all["ownPages"] = func(at string) (parts []string) {
		for _, part := range []string{casework.WordsPrivacy, casework.WordsRules} {
			if site.Words != nil {
				if _, found := site.Words.Find(at, part, texts.Language().Code); found {
					parts = append(parts, part)
				}
			}
		}
		return parts
	}
	all["owner"] = func(entity string) string { return ownerOf(texts, site, entity) }
	all["wordsPath"] = WordsPath
	all["lettersPath"] = LettersPath
	all["letterName"] = func(l LetterInfo) string { return l.name(texts) }
	all["letterUses"] = func() []LetterUse { return letterUses(texts) }
	all["letterUse"] = func(use string) string { return letterUse(texts, use) }
	all["letterFields"] = func() []string { return casework.LetterFields }
	all["languageIn"] = language
	return all
}

// WordsPath is where an administrator finds the texts of an entity, below the desk.
func WordsPath(entity string) string { return "desk/admin/words/" + EntityOut(entity) }

// LettersPath is the same for its letters.
func LettersPath(entity string) string { return "desk/admin/letters/" + EntityOut(entity) }

// WordsTable is the page of what an entity has written in which language.
type WordsTable struct {
	Desk
	Entity         string
	Entities       []Choice // that the administrator manages
	Languages      []i18n.Language
	Rows           []WordsRow
	Missing, Older int // texts
}

// WordsRow is a part in each language.
type WordsRow struct {
	Part  string
	Cells []WordsCell
}

// WordsCell is a part in a language.
type WordsCell struct {
	Language i18n.Language
	State    casework.WordsState
	From     string       // the entity whose text it is
	Day      casework.Day // of that text
}

// TextPage is what the pages have in common on which a text with versions is written.
type TextPage struct {
	Desk
	Entity    string
	Language  i18n.Language
	Value     string // as typed
	Version   int    // that whoever types saw last, to notice that a colleague changed it
	Current   store.WordsVersion
	Previewed bool
	Past      int // number of the earlier version that stands in the form; 0: none
	Versions  []WordsLine
	Errors    []FieldError

	Saved, Conflict bool
}

func (p TextPage) failed() bool { return p.Failed || len(p.Errors) > 0 }

// WordsPage is the page of one text.
type WordsPage struct {
	TextPage
	Part    string
	Shown   *words.Text // what reporters see now; nil: the program's own words alone
	Preview template.HTML
}

// Page is the part if it has a page of its own, "" otherwise.
func (p WordsPage) Page() string {
	if p.Part == casework.WordsPrivacy || p.Part == casework.WordsRules {
		return p.Part
	}
	return ""
}

// WordsLine is a version, with who wrote it: "" somebody whom the administrator does
// not manage.
type WordsLine struct {
	store.WordsVersion
	Who string
}

// LetterInfo says what a letter is: a built-in one, or the organisation's own.
type LetterInfo struct {
	Code, Kind, Use string
	Own             *casework.OwnLetter // nil: built in
}

// LetterName is what a letter is called in a language. One of the organisation's own has
// its number where that is all that is known.
func LetterName(texts *i18n.Texts, code string) string {
	l, builtIn := casework.FindBuiltInLetter(code)
	if !builtIn {
		return texts.T("letters.own-number", "Number", strings.TrimPrefix(code, "own-"))
	}
	if key := "case.template." + strings.TrimPrefix(code, casework.KindConsultation+"."); texts.Has(key) {
		return texts.T(key)
	}
	return letterUse(texts, l.Use)
}

func (l LetterInfo) name(texts *i18n.Texts) string {
	if l.Own == nil {
		return LetterName(texts, l.Code)
	}
	return visible(l.Own.Names.Of(l.Own.Name, texts.Language().Code))
}

// letterUse is what a letter is for, in words.
func letterUse(texts *i18n.Texts, use string) string {
	if outcome := casework.ClosingLetter(use); outcome != "" {
		return texts.T("letters.closing", "Outcome", texts.T("outcome."+string(outcome)))
	}
	return texts.T("letters.use." + use)
}

// LetterUse is what a letter can be for.
type LetterUse struct{ Code, Label string }

func letterUses(texts *i18n.Texts) (all []LetterUse) {
	for _, use := range casework.LetterUses {
		all = append(all, LetterUse{use, letterUse(texts, use)})
	}
	return all
}

// BuiltInLetter is the text of a built-in letter in a language, as an administrator
// would write it; "" of any other letter.
func BuiltInLetter(texts *i18n.Texts, code string) string {
	key, builtIn := builtInLetterKey(code)
	if !builtIn {
		return ""
	}
	return casework.TidyLetter(texts.Raw(key))
}

// builtInLetterKey is the key of its text.
func builtInLetterKey(code string) (key string, builtIn bool) {
	_, builtIn = casework.FindBuiltInLetter(code)
	if advice, is := strings.CutPrefix(code, casework.KindConsultation+"."); is {
		return casework.KindConsultation + ".template." + advice, builtIn
	}
	return "template." + code, builtIn
}

// LetterNames are the values of a letter's fields that name somebody, in a language,
// for cases about an entity.
func LetterNames(texts *i18n.Texts, o store.Organization, entity string) map[string]string {
	return map[string]string{
		casework.FieldOrganization: EntityName(texts, o, casework.Root), casework.FieldCompany: EntityName(texts, o, entity),
	}
}

// Promise is the sentence that says by when there is an answer.
func Promise(texts *i18n.Texts, day casework.Day) string {
	return texts.T("template.answer-by", "Answer", texts.Date(string(day)))
}

// LettersTable is the page of an entity's letters.
type LettersTable struct {
	Desk
	Entity         string
	Entities       []Choice // that the administrator manages
	Languages      []i18n.Language
	Groups         []LettersGroup
	Unused         []LetterRow // of the organisation's own, without a text in any language
	Missing, Older int         // texts
	Changed        bool        // the entity has a text of its own
	Removed        bool
}

// LettersGroup are letters for the same.
type LettersGroup struct {
	Title string // key
	Rows  []LetterRow
}

// LetterRow is a letter in each language.
type LetterRow struct {
	LetterInfo
	Cells []WordsCell
	Here  bool // it is one of the entity's own, and can be renamed and removed there
}

// Bare reports whether the letter has no text that a handler could choose.
func (r LetterRow) Bare() bool {
	return r.Own != nil && !slices.ContainsFunc(r.Cells, func(c WordsCell) bool { return c.Day != "" })
}

// LetterPage is the page of a letter's text in a language.
type LetterPage struct {
	TextPage
	Letter  LetterInfo
	Holds   string            // the text that handlers get now, with examples in its fields; "" none
	From    casework.WordsKey // where it stands
	Source  LetterSource      // what that is
	Without LetterSource      // what would hold without the entity's own text
	Preview string            // what stands in the form, with examples in its fields
	Lacks   []string          // fields that the law has an acknowledgement say
}

// LetterSource says whose text of a letter it is.
type LetterSource string

// Whose texts there are.
const (
	LetterOwn       LetterSource = "own"
	LetterInherited LetterSource = "inherited" // from an entity above
	LetterBuiltIn   LetterSource = "built-in"
	LetterNone      LetterSource = "none"
)

// AboutLetter is the page on which one of the organisation's own letters is described.
type AboutLetter struct {
	Desk
	Entity    string
	Letter    casework.OwnLetter // as it stands in the form; number 0: it is being added
	Called    string             // its name
	Languages []WordsCell        // in which it can be written, and where it is
	Errors    []FieldError

	Saved, Added, Remove bool
}

func (p AboutLetter) failed() bool { return p.Failed || len(p.Errors) > 0 }
