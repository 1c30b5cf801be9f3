package page

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"

	"hotline/i18n"
	"hotline/web"
)

// Site is what all pages of one hotline have in common.
type Site struct {
	Organization string // whose hotline it is
	URL          string // public address without a slash at the end, for the printed receipt
	ExitPath     string // "/exit"
	CSS          string // URL of the stylesheet, see Assets.URL
	Icon         string // URL of the icon
	Demo         bool   // say on every page that nothing here is real
}

// kind says what a page is unless its Base says otherwise.
type kind struct {
	title  string
	path   string
	form   string // id of the form that the language switch posts
	locked bool   // no language switch
	secret bool   // keep out of search engines and archives
}

var kinds = map[string]kind{
	"landing":      {title: "landing.title"},
	"report":       {title: "report.title", path: "report", form: "report"},
	"receipt":      {title: "receipt.title", path: "follow-up", locked: true, secret: true},
	"follow-up":    {title: "follow-up.title", path: "follow-up", secret: true},
	"conversation": {title: "conversation.title", path: "follow-up", form: "message", secret: true},
	"problem":      {secret: true},
}

// Renderer holds every template of every language, ready to run. It is
// read-only and safe for concurrent use.
//
// The functions of a template belong to one language, and each language has
// templates of its own, so a page can never be in the language of another
// request.
type Renderer struct {
	pages map[string]map[string]*template.Template // by language and name
}

// New parses the templates once for every language.
func New(texts *i18n.Catalog, site Site) (*Renderer, error) {
	return newRenderer(texts, site, web.Templates())
}

func newRenderer(texts *i18n.Catalog, site Site, files fs.FS) (*Renderer, error) {
	r := &Renderer{pages: make(map[string]map[string]*template.Template, len(i18n.Languages))}
	for _, l := range i18n.Languages {
		shared, err := template.New("").Funcs(functions(texts.Texts(l.Code), site)).
			ParseFS(files, "layout.html", "partials.html")
		if err != nil {
			return nil, fmt.Errorf("page: %w", err)
		}
		r.pages[l.Code] = make(map[string]*template.Template, len(kinds))
		for name := range kinds {
			t, err := template.Must(shared.Clone()).ParseFS(files, name+".html")
			if err != nil {
				return nil, fmt.Errorf("page: %w", err)
			}
			r.pages[l.Code][name] = t
		}
	}
	return r, nil
}

// view is what the layout sees; the page's own template sees only Page.
type view struct {
	Base
	Page   Page
	Secret bool
}

// Render writes the named page in a language. It answers with the whole page
// or with an error, never with half a page.
func (r *Renderer) Render(lang, name string, p Page) ([]byte, error) {
	pages, ok := r.pages[lang]
	if !ok {
		pages = r.pages[i18n.Fallback]
	}
	t, ok := pages[name]
	if !ok {
		return nil, fmt.Errorf("page: no page %q", name)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "layout", viewOf(name, p)); err != nil {
		return nil, fmt.Errorf("page: %s: %w", name, err)
	}
	return b.Bytes(), nil
}

func viewOf(name string, p Page) view {
	k, v := kinds[name], view{Base: p.base(), Page: p}
	v.Failed, v.Secret = p.failed(), k.secret
	if v.Title == "" {
		v.Title = k.title
	}
	if v.Path == "" {
		v.Path = k.path
	}
	if v.Switch == (Switch{}) {
		v.Switch = Switch{Form: k.form, None: k.locked}
	}
	return v
}
