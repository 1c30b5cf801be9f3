package respond

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

// Whatever the token, the stream opens to the page, and is smaller than one that is
// compressed while somebody waits.
func TestAPageIsCompressedOnceAroundItsToken(t *testing.T) {
	var rest strings.Builder
	for i := range 400 {
		fmt.Fprintf(&rest, `<option value="%d">国名 %d – País %x</option>`, i, i*7919%1000, i*i)
	}
	pages := NewPages()
	for _, between := range []string{`">` + rest.String(), `ab`, `"` + strings.Repeat("é", 70000)} {
		for range 20 {
			raw := make([]byte, 60)
			rand.Read(raw)
			token := base64.RawURLEncoding.EncodeToString(raw)
			page := []byte(`<html><input name="form" value="` + token + between)
			stream, ok := pages.Brotli(page, token)
			if !ok {
				t.Fatal("not compressed")
			}
			got, err := io.ReadAll(brotli.NewReader(bytes.NewReader(stream)))
			if err != nil || !bytes.Equal(got, page) {
				t.Fatalf("the stream opens to %d bytes of %d: %v", len(got), len(page), err)
			}
			if quick := Compress("br", page); len(quick) > 1000 && len(stream) >= len(quick) {
				t.Errorf("%d bytes, quickly compressed %d", len(stream), len(quick))
			}
		}
	}
	if len(pages.known) != 3 {
		t.Errorf("%d pages were compressed, want 3", len(pages.known))
	}
}

func TestPagesWithoutATokenOrWithItTwice(t *testing.T) {
	pages := NewPages()
	stream, ok := pages.Brotli([]byte("<html>plain</html>"), "")
	got, err := io.ReadAll(brotli.NewReader(bytes.NewReader(stream)))
	if !ok || err != nil || string(got) != "<html>plain</html>" {
		t.Errorf("without a token: %q, %t, %v", got, ok, err)
	}
	for _, page := range []string{"<html>nothing", "<html>TOKEN and TOKEN.", "<html>TOKEN."} {
		if _, ok := pages.Brotli([]byte(page), "TOKEN"); ok {
			t.Errorf("%q was cut", page)
		}
	}
	for i := range 3 * mostPages {
		pages.Brotli(fmt.Appendf(nil, "<html>%d</html>", i), "")
	}
	if len(pages.known) != mostPages || pages.order.Len() != mostPages {
		t.Errorf("%d pages are kept", len(pages.known))
	}
}
