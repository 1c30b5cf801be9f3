// Package view renders the pages: templates, the structs that they show, the
// controls of their forms, and the static files beside them.
package view

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"slices"
	"strings"
	"sync"
	texttemplate "text/template"
	"time"

	"hotline/i18n"
	"hotline/server/words"
	"hotline/store"
	"hotline/store/casework"
	"hotline/store/casework/law"
	"hotline/web"
)

// Site is what all pages of one hotline have in common.
type Site struct {
	URL       string              // public address without a slash at the end, for the printed receipt
	ExitPath  string              // "/exit"
	CSS       string              // URL of the stylesheet, see Assets.URL
	DeskCSS   string              // URL of the desk's own, beside it
	Icon      string              // URL of the icon
	Scripts   map[string]string   // URLs by name: page.js, report.js, follow-up.js; a page without one works, too
	Imports   map[string][]string // URLs of what a script imports, by its name
	Texts     map[string]string   // URLs of what scripts say, by language
	DeskTexts map[string]string   // the same for the desk
	Demo      bool                // say on every page that nothing here is real

	// What an administrator can change while the server runs; nil stands for
	// nothing chosen.
	Name    func(lang string) string            // whose hotline it is
	Offered func(entity string) []i18n.Language // languages that reporters are offered
	Profile func(entity string) law.Profile

	Countries func() []string                         // where the organisation is, the main one first
	Contacts  func(entity string) []casework.Contacts // of them, as far as they are confirmed
	Zoned     func() bool                             // a time zone is chosen
	Zone      func() *time.Location                   // in which days count, and in which the desk says when something was done
	ZoneWords func() string                           // the same for people: "Asia/Tokyo (UTC+09:00)"
	Structure func() store.Organization               // entities and queues
	Words     *words.Words                            // what the organisation wrote for reporters
}

// Organization returns whose hotline it is, in a language; "" if nobody has said.
func (s Site) Organization(lang string) string {
	if s.Name == nil {
		return ""
	}
	return s.Name(lang)
}

func (s Site) languages(entity string) []i18n.Language {
	if s.Offered == nil {
		return i18n.Languages
	}
	return s.Offered(entity)
}

func (s Site) profile(entity string) law.Profile {
	if s.Profile == nil {
		return law.ProfileOf(law.Strictest)
	}
	return s.Profile(entity)
}

func (s Site) chosenCountries() []string {
	if s.Countries == nil {
		return nil
	}
	return s.Countries()
}

func (s Site) contacts(entity string) []casework.Contacts {
	if s.Contacts == nil {
		return nil
	}
	return s.Contacts(entity)
}

// zone returns the time zone by its name of the tz database, and for people.
func (s Site) zone() zone {
	if s.Zone == nil {
		return zone{"UTC", "UTC"}
	}
	return zone{s.Zone().String(), s.ZoneWords()}
}

type zone struct{ Name, Words string }

// kind says what a page is unless its Base says otherwise.
type kind struct {
	title  string
	path   string
	form   string // id of the form that the language switch posts
	locked bool   // no language switch
	secret bool   // keep out of search engines and archives
	desk   bool   // the desk's layout, script and texts instead of the reporter's
	paper  bool   // on paper it is what its template prints, without the desk around it
	script string // name of the page's own script; "" none but that of every page
}

var kinds = map[string]kind{
	"landing":       {title: "landing.title"},
	"report":        {title: "report.title", path: "report", form: "report", script: "report.js"},
	"choose-entity": {title: "choose-entity.title", path: "at/"},
	"receipt":       {title: "receipt.title", path: "follow-up", locked: true, secret: true},
	"follow-up":     {title: "follow-up.title", path: "follow-up", secret: true, script: "follow-up.js"},
	"conversation":  {title: "conversation.title", path: "follow-up", form: "message", secret: true},
	"own-words":     {},
	"problem":       {secret: true},

	"desk-sign-in":         {title: "sign-in.title", path: "desk/sign-in", secret: true, desk: true, script: "desk-sign-in.js"},
	"desk-enrol":           {title: "enrol.title", path: "desk/enrol", secret: true, desk: true, script: "desk-enrol.js"},
	"desk-step-up":         {title: "step-up.title", locked: true, secret: true, desk: true, script: "desk-step-up.js"},
	"desk-cases":           {title: "cases.title", path: "desk/cases", secret: true, desk: true, script: "desk-cases.js"},
	"desk-access":          {title: "access.title", path: "desk/access", secret: true, desk: true, script: "desk-access.js"},
	"desk-search":          {title: "search.title", path: "desk/search", secret: true, desk: true, script: "desk-search.js"},
	"desk-intake":          {title: "behalf.title", path: "desk/intake", secret: true, desk: true, script: "desk-intake.js"},
	"desk-case":            {title: "case.title", path: "desk/cases", secret: true, desk: true, script: "desk-case.js"},
	"desk-account":         {title: "account.title", path: "desk/account", secret: true, desk: true, script: "desk-account.js"},
	"desk-problem":         {secret: true, desk: true},
	"desk-organization":    {title: "organization.title", path: "desk/admin/organization", secret: true, desk: true},
	"desk-contacts":        {title: "contacts.title", path: "desk/admin/contacts", secret: true, desk: true},
	"desk-people":          {title: "people.title", path: "desk/admin/people", secret: true, desk: true},
	"desk-register":        {title: "register.title", path: "desk/admin/register", secret: true, desk: true},
	"desk-recovery":        {title: "recovery.title", path: "desk/admin/recovery", secret: true, desk: true},
	"desk-audit":           {title: "audit.title", path: "desk/audit", secret: true, desk: true},
	"desk-notifications":   {title: "notifications.title", path: "desk/admin/notifications", secret: true, desk: true},
	"desk-webhooks":        {title: "webhooks.title", path: "desk/admin/webhooks", secret: true, desk: true},
	"desk-webhook":         {title: "webhooks.page", path: "desk/admin/webhooks", secret: true, desk: true},
	"desk-set-up":          {title: "set-up.title", path: "desk/admin/set-up", secret: true, desk: true},
	"desk-entities":        {title: "entities.title", path: "desk/admin/entities", secret: true, desk: true},
	"desk-entity":          {title: "entities.page", path: "desk/admin/entities", secret: true, desk: true},
	"desk-poster":          {title: "poster.title", path: "desk/admin/poster", secret: true, desk: true, paper: true, script: "desk-poster.js"},
	"desk-queues":          {title: "queues.title", path: "desk/admin/queues", secret: true, desk: true},
	"desk-queue":           {title: "queues.page", path: "desk/admin/queues", secret: true, desk: true},
	"desk-routing":         {title: "routing.title", path: "desk/admin/routing", secret: true, desk: true},
	"desk-routing-preview": {title: "routing.preview.title", path: "desk/admin/routing", locked: true, secret: true, desk: true},
	"desk-words":           {title: "words.title", path: "desk/admin/words", secret: true, desk: true},
	"desk-words-text":      {title: "words.title", path: "desk/admin/words", secret: true, desk: true},
	"desk-letters":         {title: "letters.title", path: "desk/admin/letters", secret: true, desk: true},
	"desk-letter":          {title: "letters.title", path: "desk/admin/letters", secret: true, desk: true},
	"desk-letter-text":     {title: "letters.title", path: "desk/admin/letters", secret: true, desk: true, script: "desk-letter.js"},
	"desk-person":          {title: "person.title", path: "desk/admin/people", secret: true, desk: true},
}

// layouts are the template files that all pages of one side share.
var layouts = map[bool][]string{
	false: {"layout.html", "partials.html", "shared.html"},
	true:  {"desk-layout.html", "partials.html", "desk-partials.html", "desk-admin.html", "desk-organization-partials.html", "desk-words-partials.html", "desk-account-partials.html", "desk-deputies.html", "desk-case-keys.html", "desk-case-more.html", "desk-case-triage.html", "desk-tasks.html", "desk-retention.html", "desk-classification.html"},
}

// Renderer holds the templates of every language. It is safe for concurrent use.
//
// The functions of a template belong to one language, and each language has
// templates of its own, so a page can never be in the language of another
// request.
type Renderer struct {
	pages map[string]map[string]func() (*template.Template, error) // by language and name
	site  Site
	files fs.FS
}

// New prepares every page of every language. A page is parsed when it is first
// shown: all pages of all languages are several times the memory of those that
// one hotline shows.
func New(texts *i18n.Catalog, site Site) *Renderer {
	return newRenderer(texts, site, web.Templates())
}

func newRenderer(texts *i18n.Catalog, site Site, files fs.FS) *Renderer {
	r := &Renderer{pages: make(map[string]map[string]func() (*template.Template, error), len(i18n.Languages)), site: site, files: files}
	for _, l := range i18n.Languages {
		shared := functions(texts.Texts(l.Code), site)
		r.pages[l.Code] = make(map[string]func() (*template.Template, error), len(kinds))
		for name, k := range kinds {
			r.pages[l.Code][name] = sync.OnceValues(func() (*template.Template, error) {
				return template.New("").Funcs(shared).ParseFS(files, append(slices.Clone(layouts[k.desk]), name+".html")...)
			})
		}
	}
	return r
}

// scripts returns the URLs of a page's scripts: of every page's, of its own, and with
// that what both import and the texts. Each would ask for those itself once it has
// loaded, one after the other, which takes seconds on a slow line.
func (s Site) scripts(every, own, texts string) []string {
	urls := []string{s.Scripts[every]}
	if s.Scripts[own] != "" {
		urls = slices.Concat(append(urls, s.Scripts[own], texts), s.Imports[every], s.Imports[own])
	}
	seen := map[string]bool{"": true} // a page without a script works, too
	return slices.DeleteFunc(urls, func(url string) bool {
		before := seen[url]
		seen[url] = true
		return before
	})
}

// view is what the layout sees; the page's own template sees only Page.
type view struct {
	Base
	Page      Page
	Secret    bool
	Paper     bool
	Scripts   []string        // URLs, all deferred
	Texts     string          // URL of what the scripts say
	Languages []i18n.Language // of the language switch
}

// Render writes the named page in a language. It answers with the whole page
// or with an error, never with half a page.
func (r *Renderer) Render(lang, name string, p Page) ([]byte, error) {
	if web.Live {
		texts, err := i18n.Load()
		if err != nil {
			return nil, err
		}
		r = newRenderer(texts, r.site, r.files)
	}
	pages, ok := r.pages[lang]
	if !ok {
		pages = r.pages[i18n.Fallback]
	}
	page, ok := pages[name]
	if !ok {
		return nil, fmt.Errorf("view: no page %q", name)
	}
	t, err := page()
	if err != nil {
		return nil, fmt.Errorf("view: %s: %w", name, err)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "layout", r.viewOf(lang, name, p)); err != nil {
		return nil, fmt.Errorf("view: %s: %w", name, withoutPanic(err))
	}
	return b.Bytes(), nil
}

// withoutPanic cuts off what a function of a template failed with: html/template makes
// an error of a panic's value, which may hold what somebody wrote.
func withoutPanic(err error) error {
	var failed texttemplate.ExecError
	if !errors.As(err, &failed) {
		return err
	}
	before, after, found := strings.Cut(err.Error(), ": error calling ")
	if !found {
		return err
	}
	function, _, _ := strings.Cut(after, ":")
	return errors.New(before + ": error calling " + function)
}

func (r *Renderer) viewOf(lang, name string, p Page) view {
	k, v := kinds[name], view{Base: p.base(), Page: p}
	v.Failed, v.Secret, v.Paper = p.failed(), k.secret, k.paper
	if v.Title == "" {
		v.Title = k.title
	}
	if v.Path == "" {
		v.Path = atPath(v.At) + k.path
	}
	if v.Switch == (Switch{}) {
		v.Switch = Switch{Form: k.form, None: k.locked}
	}
	every, texts := "page.js", r.site.Texts
	v.Languages = r.site.languages(v.At)
	if k.desk {
		every, texts, v.Languages = "desk.js", r.site.DeskTexts, i18n.Languages
		if r.site.Scripts[k.script] != "" {
			every = "" // it is a part of the page's own
		}
	}
	v.Texts = texts[lang]
	v.Scripts = r.site.scripts(every, k.script, v.Texts)
	return v
}
