package cli

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
		if got := Visible(text); got != want {
			t.Errorf("visible(%q) = %q, want %q", text, got, want)
		}
	}
	if got := Line("two\nlines\tand a tab"); got != "two lines and a tab" {
		t.Errorf("line = %q", got)
	}
}

func TestByteSize(t *testing.T) {
	for text, want := range map[string]ByteSize{
		"200MB": 200 << 20, "1 gb": 1 << 30, "1.5GB": 3 << 29, "5000": 5000, "64KiB": 64 << 10, "7B": 7,
	} {
		var got ByteSize
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("%q is %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "MB", "0", "-1MB", "1XB", "NaN", "Inf", "1e400", "9999999999TB", "1 2MB", "0.1"} {
		var got ByteSize
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
		if got := (&Config{}).SiteURL(listening); got != want {
			t.Errorf("publicURL(%q) = %q, want %q", listening, got, want)
		}
	}
	for address, want := range map[string]bool{
		"http://127.0.0.1:1": false, "http://[::1]": false, "http://localhost:8080": false, "http://x.localhost": false,
		"http://abc.onion": false, "https://example.org": false, "http://example.org": true, "http://10.0.0.1": true,
	} {
		if _, got := (&Config{PublicURL: address}).InTheClear(); got != want {
			t.Errorf("inTheClear(%q) = %v", address, got)
		}
	}
	for _, site := range []string{"example.org", "ftp://example.org", "https://example.org/path", "https://a:b@example.org", "https://example.org?x", ""} {
		if IsSite(site) {
			t.Errorf("%q passes for a site", site)
		}
	}
}

func TestQuoted(t *testing.T) {
	for word, want := range map[string]string{
		"plain/path.txt": "plain/path.txt", "": "''", "two words": "'two words'", "it's": `'it'\''s'`, "$(x)": "'$(x)'", "a@b.example": "a@b.example",
	} {
		if got := Quoted(word); got != want {
			t.Errorf("quoted(%q) = %s, want %s", word, got, want)
		}
	}
}

func TestSecretsAreNotRepeated(t *testing.T) {
	var out strings.Builder
	Say(&out, Failed("see age-secret-key-pq-1abcdef", "Unexpected argument AGE-SECRET-KEY-PQ-1QHLUCUS32."))
	if got := out.String(); strings.Contains(strings.ToLower(got), "qhlucus") || strings.Contains(got, "abcdef") {
		t.Error(got)
	}
}
