package view

import (
	"html/template"

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
	all["languageIn"] = language
	return all
}

// WordsPath is where an administrator finds the texts of an entity, below the desk.
func WordsPath(entity string) string {
	if entity == casework.Root {
		entity = casework.RootName
	}
	return "desk/admin/words/" + entity
}

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

// WordsPage is the page of one text.
type WordsPage struct {
	Desk
	Entity, Part string
	Language     i18n.Language
	Value        string // Markdown, as typed
	Version      int    // that whoever types saw last, to notice that a colleague changed it
	Current      store.WordsVersion
	Shown        *words.Text // what reporters see now; nil: the program's own words alone
	Preview      template.HTML
	Previewed    bool
	Past         int // number of the earlier version that stands in the form; 0: none
	Versions     []WordsLine
	Errors       []FieldError

	Saved, Conflict bool
}

func (p WordsPage) failed() bool { return p.Failed || len(p.Errors) > 0 }

// Key says where the text stands.
func (p WordsPage) Key() casework.WordsKey {
	return casework.WordsKey{Entity: p.Entity, Part: p.Part, Language: p.Language.Code}
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
