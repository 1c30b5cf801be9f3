package api

import (
	"net/http"
	"strings"
	"testing"
)

// What keeps our own words on a line stands in no text that writes out what cannot be
// seen, on no page of the desk and in no table: there it looks like damage.
func TestNoPageWritesOutOurOwnCharacters(t *testing.T) {
	t.Parallel()
	m := newMatrix(t)
	at := "/api/desk/cases/" + m.caseID
	if res := m.people["hr"].Post(t, at+"/read", map[string]any{"seq": 1}); res.Status != http.StatusOK {
		t.Fatalf("reading: %d", res.Status)
	}
	pages := 0
	for _, l := range m.lines() {
		path, ofDesk := strings.CutPrefix(l.path, "/en/desk")
		if l.method != http.MethodGet || !ofDesk {
			continue
		}
		for who, status := range l.want {
			if status != http.StatusOK || who == "" {
				continue
			}
			for _, lang := range []string{"ja", "zh"} {
				res := m.people[who].Get(t, "/"+lang+"/desk"+path)
				pages++
				if at := strings.Index(res.Body, "U+20"); res.Status != http.StatusOK || at >= 0 || strings.Contains(res.Body, "[U+") {
					t.Errorf("/%s/desk%s: %d, %.200q", lang, path, res.Status, res.Body[max(0, at-100):])
				}
				if strings.Contains(path, "csv") && strings.ContainsAny(res.Body, "\u2060\u200b") {
					t.Errorf("/%s/desk%s: the table holds what cannot be seen", lang, path)
				}
			}
		}
	}
	if pages < 40 {
		t.Errorf("only %d pages", pages)
	}
}
