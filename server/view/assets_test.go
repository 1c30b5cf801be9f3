package view

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"

	"hotline/web"
)

func loadAssets(t *testing.T) *Assets {
	t.Helper()
	a, err := LoadAssets(web.Static())
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAssetsAreServedInThreeEncodings(t *testing.T) {
	css, ok := loadAssets(t).Lookup("hotline.css")
	if !ok || css.Type != "text/css; charset=utf-8" {
		t.Fatalf("type is %q", css.Type)
	}
	for accept, want := range map[string]string{
		"": "", "identity": "", "gzip": "gzip", "br": "br", "gzip, deflate, br": "br", "br;q=0, gzip;q=0.5": "gzip", "BR": "br", "deflate": "",
	} {
		body, encoding := css.Choose(accept)
		if encoding != want {
			t.Errorf("%q: got %q, want %q", accept, encoding, want)
		}
		if plain := decode(t, encoding, body); !bytes.Equal(plain, css.Plain) {
			t.Errorf("%q: not the same file", accept)
		}
	}
}

func decode(t *testing.T, encoding string, body []byte) []byte {
	t.Helper()
	var r io.Reader = bytes.NewReader(body)
	switch encoding {
	case "br":
		r = brotli.NewReader(r)
	case "gzip":
		z, err := gzip.NewReader(r)
		if err != nil {
			t.Fatal(err)
		}
		r = z
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

// What was compressed when the files were built is still what they hold, and
// nothing is left of files that are gone.
func TestFilesCompressedBeforehandFit(t *testing.T) {
	compressed := 0
	err := fs.WalkDir(web.Static(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != compressedBefore {
			return err
		}
		compressed++
		small, err := fs.ReadFile(web.Static(), name)
		if err != nil {
			return err
		}
		plain, err := fs.ReadFile(web.Static(), strings.TrimSuffix(name, compressedBefore))
		if err != nil || !bytes.Equal(decode(t, "br", small), plain) {
			t.Errorf("%s is not what make assets would write (%v)", name, err)
		}
		return nil
	})
	if err != nil || compressed < 5 {
		t.Errorf("%d files, %v", compressed, err)
	}
}

func TestWhatDoesNotShrinkIsSentPlain(t *testing.T) {
	icon, ok := loadAssets(t).Lookup("icon.png")
	if !ok || icon.Type != "image/png" {
		t.Fatalf("type is %q", icon.Type)
	}
	if _, encoding := icon.Choose("br, gzip"); encoding != "" && len(icon.Brotli()) >= len(icon.Plain) {
		t.Errorf("the icon is sent as %q", encoding)
	}
}

func TestAssetURLsChangeWithTheContent(t *testing.T) {
	one, err := LoadAssets(fstest.MapFS{"a.css": {Data: []byte("a{}")}, "b/c.js": {Data: []byte("1")}})
	if err != nil {
		t.Fatal(err)
	}
	two, err := LoadAssets(fstest.MapFS{"a.css": {Data: []byte("b{}")}})
	if err != nil {
		t.Fatal(err)
	}
	url := regexp.MustCompile(`^/static/a\.css\?v=[0-9a-f]{8}$`)
	if !url.MatchString(one.URL("a.css")) || one.URL("a.css") == two.URL("a.css") {
		t.Errorf("URLs are %s and %s", one.URL("a.css"), two.URL("a.css"))
	}
	if js, ok := one.Lookup("b/c.js"); !ok || js.Type != "text/javascript; charset=utf-8" {
		t.Errorf("script is %q", js.Type)
	}
	if _, ok := one.Lookup("../web.go"); ok {
		t.Error("a file outside the folder was found")
	}
	if _, err := LoadAssets(fstest.MapFS{"a.unknown": {Data: []byte("x")}}); err == nil {
		t.Error("a file of unknown type was taken")
	}
	defer func() {
		if recover() == nil {
			t.Error("an unknown file has a URL")
		}
	}()
	one.URL("nothing.css")
}

// The stylesheet may load nothing and must work without scripts.
func TestStylesheetLoadsNothing(t *testing.T) {
	css, _ := loadAssets(t).Lookup("hotline.css")
	for _, word := range []string{"url(", "@import", "@font-face", "http"} {
		if strings.Contains(string(css.Plain), word) {
			t.Errorf("the stylesheet holds %s", word)
		}
	}
	physical := regexp.MustCompile(`[;{]((margin|padding|border)-(left|right|top|bottom)|left|right|top|bottom|(max-|min-)?(width|height))[:-]`)
	if found := physical.FindString(string(css.Plain)); found != "" {
		t.Errorf("the stylesheet holds a direction that is not logical: %s", found)
	}
}
