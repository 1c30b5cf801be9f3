package browser

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"hotline/crypto"
	"hotline/i18n"
	"hotline/test/rig"
)

// The limits of the server that the browser fills.
const (
	browserFiles    = 3
	browserFileSize = 1 << 20
)

var paper = []byte("%PDF-1.7\n1 0 obj<</Author(Somebody)>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")

// TestWithoutScripts goes through the reporter's pages with a browser without
// scripts, in every language, looks at every page it met, and then opens what was
// stored as a handler does.
func TestWithoutScripts(t *testing.T) {
	t.Parallel()
	closed := rig.Start(t, filepath.Join(t.TempDir(), "data"), "--limits", "off")
	for _, lang := range rig.Languages {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			withoutScripts(t, lang, closed)
		})
	}
}

func withoutScripts(t *testing.T, lang string, closed *rig.Server) {
	neutral, referers := neutralSite(t)
	data, handlers := rig.FilledFolder(t)
	rig.ConfirmContacts(t, data, "JP", "MX", "BR")
	open := rig.Start(t, data, "--limits", "off", "--max-files", fmt.Sprint(browserFiles), "--max-file-size", fmt.Sprint(browserFileSize),
		"--organization", "Example Manufacturing", "--exit-url", neutral)
	picture, folder := rig.Photo(t, rig.HiddenDetail), t.TempDir()
	b := &browser{open: open}
	b.run(t, "reporter/without-scripts.mjs", map[string]any{
		"lang": lang, "open": open.URL, "closed": closed.URL, "neutral": neutral, "folder": folder,
		"photo": rig.WriteFile(t, folder, "photo.jpg", picture), "paper": rig.WriteFile(t, folder, "paper.pdf", paper),
		"unknown": crypto.NewReceipt([15]byte{1, 2, 3}).String(), "files": browserFiles, "fileSize": browserFileSize,
		"texts": browserTexts(t), "tags": languageTags(),
	})
	if got := referers(); len(got) != 1 || got[0] != "" {
		t.Errorf("the neutral site saw the referrers %q; want one visit, without one", got)
	}
	if got := open.Cases(t); got != 1 || len(b.cases) != got {
		t.Errorf("%d cases of %d that were sent, want one", got, len(b.cases))
	}
	for _, sent := range b.cases {
		t.Run("opened", func(t *testing.T) { sent.check(t, open, handlers[sent.Queue], picture, paper) })
	}
}

// TestLimits sends too fast, and while very many others write.
func TestLimits(t *testing.T) {
	t.Parallel()
	limited, _ := rig.WithHandlers(t, "--organization", "Example Manufacturing")
	var calm func() // ends the flood
	b := &browser{asked: map[string]func(*testing.T, browserLine) string{
		"young": func(t *testing.T, _ browserLine) string { return limited.AgedToken(t, -10*time.Minute) },
		"flood": func(t *testing.T, _ browserLine) string {
			var err error
			if calm, err = flood(t, limited); err != nil {
				t.Fatal(err)
			}
			return ""
		},
		"calm": func(*testing.T, browserLine) string { calm(); return "" },
	}}
	b.run(t, "reporter/limits.mjs", map[string]any{"limited": limited.URL, "texts": browserTexts(t)})
}

// neutralSite is where the quick exit leads to in the tests. It remembers which
// site its visitors say they came from.
func neutralSite(t *testing.T) (url string, referers func() []string) {
	var seen []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			seen = append(seen, r.Referer())
		}
		w.Header().Set("Content-Type", "text/html")
		io.WriteString(w, "<!DOCTYPE html><title>Weather</title>")
	}))
	t.Cleanup(s.Close)
	return s.URL + "/", func() []string { s.Close(); return seen }
}

// floodAtMost is the number of reports after which somebody must be asked to wait.
const floodAtMost = 2000

// flood sends empty reports until they are asked to wait, and keeps on.
func flood(t *testing.T, s *rig.Server) (calm func(), err error) {
	fields := []rig.Field{{Name: "form", Value: s.AgedToken(t, 3*time.Second)}} // nobody fills a form in less than two
	ctx, stop := context.WithCancel(t.Context())
	full, ended := make(chan bool), make(chan bool)
	go func() {
		defer close(ended)
		asked := false
		for sent := 0; ctx.Err() == nil && (asked || sent < floodAtMost); sent++ {
			res, err := rig.Send(s.FieldsRequest(t, "/en/report", fields...))
			if err == nil && res.Status == http.StatusTooManyRequests {
				if !asked {
					close(full)
				}
				asked = true
				time.Sleep(5 * time.Millisecond)
			}
		}
	}()
	calm = func() { stop(); <-ended }
	select {
	case <-full:
		return calm, nil
	case <-ended:
		return calm, fmt.Errorf("nobody is asked to wait after %d reports", floodAtMost)
	}
}

// browserTexts are the words that the browser looks for, by language and key.
func browserTexts(t *testing.T) map[string]map[string]string {
	t.Helper()
	all := map[string]map[string]string{}
	for _, l := range i18n.Languages {
		words := rig.Texts(t, l.Code)
		all[l.Code] = map[string]string{}
		for _, key := range []string{
			"error.prefix", "error.text-missing", "error.receipt-inside", "error.receipt-check", "error.receipt-unknown", "file.cleaned", "file.kept",
			"error.anonymous-with-name", "error.name-missing", "receipt.title", "consultation.receipt.title", "conversation.title", "consultation.conversation.title",
			"conversation.added", "notice.queue-closed", "notice.files-again", "notice.once-more", "notice.too-large", "notice.too-many",
		} {
			all[l.Code][key] = words.T(key)
		}
	}
	return all
}

func languageTags() map[string]string {
	tags := map[string]string{}
	for _, l := range i18n.Languages {
		tags[l.Code] = l.Tag
	}
	return tags
}
