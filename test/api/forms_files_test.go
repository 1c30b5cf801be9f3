package api

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"

	"hotline/test/rig"
)

// A name in Shift_JIS, as old telephones send it: the second byte of 表 is that of a
// backslash, which is no escape and no separator here.
func TestAFileNameInShiftJISIsKept(t *testing.T) {
	t.Parallel()
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	for _, name := range []string{"表.txt", "給与表(1).txt", "一覧表", "ソ\\表.txt", "予定表.pdf"} {
		encoded, err := japanese.ShiftJIS.NewEncoder().String(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, sent := range []string{encoded, name} {
			file := rig.File{Name: sent, Type: "text/plain", Content: strings.NewReader("wages")}
			c := s.Case(t, s.Report(t, "ja", []rig.Field{{Name: "text", Value: "x"}}, file), handlers["compliance"])
			want := name[strings.LastIndex(name, `\`)+1:]
			if files := c.Messages[0].Files; len(files) != 1 || files[0].Name != want {
				t.Errorf("%q is kept as %+v, want %q", sent, files, want)
			}
		}
	}
}
