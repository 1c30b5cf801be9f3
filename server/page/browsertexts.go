package page

import (
	"encoding/json"
	"io/fs"
	"path"
	"strings"

	"hotline/i18n"
)

// browserTexts are the keys of the texts that scripts show. The rest of what
// they show stands in the pages.
var browserTexts = []string{"answer.", "browser.", "conversation.added", "conversation.broken", "date.", "error.", "file.", "files.title", "finding.", "from.", "notice.", "outcome.", "queue.", "receipt.files", "state.", "state-means."}

// SiteAssets loads the static files and, beside them, the texts of the scripts,
// texts.en.json for example: an object of texts by key, placeholders as in the
// catalogs.
func SiteAssets(texts *i18n.Catalog, files fs.FS) (*Assets, error) {
	a, err := LoadAssets(files)
	if err != nil {
		return nil, err
	}
	for _, l := range i18n.Languages {
		name := textsName(l.Code)
		b, err := json.Marshal(browserTextsOf(texts.Texts(l.Code)))
		if err != nil {
			return nil, err
		}
		if a.files[name], err = newAsset(name, b, nil); err != nil {
			return nil, err
		}
	}
	return a, nil
}

func browserTextsOf(texts *i18n.Texts) map[string]string {
	chosen := map[string]string{}
	for _, key := range texts.Keys() {
		for _, prefix := range browserTexts {
			if strings.HasPrefix(key, prefix) {
				chosen[key] = texts.Raw(key)
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

// Texts returns the URLs of the scripts' texts by language.
func (a *Assets) Texts() map[string]string {
	urls := map[string]string{}
	for _, l := range i18n.Languages {
		urls[l.Code] = a.URL(textsName(l.Code))
	}
	return urls
}

func textsName(lang string) string { return "texts." + lang + ".json" }
