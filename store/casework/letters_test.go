package casework

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestCheckLetter(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"Received on {{Received}}. {{Promise}}", ""},
		{"{{ .Received }} {{received}} {{　Queue　}}", ""},
		{"a {b} } {", ""},
		{"a {} b", ""},
		{"one\n\ntwo {{Reciept}}", "field 3 {{Reciept}}"},
		{"{{受付日}}", "field 1 {{受付日}}"},
		{"{{Received}", "braces 1 {{Received}"},
		{"{{Received", "braces 1 {{Received"},
		{"\n{Received}}", "braces 2 {Received}}"},
		{"{Received}", "braces 1 {Received}"},
		{"{{{Received}}}", "braces 1 {{{Received}}}"},
		{"｛｛Received｝｝", "braces 1 ｛｛Received｝｝"},
		{"{{}}", "braces 1 {{}}"},
		{"{{Received Promise}}", "braces 1 {{Received Promise}}"},
		{"x }} y", "braces 1 }}"},
		{"{{\nReceived}}", "braces 1 {{"},
		{"{{if .Received}}x{{end}}", "braces 1 {{if .Received}}"},
		{"We found: […]", ""},
	} {
		got := ""
		if fault := CheckLetter(c.text, LetterAnswer); fault != nil {
			got = fmt.Sprint(fault.Code, " ", fault.Line, " ", fault.Text)
		}
		if got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
	if fault := CheckLetter("{{Received}}\n[…]", LetterAcknowledge); fault == nil || *fault != (LetterFault{LetterGapInside, 2, LetterGap}) {
		t.Errorf("a gap in an acknowledgement: %v", fault)
	}
}

func TestFillLetter(t *testing.T) {
	values := map[string]string{FieldReceived: "1 May {{Queue}}", FieldQueue: "Human resources"}
	for _, c := range []struct{ typed, tidy, filled string }{
		{" a\r\n{{ .received }} ", "a\n{{Received}}", "a\n1 May {{Queue}}"},
		{"{{Queue}}{{Queue}} {x} […]", "{{Queue}}{{Queue}} {x} […]", "Human resourcesHuman resources {x} […]"},
		{"{{Answer}}!", "{{Answer}}!", "!"},
	} {
		if tidy := TidyLetter(c.typed); tidy != c.tidy || FillLetter(tidy, values) != c.filled || TidyLetter(tidy) != tidy {
			t.Errorf("%q: %q, %q", c.typed, tidy, FillLetter(tidy, values))
		}
	}
}

func TestLetterLacks(t *testing.T) {
	for text, want := range map[string]string{
		"Thanks": "Received Promise", "{{Received}}": "Promise", "{{Promise}}": "Received", "{{Received}} {{Promise}}": "", "{{Received}} {{answer}}": "", "{{Answer}} Received": "Received",
	} {
		if got := strings.Join(LetterLacks(text, LetterAcknowledge), " "); got != want {
			t.Errorf("%q lacks %q, want %q", text, got, want)
		}
		if got := LetterLacks(text, LetterAnswer); got != nil {
			t.Errorf("an answer lacks %q", got)
		}
	}
}

// Each use is one of a built-in letter for each kind of case that can have it.
func TestBuiltInLetters(t *testing.T) {
	seen := map[string]bool{}
	for _, l := range BuiltInLetters {
		if seen[l.Code] || !slices.Contains(LetterUses, l.Use) {
			t.Errorf("%+v", l)
		}
		seen[l.Code] = true
		if found, known := FindBuiltInLetter(l.Code); !known || found != l {
			t.Errorf("%s is found as %+v", l.Code, found)
		}
	}
	if _, known := FindBuiltInLetter(OwnLetter{Number: 1}.Code()); known || len(seen) != 25 {
		t.Errorf("%d letters are built in", len(seen))
	}
	for use, want := range map[string]Outcome{LetterAcknowledge: "", "closing.partly": "partly", "closing.advised": "advised"} {
		if got := ClosingLetter(use); got != want {
			t.Errorf("%s closes with %q", use, got)
		}
	}
}

// Whose text of a letter holds: the nearest entity's in that very language, else what is
// built in. A text in another language never does.
func TestWhoseLetterHolds(t *testing.T) {
	for _, c := range []struct{ written, entity, language, want string }{
		{"", "br-south", "pt", "built in"},
		{"root:pt", "br-south", "pt", "root"},
		{"root:pt br:pt", "br-south", "pt", "br"},
		{"root:pt br:pt br-south:pt", "br-south", "pt", "br-south"},
		{"root:pt br:pt", "mx", "pt", "root"},
		{"root:pt br:pt", Root, "pt", "root"},
		{"br:en", "br", "pt", "built in"},
		{"root:pt br:en", "br", "pt", "root"},
		{"br-south:pt", "br", "pt", "built in"},
	} {
		written, part := map[WordsKey]bool{}, LetterPart("thanks")
		for k := range wordsOf(c.written) {
			written[WordsKey{k.Entity, part, k.Language}] = true
		}
		got := "built in"
		if k, found := FindWords(group.Path(c.entity), part, []string{c.language}, func(k WordsKey) bool { return written[k] }); found {
			if got = k.Entity; got == Root {
				got = "root"
			}
		}
		if got != c.want {
			t.Errorf("%q at %q in %s: %s, want %s", c.written, c.entity, c.language, got, c.want)
		}
	}
	path := group.Path("br-south")
	for entity, want := range map[string]bool{Root: true, "br": true, "br-south": true, "mx": false} {
		if got := (OwnLetter{Entity: entity}).HoldsAt(path); got != want {
			t.Errorf("a letter of %q at br-south: %v", entity, got)
		}
	}
	if code, isLetter := LetterOfPart(LetterPart("own-3")); code != "own-3" || !isLetter {
		t.Errorf("the part of own-3 is that of %q", code)
	}
	if _, isLetter := LetterOfPart(WordsPrivacy); isLetter {
		t.Error("the privacy notice is a letter")
	}
}
