package api

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hotline/test/rig"
)

// The receipt page without scripts offers its days as a calendar file.
func TestDaysToTakeAlong(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	for lang, word := range map[string]string{"ja": "メモ", "en": "Note", "es": "Nota", "pt": "Nota", "zh": "备忘"} {
		res := s.PostFields(t, "/"+lang+"/report", rig.WithForm(s.FormToken(t, "/"+lang+"/report"), rig.Field{Name: "text", Value: "hello"})...)
		if !strings.Contains(res.Body, `action="/`+lang+`/note"`) {
			t.Fatalf("%s: the receipt page offers nothing", lang)
		}
		var days []string
		var fields []rig.Field
		for _, m := range regexp.MustCompile(`name="day" value="([^"]+)"`).FindAllStringSubmatch(res.Body, -1) {
			days = append(days, strings.ReplaceAll(m[1], "-", ""))
			fields = append(fields, rig.Field{Name: "day", Value: m[1]})
		}
		note := s.PostFields(t, "/"+lang+"/note", fields...)
		if note.Status != http.StatusOK || note.Header.Get("Content-Type") != "text/calendar; charset=utf-8" || note.Header.Get("Cache-Control") != "no-store" ||
			note.Header.Get("Content-Disposition") != `attachment; filename="note.ics"` {
			t.Errorf("%s: %d %v", lang, note.Status, note.Header)
		}
		var found []string
		for _, m := range regexp.MustCompile(`DTSTART;VALUE=DATE:(\d+)\r\n`).FindAllStringSubmatch(note.Body, -1) {
			found = append(found, m[1])
		}
		if slices.Sort(days); len(days) < 2 || !slices.Equal(days, found) {
			t.Errorf("%s: the page promises %q, the file has %q", lang, days, found)
		}
		if n := strings.Count(note.Body, "SUMMARY:"+word+"\r\n"); n != len(days) {
			t.Errorf("%s: %d entries say %s:\n%s", lang, n, word, note.Body)
		}
		if strings.Contains(note.Body, s.URL) {
			t.Errorf("%s: the file says where it comes from:\n%s", lang, note.Body)
		}
	}
	for _, days := range [][]string{{}, {""}, {"tomorrow"}, {"2026-11-28", "2026-13-01"}, {"2026-11-28\r\nBEGIN:VEVENT"}, {"2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"}} {
		var fields []rig.Field
		for _, day := range days {
			fields = append(fields, rig.Field{Name: "day", Value: day})
		}
		if res := s.PostFields(t, "/en/note", append(fields, rig.Field{Name: "other", Value: "x"})...); res.Status != http.StatusBadRequest || strings.Contains(res.Body, "VCALENDAR") {
			t.Errorf("%q: %d", days, res.Status)
		}
	}
}
