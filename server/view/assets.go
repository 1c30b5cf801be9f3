package view

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"path"
	"strings"
	"sync"

	"hotline/i18n"
	"hotline/server/respond"
	"hotline/web"
)

// StaticPath is where static files are served.
const StaticPath = "/static/"

// Asset is a static file, ready to be sent in three encodings.
type Asset struct {
	Type    string // Content-Type
	Version string // of the content, for the ?v= of its URL
	Sum     string // SHA-256 of Plain, lower-case hex
	Plain   []byte

	// Compressed when somebody asks for it first; nil if it would not be smaller.
	Gzip, Brotli func() []byte
}

// Assets holds the static files in memory. It is read-only.
type Assets struct {
	files  map[string]Asset
	folder fs.FS // where they are from
}

// compressedBefore is the ending of files that hold another one compressed.
const compressedBefore = ".br"

// LoadAssets reads all files of a folder. FILE.br is FILE compressed beforehand,
// as well as it goes; what has none is compressed quickly when it is asked for.
func LoadAssets(files fs.FS) (*Assets, error) {
	a := &Assets{files: map[string]Asset{}, folder: files}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) == compressedBefore {
			return err
		}
		plain, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		small, err := fs.ReadFile(files, name+compressedBefore)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		a.files[name], err = newAsset(name, plain, small)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("view: static files: %w", err)
	}
	return a, nil
}

// Lookup returns the file with that name, "hotline.css" for example.
func (a *Assets) Lookup(name string) (Asset, bool) {
	if web.Live {
		a = a.current(name)
	}
	f, ok := a.files[name]
	return f, ok
}

// current returns the files as they are now, with the texts if one of these is
// asked for. Where something cannot be read, the files stay as they were.
func (a *Assets) current(name string) *Assets {
	if !strings.HasPrefix(strings.TrimPrefix(name, "desk-"), reporterTexts+".") {
		if now, err := LoadAssets(a.folder); err == nil {
			return now
		}
		return a
	}
	if texts, err := i18n.Load(); err == nil {
		if now, err := SiteAssets(texts, a.folder); err == nil {
			return now
		}
	}
	return a
}

// Sums returns the SHA-256 of every file by its name, in lower-case hex.
func (a *Assets) Sums() map[string]string {
	sums := map[string]string{}
	for name, f := range a.files {
		sums[name] = f.Sum
	}
	return sums
}

// URL returns the address of a file. It changes with the content, so that the
// file can be cached for ever. An unknown name is a mistake in the program
// and panics.
func (a *Assets) URL(name string) string {
	f, ok := a.files[name]
	if !ok {
		panic("view: no static file " + name)
	}
	return StaticPath + name + "?v=" + f.Version
}

// Choose returns the smallest form that an Accept-Encoding header allows, and
// its Content-Encoding, "" for the plain one.
func (f Asset) Choose(acceptEncoding string) (body []byte, encoding string) {
	switch encoding = respond.Encoding(acceptEncoding); encoding {
	case "br":
		body = f.Brotli()
	case "gzip":
		body = f.Gzip()
	}
	if body == nil {
		return f.Plain, ""
	}
	return body, encoding
}

func newAsset(name string, plain, small []byte) (Asset, error) {
	f := Asset{Type: mime.TypeByExtension(path.Ext(name)), Plain: plain}
	if known, ok := contentTypes[path.Ext(name)]; ok {
		f.Type = known
	}
	if f.Type == "" {
		return Asset{}, fmt.Errorf("%s: unknown type", name)
	}
	sum := sha256.Sum256(plain)
	f.Sum = hex.EncodeToString(sum[:])
	f.Version = f.Sum[:8]
	f.Gzip = sync.OnceValue(func() []byte { return smaller(gzipped(plain), plain) })
	f.Brotli = sync.OnceValue(func() []byte {
		if small == nil {
			return smaller(respond.Compress("br", plain), plain)
		}
		return smaller(small, plain)
	})
	return f, nil
}

// contentTypes come before those of the machine, which differ between systems.
var contentTypes = map[string]string{
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".json": "application/json",
	".png":  "image/png",
	".txt":  "text/plain; charset=utf-8",
}

func smaller(compressed, plain []byte) []byte {
	if len(compressed) >= len(plain) {
		return nil
	}
	return compressed
}

func gzipped(plain []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		panic(err) // the level is a constant
	}
	_, _ = w.Write(plain) // a bytes.Buffer takes everything
	_ = w.Close()
	return b.Bytes()
}
