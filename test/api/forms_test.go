package api

import (
	"bytes"
	"html"
	"net/http"
	"strings"
	"testing"

	"hotline/test/rig"
)

// Everything typed is still in a form that comes back, in every language and
// for every reason.
func TestNothingTypedIsLost(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off", "--max-files", "3", "--max-file-size", "1MB")
	for _, lang := range rig.Languages {
		path := "/" + lang + "/report"
		for _, c := range []struct {
			name, field string // of the wrong one
			status      int
			change      rig.Field
			files       []rig.File
		}{
			{"no text", "text", 422, rig.Field{Name: "text", Value: " \n "}, nil},
			{"long text", "text", 422, rig.Field{Name: "text", Value: strings.Repeat("長", 30_001)}, nil},
			{"long answer", "where", 422, rig.Field{Name: "where", Value: strings.Repeat("長", 1001)}, nil},
			{"no token", "", 422, rig.Field{Name: "form", Value: ""}, nil},
			{"large file", "files", 413, rig.Field{}, []rig.File{rig.TextFile("large.txt", 1<<20+1)}},
			{"many files", "files", 413, rig.Field{}, []rig.File{rig.TextFile("1", 1), rig.TextFile("2", 1), rig.TextFile("3", 1), rig.TextFile("4", 1)}},
			{"large form", "", 413, rig.Field{}, []rig.File{rig.TextFile("1", 900<<10), rig.TextFile("2", 900<<10), rig.TextFile("3", 900<<10), rig.TextFile("4", 5<<20)}},
		} {
			fields := append([]rig.Field{{Name: "form", Value: s.FormToken(t, path)}}, rig.Typed()...)
			for i := range fields {
				if fields[i].Name == c.change.Name {
					fields[i] = c.change
				}
			}
			what := lang + ", " + c.name
			res := s.Post(t, path, fields, c.files...)
			if res.Status != c.status {
				t.Errorf("%s = %d, want %d", what, res.Status, c.status)
				continue
			}
			rig.CheckKept(t, what, res.Body, fields)
			rig.CheckTitle(t, what, lang, res.Body)
			if c.field != "" {
				rig.CheckErrors(t, what, lang, res.Body, c.field)
			} else if !strings.Contains(res.Body, `id="notice"`) {
				t.Errorf("%s: no notice says why", what)
			}
			if len(c.files) > 0 && !strings.Contains(res.Body, html.EscapeString(rig.Texts(t, lang).T("notice.files-again"))) {
				t.Errorf("%s: nothing says that the files must be chosen again", what)
			}
			rig.Token(t, res.Body)
		}
	}
	if n := s.Cases(t); n != 0 {
		t.Errorf("%d cases", n)
	}
}

// The switch of languages keeps what was typed and judges nothing.
func TestSwitchingLanguageKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t)
	token := s.FormToken(t, "/en/report")
	for _, lang := range rig.Languages {
		fields := append(rig.Typed(), rig.Field{Name: "form", Value: token}, rig.Field{Name: "switch", Value: lang},
			rig.Field{Name: "files", Value: "証拠.jpg"}, rig.Field{Name: "files", Value: "b.pdf"})
		res := s.PostFields(t, "/"+lang+"/report", fields...)
		if res.Status != http.StatusOK || !strings.Contains(res.Body, `<html lang="`+rig.Texts(t, lang).Language().Tag+`"`) {
			t.Errorf("switch to %s = %d", lang, res.Status)
		}
		rig.CheckKept(t, "switch to "+lang, res.Body, rig.Typed())
		if !strings.Contains(res.Body, "証拠.jpg") || !strings.Contains(res.Body, "b.pdf") {
			t.Errorf("switch to %s does not name the files that must be chosen again", lang)
		}
		if strings.HasPrefix(rig.Title(res.Body), rig.Texts(t, lang).T("error.prefix")) {
			t.Errorf("switch to %s: the title is %q", lang, rig.Title(res.Body))
		}
		token = rig.Token(t, res.Body)
	}
	if n := s.Cases(t); n != 0 {
		t.Errorf("%d cases", n)
	}
}

// Made-up names of lost files do not make a page of megabytes.
func TestLostFilesAreBounded(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	receipt := s.Report(t, "en", []rig.Field{{Name: "text", Value: "hello"}})
	for name, files := range map[string]string{"in one": "files=" + strings.Repeat("a%0A", 200_000), "in many": strings.Repeat("files=a&", 9_000)} {
		for _, path := range []string{"/en/report", "/en/follow-up"} {
			body := "form=" + s.FormToken(t, path) + "&receipt=" + receipt + "&switch=en&text=typed&" + files
			if res := s.SendBody(t, path, "application/x-www-form-urlencoded", body); res.Status != http.StatusOK || len(res.Body) > 100<<10 {
				t.Errorf("%s, names %s: %d with %d bytes", path, name, res.Status, len(res.Body))
			}
		}
	}
}

// A message that announces itself too large comes back in its conversation.
func TestTooLargeMessageKeepsItsText(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off", "--max-files", "1", "--max-file-size", "1KB")
	receipt := s.Report(t, "en", []rig.Field{{Name: "text", Value: "the report"}})
	path := "/en/follow-up/message"
	body := rig.MultipartForm(rig.FieldPart("form", s.FormToken(t, "/en/follow-up")), rig.FieldPart("receipt", receipt), rig.FieldPart("text", "typed with care"), rig.FilePart("film.mp4", strings.Repeat("a", 4<<20)))
	for name, request := range map[string]string{
		"announced": "", "chunked": "chunked",
	} {
		r, err := http.NewRequest("POST", s.URL+path, bytes.NewReader([]byte(body)))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", rig.MultipartType)
		if request == "chunked" {
			r.ContentLength = -1
		}
		res, err := rig.Send(r)
		if err != nil {
			t.Fatal(err)
		}
		if res.Status != http.StatusRequestEntityTooLarge || !strings.Contains(res.Body, "the report") {
			t.Errorf("%s = %d, and the conversation is not shown", name, res.Status)
		}
		rig.CheckKept(t, name, res.Body, []rig.Field{{Name: "text", Value: "typed with care"}})
	}
}

// A form too large to keep anything of it says so on a page of its own, instead
// of an empty form that claims to have kept everything.
func TestTooLargeFormIsNotShownEmpty(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	body := "form=" + s.FormToken(t, "/en/report") + "&text=" + strings.Repeat("a", 2<<20)
	for _, path := range rig.FormPaths {
		res := s.SendBody(t, path, "application/x-www-form-urlencoded", body)
		if res.Status != http.StatusRequestEntityTooLarge || strings.Contains(res.Body, "<textarea") || !strings.Contains(res.Body, `data-status="413"`) {
			t.Errorf("%s = %d\n%s", path, res.Status, res.Body)
		}
	}
	cut := rig.MultipartForm(rig.FieldPart("form", s.FormToken(t, "/en/report")), rig.FieldPart("text", strings.Repeat("長", 1<<20)))
	res := s.SendBody(t, "/en/report", rig.MultipartType, cut)
	if kept := strings.Count(res.Body, "長"); res.Status != 413 || kept < 300_000 || strings.Contains(res.Body, "\uFFFD") {
		t.Errorf("giant field = %d, %d characters of it are kept", res.Status, kept)
	}
}

// The longest text fits, in every script, typed into a form or carried through a
// switch of languages.
func TestLongestTextFits(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	for _, character := range []string{"a", "é", "長", "😟", "<", "\"", "\n"} {
		text := "x" + strings.Repeat(character, 29_998) + "x"
		fields := []rig.Field{{Name: "form", Value: s.FormToken(t, "/ja/report")}, {Name: "switch", Value: "ja"}, {Name: "text", Value: text}}
		rig.CheckKept(t, "switch", s.PostFields(t, "/ja/report", fields...).Body, fields[2:])
		receipt := s.Report(t, "ja", fields[2:])
		if got := s.Case(t, receipt, handlers["compliance"]).Messages[0].Text; got != text {
			t.Errorf("%q: %d bytes arrive, want %d", character, len(got), len(text))
		}
		if !strings.Contains(html.UnescapeString(s.FollowUp(t, "ja", receipt).Body), text) {
			t.Errorf("%q: the conversation does not show it", character)
		}
	}
}
