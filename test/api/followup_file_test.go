package api

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hotline/test/rig"
)

// A reporter without scripts saves a file that the desk sent, and no other.
func TestFileOfTheDeskIsSavedWithoutScripts(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	own := s.Report(t, "ja", []rig.Field{{Name: "text", Value: "報告"}}, rig.TextFile("mine.txt", 10))
	other := s.Report(t, "ja", []rig.Field{{Name: "text", Value: "別の報告"}})
	content := bytes.Repeat([]byte("what the desk found\n"), 5000)
	s.Answer(t, rig.DeskAnswer{Receipt: own, Lang: "ja", Text: "回答", State: "acknowledged", Name: "調査\u202e報告/1.pdf", Content: content})

	shown := s.FollowUp(t, "ja", own)
	found := regexp.MustCompile(`form="message" name="file" value="([0-9a-f]{32})"`).FindAllStringSubmatch(shown.Body, -1)
	if len(found) != 1 {
		t.Fatalf("%d files can be saved, want that of the desk alone", len(found))
	}
	id := found[0][1]
	save := func(receipt, file string) rig.Response {
		return s.PostFields(t, "/ja/follow-up/file", rig.WithForm(s.FormToken(t, "/ja/follow-up"), rig.Field{Name: "receipt", Value: receipt}, rig.Field{Name: "file", Value: file})...)
	}
	res := save(own, id)
	if res.Status != http.StatusOK || res.Body != string(content) {
		t.Fatalf("saving: %d, %d bytes of %d", res.Status, len(res.Body), len(content))
	}
	if got := res.Header.Get("Content-Disposition"); got != `attachment; filename="file"; filename*=UTF-8''%E8%AA%BF%E6%9F%BB_%E5%A0%B1%E5%91%8A_1.pdf` {
		t.Errorf("Content-Disposition: %s", got)
	}
	if got := res.Header.Get("Content-Type"); got != "application/octet-stream" || res.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("Content-Type: %s", got)
	}
	var mine string
	if err := s.DB(t).QueryRow(`SELECT id FROM files WHERE id <> $1`, id).Scan(&mine); err != nil {
		t.Fatal(err)
	}
	for name, res := range map[string]rig.Response{
		"somebody else's receipt": save(other, id), "the reporter's own file": save(own, mine), "no file": save(own, ""), "an unknown one": save(own, strings.Repeat("0", 32)),
	} {
		if res.Status != http.StatusNotFound || strings.Contains(res.Body, "what the desk found") {
			t.Errorf("%s: %d", name, res.Status)
		}
	}
	unknown := save("00000-00000-00000-00000-00000", id)
	if unknown.Status != http.StatusNotFound {
		t.Errorf("an unknown receipt: %d", unknown.Status)
	}

	path := filepath.Join(s.Data, "files", id)
	sealed, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sealed[len(sealed)-40] ^= 1
	rig.WriteFile(t, filepath.Dir(path), id, sealed)
	damaged := save(own, id)
	if damaged.Status != http.StatusConflict || strings.Contains(damaged.Body, "what the desk found") || !strings.Contains(damaged.Body, rig.Texts(t, "ja").T("notice.file-damaged")) {
		t.Errorf("a file that was changed: %d", damaged.Status)
	}
}
