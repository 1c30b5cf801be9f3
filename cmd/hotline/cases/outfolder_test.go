package cases

import (
	"strings"
	"testing"
)

func TestSafeName(t *testing.T) {
	for name, want := range map[string]string{
		"photo.jpg":                       "photo.jpg",
		"給与明細 10月.pdf":                    "給与明細 10月.pdf",
		"../../etc/passwd":                "passwd",
		`C:\Users\a\b.txt`:                "b.txt",
		"a/..":                            "_",
		"":                                "_",
		".":                               "_",
		".bashrc":                         "_bashrc",
		"-rf":                             "_rf",
		"CON":                             "_CON",
		"nul.tar.gz":                      "_nul.tar.gz",
		"annex\u202egpj.exe":              "annex_gpj.exe",
		"line\nbreak\x00.txt":             "line_break_.txt",
		"a:b*c?.txt":                      "a_b_c_.txt",
		"dots. . ":                        "dots",
		"\xff\xfe.txt":                    "_.txt",
		strings.Repeat("長", 100) + ".pdf": strings.Repeat("長", 65) + ".pdf",
	} {
		if got := safeName(name); got != want {
			t.Errorf("safeName(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestFreeName(t *testing.T) {
	o := &outFolder{taken: map[string]bool{}}
	for _, c := range [][2]string{{"a.txt", "a.txt"}, {"A.TXT", "A (2).TXT"}, {"a.txt", "a (3).txt"}, {"a (2).txt", "a (2) (2).txt"}, {"b", "b"}, {"b", "b (2)"}} {
		if got := o.free(c[0]); got != c[1] {
			t.Errorf("free(%q) = %q, want %q", c[0], got, c[1])
		}
	}
}
