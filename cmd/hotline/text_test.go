package main

import (
	"strings"
	"testing"
)

func TestVisible(t *testing.T) {
	for text, want := range map[string]string{
		"plain 日本語 é\n\ttab":             "plain 日本語 é\n\ttab",
		"\x1b[31m":                       "[U+001B][31m",
		"a\u202eb\u2066c\u200bd\ufeff":   "a[U+202E]b[U+2066]c[U+200B]d[U+FEFF]",
		"\r\x07\u0085\u009b\u2028\u00ad": "[U+000D][U+0007][U+0085][U+009B][U+2028][U+00AD]",
		"👩\u200d👧":                       "👩\u200d👧",
		"\U000e0041":                     "[U+E0041]", // tag characters
	} {
		if got := visible(text); got != want {
			t.Errorf("visible(%q) = %q, want %q", text, got, want)
		}
	}
	if got := line("two\nlines\tand a tab"); got != "two lines and a tab" {
		t.Errorf("line = %q", got)
	}
}

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

func TestByteSize(t *testing.T) {
	for text, want := range map[string]byteSize{
		"200MB": 200 << 20, "1 gb": 1 << 30, "1.5GB": 3 << 29, "5000": 5000, "64KiB": 64 << 10, "7B": 7,
	} {
		var got byteSize
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("%q is %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "MB", "0", "-1MB", "1XB", "NaN", "Inf", "1e400", "9999999999TB", "1 2MB", "0.1"} {
		var got byteSize
		if err := got.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is %d", text, got)
		}
	}
}

func TestAddresses(t *testing.T) {
	for listening, want := range map[string]string{
		"127.0.0.1:8080": "http://127.0.0.1:8080", ":8080": "http://localhost:8080", "[::]:80": "http://localhost:80",
		"0.0.0.0:1": "http://localhost:1", "[::1]:2": "http://[::1]:2", "10.0.0.1:3": "http://10.0.0.1:3",
	} {
		if got := (&Config{}).publicURL(listening); got != want {
			t.Errorf("publicURL(%q) = %q, want %q", listening, got, want)
		}
	}
	for address, want := range map[string]bool{
		"http://127.0.0.1:1": false, "http://[::1]": false, "http://localhost:8080": false, "http://x.localhost": false,
		"http://abc.onion": false, "https://example.org": false, "http://example.org": true, "http://10.0.0.1": true,
	} {
		if _, got := (&Config{PublicURL: address}).inTheClear(); got != want {
			t.Errorf("inTheClear(%q) = %v", address, got)
		}
	}
	for _, site := range []string{"example.org", "ftp://example.org", "https://example.org/path", "https://a:b@example.org", "https://example.org?x", ""} {
		if isSite(site) {
			t.Errorf("%q passes for a site", site)
		}
	}
}

func TestQuoted(t *testing.T) {
	for word, want := range map[string]string{
		"plain/path.txt": "plain/path.txt", "": "''", "two words": "'two words'", "it's": `'it'\''s'`, "$(x)": "'$(x)'", "a@b.example": "a@b.example",
	} {
		if got := quoted(word); got != want {
			t.Errorf("quoted(%q) = %s, want %s", word, got, want)
		}
	}
}

func TestSecretsAreNotRepeated(t *testing.T) {
	var out strings.Builder
	say(&out, failed("see age-secret-key-pq-1abcdef", "Unexpected argument AGE-SECRET-KEY-PQ-1QHLUCUS32."))
	if got := out.String(); strings.Contains(strings.ToLower(got), "qhlucus") || strings.Contains(got, "abcdef") {
		t.Error(got)
	}
}
