package words

import (
	"context"
	"errors"
	"html/template"
	"log/slog"
	"sync"
	"time"

	"hotline/i18n"
	"hotline/server/settings"
	"hotline/store"
	"hotline/store/casework"
)

// life is how long it is known which texts there are before the database is asked
// again: another process may have changed them.
const life = 2 * time.Second

// cacheSize is how many bytes of HTML are kept.
const cacheSize = 8 << 20

// Words answers which text stands on a page. It is safe for concurrent use.
type Words struct {
	store    *store.Store
	settings *settings.Settings
	log      *slog.Logger
	now      func() time.Time

	mu       sync.Mutex
	current  map[casework.WordsKey]store.WordsVersion // those that are not empty
	read     time.Time
	rendered map[rendering]template.HTML
	size     int // bytes of what is rendered
}

// rendering is a version as HTML below a heading of some level. A version never
// changes, and its number is never given again.
type rendering struct {
	casework.WordsKey
	version, level int
}

// Parts are what it works with.
type Parts struct {
	Store    *store.Store
	Settings *settings.Settings
	Log      *slog.Logger
	Now      func() time.Time
}

// New makes the texts of a server.
func New(p Parts) *Words {
	return &Words{store: p.Store, settings: p.Settings, log: p.Log, now: p.Now, rendered: map[rendering]template.HTML{}}
}

// Text is what stands on a page.
type Text struct {
	store.WordsVersion
	HTML template.HTML
}

// Changed has the next one who asks read which texts there are.
func (w *Words) Changed() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.read = time.Time{}
}

// Find returns which text reporters see at an entity in a language.
func (w *Words) Find(entity, part, language string) (store.WordsVersion, bool) {
	path := w.settings.Organization().Entities.Path(entity)
	languages := w.languages(entity, language)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.refresh()
	k, found := casework.FindWords(path, part, languages, func(k casework.WordsKey) bool { return w.current[k].Version > 0 })
	return w.current[k], found
}

// languages are those of a text, the wanted one first. Of the others that are offered
// there, English comes first: most people who do not read their own read that.
func (w *Words) languages(entity, wanted string) []string {
	var others []string
	for _, l := range w.settings.LanguagesAt(entity) {
		switch l.Code {
		case wanted:
		case i18n.Fallback:
			others = append([]string{l.Code}, others...)
		default:
			others = append(others, l.Code)
		}
	}
	return append([]string{wanted}, others...)
}

// Show returns that text as HTML whose highest heading has the level.
// store.ErrNotFound: there is none.
func (w *Words) Show(entity, part, language string, level int) (Text, error) {
	v, found := w.Find(entity, part, language)
	if !found {
		return Text{}, store.ErrNotFound
	}
	at := rendering{v.WordsKey, v.Version, level}
	w.mu.Lock()
	html, known := w.rendered[at]
	w.mu.Unlock()
	if known {
		return Text{v, html}, nil
	}
	source, err := w.store.WordsText(context.Background(), v.WordsKey, v.Version)
	if err != nil {
		return Text{}, err
	}
	if html, err = Render(source, level); err != nil {
		return Text{}, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.size += len(html); w.size > cacheSize {
		clear(w.rendered)
		w.size = len(html)
	}
	w.rendered[at] = html
	return Text{v, html}, nil
}

// Beside is Show for a text that stands beside the program's own: where it cannot be
// read now, the page stands without it.
func (w *Words) Beside(entity, part, language string, level int) (Text, bool) {
	text, err := w.Show(entity, part, language, level)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		w.log.Error("a text of the organisation could not be read", "error", err)
	}
	return text, err == nil
}

// refresh reads which texts there are, unless that was done a moment ago. When the
// database does not answer it is what there was before.
func (w *Words) refresh() {
	if age := w.now().Sub(w.read); !w.read.IsZero() && age < life && age >= 0 {
		return
	}
	all, err := w.store.CurrentWords(context.Background())
	if err != nil {
		w.log.Error("the texts of the organisation could not be read", "error", err)
	} else {
		w.current = map[casework.WordsKey]store.WordsVersion{}
		for _, v := range all {
			if v.Written {
				w.current[v.WordsKey] = v
			}
		}
	}
	w.read = w.now()
}
