package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hotline/crypto"
	"hotline/i18n"
	"hotline/test/rig"
)

// The limits of the server that the scripts meet.
const (
	scriptsFiles    = 4
	scriptsFileSize = 4 << 20
)

// TestScripts goes through the reporter's pages with a browser that seals
// reports itself, in every language, behind a network that keeps every byte
// and does what networks do. Then it opens what was stored as a handler does.
// HOTLINE_SCREENSHOTS is as for TestBrowser; HOTLINE_ONLY is a regular
// expression for the names of the tests to be run.
func TestScripts(t *testing.T) {
	rig.NeedBrowser(t)
	limits := []string{"--limits", "off", "--max-files", fmt.Sprint(scriptsFiles), "--max-file-size", fmt.Sprint(scriptsFileSize), "--organization", "Example Manufacturing"}
	neutral, referers := neutralSite(t)
	limits = append(limits, "--exit-url", neutral)
	open, handlers := rig.WithHandlers(t, limits...)

	closed := rig.Start(t, filepath.Join(t.TempDir(), "data"), "--limits", "off")
	limited, _ := rig.WithHandlers(t)
	faulty := newFaulty(t, limits...)

	picture, paper := rig.Located(t, rig.HiddenDetail), []byte("%PDF-1.7\n1 0 obj<</Author(Somebody)>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
	folder := t.TempDir()
	b := &browser{open: open, asked: faulty.asked()}
	b.asked["young"] = func(t *testing.T, _ browserLine) string { return limited.AgedToken(t, -3*time.Second) }
	b.run(t, "reporter/scripts.mjs", map[string]any{
		"open": open.URL, "closed": closed.URL, "limited": limited.URL, "faulty": faulty.URL, "neutral": neutral, "folder": folder, "only": os.Getenv("HOTLINE_ONLY"),
		"photo": rig.WriteFile(t, folder, "photo.jpg", picture), "paper": rig.WriteFile(t, folder, "paper.pdf", paper),
		"unknown": crypto.NewReceipt([15]byte{1, 2, 3}).String(), "files": scriptsFiles, "fileSize": scriptsFileSize,
		"texts": scriptTexts(t), "tags": languageTags(), "screenshots": os.Getenv("HOTLINE_SCREENSHOTS"),
	})
	b.report(t)
	if got := strings.Join(referers(), ""); got != "" {
		t.Errorf("the neutral site saw the referrers %q", got)
	}
	if got := open.Cases(t); len(b.cases) != got {
		t.Errorf("%d cases of %d that were sent", got, len(b.cases))
	}
	for _, sent := range b.cases {
		t.Run(sent.Lang+"/opened", func(t *testing.T) { sent.check(t, open, handlers[sent.Queue], picture, paper) })
	}
	for _, sent := range b.stored {
		t.Run("opened/"+sent.Text, func(t *testing.T) { faulty.check(t, sent) })
	}
	t.Logf("figures: %s", b.figures)
}

// scriptTexts are the texts that the scripts show, by language and key, as
// written in the catalogs.
func scriptTexts(t *testing.T) map[string]map[string]string {
	t.Helper()
	all := map[string]map[string]string{}
	for _, l := range i18n.Languages {
		words := rig.Texts(t, l.Code)
		all[l.Code] = map[string]string{}
		for _, key := range words.Keys() {
			for _, prefix := range []string{"browser.", "error.", "file.", "finding.", "conversation.", "notice."} {
				if strings.HasPrefix(key, prefix) {
					all[l.Code][key] = words.Raw(key)
				}
			}
		}
	}
	return all
}
