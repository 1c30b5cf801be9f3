package attack

import (
	"html"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html/atom"

	xhtml "golang.org/x/net/html"

	"hotline/test/rig"
)

// scripts are texts that run, or break out, where a page shows them unescaped.
// Each holds the word canary once.
var scripts = []string{
	`<script>canary()</script>`, `"><script>canary()</script>`, `'><img src=x onerror=canary()>`, `</textarea><script>canary()</script>`,
	`</title><svg onload=canary()>`, `<iframe srcdoc="<script>canary()</script>">`, `javascript:canary()`, `<a href="javascript:canary()">x</a>`,
	`" autofocus onfocus=canary() x="`, `' onmouseover='canary()`, "` onmouseover=canary() `", `{{.Token}}canary{{printf "%v" .}}`, `<!--canary`, `--><b>canary`, `]]>canary`,
	`<base href=//evil.example/>canary`, `<form action=//evil.example/><input name=canary>`, `<meta http-equiv=refresh content="0;url=//evil.example/canary">`,
	`<link rel=stylesheet href=//evil.example/canary>`, `<object data=//evil.example/canary>`, `<math><mtext><table><mglyph><style><img src onerror=canary()>`,
	`&lt;script&gt;canary()&lt;/script&gt;`, `&#60;script&#62;canary()`, `%3Cscript%3Ecanary()`, `\u003cscript\u003ecanary()`, `<scr<script>ipt>canary()`,
	"＜script＞canary()", `<plaintext>canary`, `</option></select><script>canary()</script>`, `</bdi></p><script>canary()</script>`,
	"<img/src=x\tonerror=canary()>", `<x:script xmlns:x="http://www.w3.org/1999/xhtml">canary()</x:script>`, `<template><script>canary()</script></template>`,
}

// The receipt page shows file names only, and of those the last element.
func TestScriptsNeverRun(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	reference := map[string]map[string]shape{} // by language: pages differ in what they say in full
	for _, lang := range rig.Languages {
		reference[lang] = map[string]shape{}
		for name, page := range pagesWith(t, s, lang, "harmless canary") {
			if reference[lang][name] = shapeOf(t, page); !strings.Contains(page, "canary") {
				t.Errorf("%s: %s does not show what was typed at all", lang, name)
			}
		}
	}
	for i, script := range scripts {
		lang := rig.Languages[i%5]
		for name, page := range pagesWith(t, s, lang, script) {
			got := shapeOf(t, page)
			for element, n := range got.elements {
				if want := reference[lang][name].elements[element]; n != want {
					t.Errorf("%s with %q has %d <%s>, want %d", name, script, n, element, want)
				}
			}
			if len(got.handlers) > 0 {
				t.Errorf("%s with %q has the attributes %q", name, script, got.handlers)
			}
			if shown := html.UnescapeString(page); name != "receipt page" && !strings.Contains(shown, strings.TrimSpace(script)) {
				t.Errorf("%s does not show %q as it was typed", name, script)
			}
		}
	}
}

// pagesWith are all pages that show what somebody typed.
func pagesWith(t *testing.T, s *rig.Server, lang, script string) map[string]string {
	t.Helper()
	fields := []rig.Field{{Name: "text", Value: script}, {Name: "identity", Value: "named"}}
	for _, name := range rig.TypedFields {
		fields = append(fields, rig.Field{Name: name, Value: script})
	}
	file := func() rig.File { return rig.File{Name: script, Type: "text/plain", Content: strings.NewReader("x")} }
	path := "/" + lang + "/report"
	withToken := func() []rig.Field { return append([]rig.Field{{Name: "form", Value: s.FormToken(t, path)}}, fields...) }
	stored := s.Post(t, path, withToken(), file())
	if stored.Status != http.StatusCreated {
		t.Fatalf("%q = %d", script, stored.Status)
	}
	receipt := rig.Receipt(t, stored.Body)
	wrong := append([]rig.Field{{Name: "kind", Value: script}, {Name: "category", Value: script}, {Name: "country", Value: script}, {Name: "danger", Value: script}, {Name: script, Value: script}}, withToken()...)
	message := []rig.Field{{Name: "form", Value: s.FormToken(t, path)}, {Name: "receipt", Value: receipt}, {Name: "text", Value: script}}
	return map[string]string{
		"receipt page":     stored.Body,
		"form with errors": s.Post(t, path, wrong, file()).Body,
		"form switched":    s.PostFields(t, path, append(withToken(), rig.Field{Name: "switch", Value: script}, rig.Field{Name: "files", Value: script})...).Body,
		"conversation":     s.FollowUp(t, lang, receipt).Body,
		"message added":    s.Post(t, "/"+lang+"/follow-up/message", message, file()).Body,
		"message kept":     s.PostFields(t, "/"+lang+"/follow-up", message...).Body,
		"receipt mistyped": s.FollowUp(t, lang, script).Body,
		"expired, reshown": s.Post(t, path, append([]rig.Field{{Name: "form", Value: script}}, fields...), file()).Body,
	}
}

// shape is what of a page a script could change: how many elements of each kind
// it has, and any attribute that runs.
type shape struct {
	elements map[string]int
	handlers []string
}

func shapeOf(t *testing.T, page string) shape {
	t.Helper()
	root, err := xhtml.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	s := shape{elements: map[string]int{}}
	for n := range root.Descendants() {
		if n.Type != xhtml.ElementNode {
			continue
		}
		if n.DataAtom != atom.Mark { // stands for an invisible character
			s.elements[n.Data]++
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:") && a.Key != "value" {
				s.handlers = append(s.handlers, a.Key+"="+a.Val)
			}
		}
	}
	return s
}
