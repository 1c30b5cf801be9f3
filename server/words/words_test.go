package words

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hotline/server/settings"
	"hotline/store"
	"hotline/store/casework"
)

// written is a hotline of a group with a company, and its texts.
type written struct {
	*testing.T
	*Words
	store *store.Store
	clock time.Time
}

func newWritten(t *testing.T) *written {
	t.Helper()
	st, err := store.Open(context.Background(), filepath.Join(t.TempDir(), "hotline.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	w := &written{T: t, store: st, clock: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
	now := func() time.Time { return w.clock }
	if err := st.PutEntity(context.Background(), "", casework.Entity{Code: "br", Name: "Brasil", Languages: []string{"ja", "pt", "en"}}, nil); err != nil {
		t.Fatal(err)
	}
	chosen := settings.New(settings.Parts{Store: st, Log: slog.New(slog.DiscardHandler), Now: now})
	w.Words = New(Parts{Store: st, Settings: chosen, Log: slog.New(slog.DiscardHandler), Now: now})
	return w
}

func (w *written) put(entity, language, text string, seen int) {
	w.Helper()
	k := casework.WordsKey{Entity: entity, Part: "privacy", Language: language}
	if err := w.store.PutWords(context.Background(), "", k, text, "2026-11-20", seen); err != nil {
		w.Fatal(err)
	}
}

func (w *written) shows(what, entity, language, want string) {
	w.Helper()
	text, err := w.Show(entity, "privacy", language, 2)
	if want == "" && !errors.Is(err, store.ErrNotFound) || want != "" && (err != nil || text.Language+" "+string(text.HTML) != want) {
		w.Errorf("%s: %s %q (%v), want %q", what, text.Language, text.HTML, err, want)
	}
}

// A version is read and made HTML once. What another process writes is seen a moment
// later, what is written here at once.
func TestVersionsAreRenderedOnce(t *testing.T) {
	w := newWritten(t)
	w.shows("before anything is written", "br", "pt", "")
	w.put("", "en", "# one", 0)
	w.shows("a moment later", "br", "en", "")
	w.Changed()
	w.shows("once that is known", "br", "en", "en <h2>one</h2>\n")
	w.shows("in a language without a text", "br", "pt", "en <h2>one</h2>\n")
	w.put("br", "ja", "二", 0)
	w.clock = w.clock.Add(life)
	w.shows("English before Japanese", "", "pt", "en <h2>one</h2>\n")
	w.shows("the company's own before the one above", "br", "pt", "ja <p>二</p>\n")
	w.put("", "en", "# two", 1)
	w.clock = w.clock.Add(life)
	w.shows("the next version", "br", "en", "en <h2>two</h2>\n")
	w.put("", "en", "", 2)
	w.clock = w.clock.Add(life)
	w.shows("taken back", "", "en", "")
	if text, found := w.Beside("br", "privacy", "pt", 3); !found || string(text.HTML) != "<p>二</p>\n" {
		t.Errorf("beside the program's own: %+v, %v", text, found)
	}

	before := len(w.rendered)
	if err := w.store.Close(); err != nil {
		t.Fatal(err)
	}
	w.clock = w.clock.Add(life)
	w.shows("without a database", "br", "pt", "ja <p>二</p>\n")
	if _, err := w.Show("br", "privacy", "pt", 4); err == nil {
		t.Error("a text that was never read is shown")
	}
	if _, found := w.Beside("br", "privacy", "pt", 4); found || len(w.rendered) != before {
		t.Error("a text that cannot be read stands on the page")
	}
}

// What is kept does not grow without end.
func TestRenderedTextsAreBounded(t *testing.T) {
	w := newWritten(t)
	long := strings.Repeat("&amp;x ", casework.WordsLimit/7)
	for i := range 4 {
		w.put("", "en", long, i)
		w.Changed()
		for level := 2; level <= 6; level++ {
			if _, err := w.Show("", "privacy", "en", level); err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(w.rendered) != 20 || w.size < 20*casework.WordsLimit {
		t.Fatalf("%d texts of %d bytes are kept", len(w.rendered), w.size)
	}
	w.size = cacheSize
	w.put("", "en", "short", 4)
	w.Changed()
	w.shows("the next one", "", "en", "en <p>short</p>\n")
	if len(w.rendered) != 1 || w.size > 100 {
		t.Errorf("%d texts of %d bytes are kept", len(w.rendered), w.size)
	}
}
