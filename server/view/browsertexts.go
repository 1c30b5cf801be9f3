package view

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"hotline/i18n"
)

// browserTexts are the keys of the texts that scripts show. The rest of what
// they show stands in the pages.
var browserTexts = []string{"answer.", "browser.", "consultation.conversation.", "consultation.date.", "consultation.from.", "consultation.receipt.", "consultation.state-means.", "conversation.added", "conversation.broken", "conversation.name", "conversation.title", "conversation.transferred", "conversation.statement.", "date.", "error.", "file.", "files.title", "finding.", "from.", "notice.", "outcome.", "queue.", "receipt.files", "receipt.reminder.", "receipt.title", "state.", "state-means."}

// deskTexts are the same for the scripts of the desk. Those that go to reporters
// (template.) are read in the language of the report.
var deskTexts = []string{"access.", "account.", "answer.", "answers.kind.", "answers.relationship.", "behalf.", "browser.count.", "browser.files.", "browser.progress.", "browser.sending", "case.", "cases.", "category.", "channel.", "conflict.", "classification.", "consultation.case.", "consultation.date.", "consultation.template.", "conversation.broken", "country.", "danger.", "date.", "desk.", "due.", "enrol.", "error.", "event.", "exclusion.", "export.", "file.", "finding.", "from.",
	"label.", "language.", "letter.", "link.", "list.", "mask.", "message-kind.", "move.", "name.", "notice.", "outcome.", "transfer.", "password.", "presence.", "priority.", "queue.", "retention.", "role.", "search.", "severity.", "sign-in.", "state.", "state-means.", "statement.", "step-up.", "steps.", "meeting.", "task.", "template.", "turn.", "unlock."}

// SiteAssets loads the static files and, beside them, the texts of the scripts,
// texts.en.js and desk-texts.en.js for example: a module whose default export is an
// object of texts by key, placeholders as in the catalogs, and the plural forms of a
// key below it ("cases.files.one").
func SiteAssets(texts *i18n.Catalog, files fs.FS) (*Assets, error) {
	a, err := LoadAssets(files)
	if err != nil {
		return nil, err
	}
	for _, l := range i18n.Languages {
		for kind, prefixes := range map[string][]string{reporterTexts: browserTexts, deskTextsKind: deskTexts} {
			name := textsName(kind, l.Code)
			b, err := json.Marshal(textsFor(texts.Texts(l.Code).OnPages(), prefixes))
			if err != nil {
				return nil, err
			}
			if a.files[name], err = newAsset(name, append([]byte("export default "), b...), nil); err != nil {
				return nil, err
			}
		}
	}
	return a, nil
}

func textsFor(texts *i18n.Texts, prefixes []string) map[string]string {
	chosen := map[string]string{}
	for _, key := range texts.Keys() {
		for _, prefix := range prefixes {
			if strings.HasPrefix(key, prefix) {
				chosen[key] = texts.Raw(key)
				for form, text := range texts.Forms(key) {
					chosen[key+"."+form] = text
				}
			}
		}
	}
	return chosen
}

// Scripts returns the URLs of all scripts by name.
func (a *Assets) Scripts() map[string]string {
	urls := map[string]string{}
	for name := range a.files {
		if path.Ext(name) == ".js" {
			urls[name] = a.URL(name)
		}
	}
	return urls
}

// importsFile holds what each script of a page imports, by their names: see
// web/build.mjs. It is not there while scripts are worked on (make dev).
const importsFile = "imports.json"

// Imports returns the URLs of all that a script imports, by its name. They are those
// that the scripts themselves ask for: a name that changes with the content.
func (a *Assets) Imports() (map[string][]string, error) {
	imports := map[string][]string{}
	if f, ok := a.files[importsFile]; ok {
		if err := json.Unmarshal(f.Plain, &imports); err != nil {
			return nil, fmt.Errorf("view: %s: %w", importsFile, err)
		}
	}
	for _, names := range imports {
		for i, name := range names {
			names[i] = StaticPath + name
		}
	}
	return imports, nil
}

// The kinds of texts files.
const (
	reporterTexts = "texts"
	deskTextsKind = "desk-texts"
)

// Texts returns the URLs of the texts of the reporter's scripts by language.
func (a *Assets) Texts() map[string]string { return a.textsOf(reporterTexts) }

// DeskTexts returns the URLs of the texts of the desk's scripts by language.
func (a *Assets) DeskTexts() map[string]string { return a.textsOf(deskTextsKind) }

func (a *Assets) textsOf(kind string) map[string]string {
	urls := map[string]string{}
	for _, l := range i18n.Languages {
		urls[l.Code] = a.URL(textsName(kind, l.Code))
	}
	return urls
}

func textsName(kind, lang string) string { return kind + "." + lang + ".js" }
