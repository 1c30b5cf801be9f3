package browser

import (
	"fmt"
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

var scriptsLimits = []string{"--limits", "off", "--max-files", fmt.Sprint(scriptsFiles), "--max-file-size", fmt.Sprint(scriptsFileSize), "--organization", "Example Manufacturing"}

// TestWithScripts goes through the reporter's pages with a browser that seals
// reports itself, in every language, behind a network that keeps every byte. It looks
// at every page it met, and then opens what was stored as a handler does.
func TestWithScripts(t *testing.T) {
	t.Parallel()
	for _, lang := range rig.Languages {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			open, handlers := rig.WithHandlers(t, scriptsLimits...)
			picture, folder := rig.Located(t, rig.HiddenDetail), t.TempDir()
			b := &browser{open: open}
			b.run(t, "reporter/with-scripts.mjs", map[string]any{
				"lang": lang, "open": open.URL, "folder": folder,
				"photo": rig.WriteFile(t, folder, "photo.jpg", picture), "paper": rig.WriteFile(t, folder, "paper.pdf", paper),
				"unknown": crypto.NewReceipt([15]byte{1, 2, 3}).String(), "files": scriptsFiles, "fileSize": scriptsFileSize,
				"texts": scriptTexts(t), "tags": languageTags(),
			})
			if got := open.Cases(t); got != 1 || len(b.cases) != got {
				t.Errorf("%d cases of %d that were sent, want one", got, len(b.cases))
			}
			for _, sent := range b.cases {
				t.Run("opened", func(t *testing.T) { sent.check(t, open, handlers[sent.Queue], picture, paper) })
			}
		})
	}
}

// TestNetwork writes reports with scripts while networks do what networks do, the
// server is killed, and somebody changes what was stored; and goes other ways through
// the pages. Then it opens what was stored as a handler does.
func TestNetwork(t *testing.T) {
	t.Parallel()
	closed := rig.Start(t, filepath.Join(t.TempDir(), "data"), "--limits", "off")
	for _, group := range []string{"faults", "refusals", "changes", "ways"} {
		t.Run(group, func(t *testing.T) {
			t.Parallel()
			neutral, referers := neutralSite(t)
			faulty := newFaulty(t, append([]string{"--exit-url", neutral}, scriptsLimits...)...)
			limited, _ := rig.WithHandlers(t)
			b := &browser{asked: faulty.asked()}
			b.asked["young"] = func(t *testing.T, _ browserLine) string { return limited.AgedToken(t, -10*time.Minute) }
			b.run(t, "reporter/network.mjs", map[string]any{
				"group": group, "open": closed.URL, "closed": closed.URL, "limited": limited.URL, "faulty": faulty.URL, "neutral": neutral,
				"photo": rig.WriteFile(t, t.TempDir(), "photo.jpg", rig.Located(t, rig.HiddenDetail)), "texts": scriptTexts(t),
			})
			if got := strings.Join(referers(), ""); got != "" {
				t.Errorf("the neutral site saw the referrers %q", got)
			}
			for _, sent := range b.stored {
				t.Run("opened/"+sent.Text, func(t *testing.T) { faulty.check(t, sent) })
			}
		})
	}
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
			for _, prefix := range []string{"browser.", "error.", "file.", "finding.", "conversation.", "notice.", "consultation.", "receipt.title", "from.report", "queue.", "identity.", "report.identity."} {
				if strings.HasPrefix(key, prefix) {
					all[l.Code][key] = words.Raw(key)
				}
			}
		}
	}
	return all
}
