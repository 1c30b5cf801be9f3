package respond

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

// Levels of compression while somebody waits.
const (
	brotliLevel = 5
	gzipLevel   = 6
)

// Encoding picks the best encoding that an Accept-Encoding header allows: "br",
// "gzip" or "" for none.
func Encoding(accept string) string {
	allowed := map[string]bool{}
	for _, item := range strings.Split(accept, ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(item), ";")
		q = strings.ReplaceAll(q, " ", "")
		allowed[strings.ToLower(strings.TrimSpace(name))] = q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
	}
	for _, name := range []string{"br", "gzip"} {
		if allowed[name] {
			return name
		}
	}
	return ""
}

type resetWriter interface {
	io.WriteCloser
	Reset(io.Writer)
}

var compressors = map[string]*sync.Pool{
	"br": {New: func() any { return brotli.NewWriterLevel(nil, brotliLevel) }},
	"gzip": {New: func() any {
		w, _ := gzip.NewWriterLevel(nil, gzipLevel) // fails only for an unknown level
		return w
	}},
}

// Compress returns body in an encoding that Encoding returned.
func Compress(encoding string, body []byte) []byte {
	pool := compressors[encoding]
	w := pool.Get().(resetWriter)
	defer pool.Put(w)
	var b bytes.Buffer
	w.Reset(&b)
	w.Write(body) // a bytes.Buffer takes everything
	w.Close()
	return b.Bytes()
}
