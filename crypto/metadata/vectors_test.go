package metadata

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The vectors in testdata/vectors hold this package and its twin in the browser together: NAME.in.EXT becomes exactly
// NAME.out.EXT, or is refused. They were made by cameras' and editors' tools, by LibreOffice, and by the samples here.
var update = flag.Bool("update", false, "write the samples, the outputs and vectors.json anew")

const vectorFolder = "testdata/vectors"

// vector is an entry of vectors.json. The hashes are SHA-256 in hex.
type vector struct {
	Name     string `json:"name"`
	In       string `json:"in"`
	InHash   string `json:"inSHA256"`
	Out      string `json:"out,omitempty"` // empty: not cleaned
	OutHash  string `json:"outSHA256,omitempty"`
	Format   Format `json:"format,omitempty"`
	ErrorKey string `json:"error,omitempty"` // unsupported, malformed, too-large
	Found    bool   `json:"found"`           // it says something of who made it, where, when or with what
}

func errorKey(err error) string {
	for key, sentinel := range map[string]error{"unsupported": ErrUnsupported, "malformed": ErrMalformed, "too-large": ErrTooLarge} {
		if errors.Is(err, sentinel) {
			return key
		}
	}
	return ""
}

// samples are the vectors that this package makes itself.
func samples(t *testing.T) map[string][]byte {
	word := wordSample(t)
	encrypted := stored("a.xml", "<x/>")
	encrypted.flags = 1
	zip64 := rawZip(smallest(), nil)
	zip64[len(zip64)-12], zip64[len(zip64)-11] = 0xFF, 0xFF
	return map[string][]byte{
		"crafted.jpg": craftedJPEG(t), "crafted.png": craftedPNG(t), "crafted.webp": craftedWebP(), "plain.jpg": plainJPEG(t),
		"word.docx": buildZip(t, word...), "excel.xlsx": buildZip(t, excelSample(t)...), "powerpoint.pptx": buildZip(t, powerPointSample(t)...),
		"writer.odt": buildZip(t, odfSample(t)...), "stored.docx": rawZip(smallest(), nil),

		"no-end.jpg": plainJPEG(t)[:600], "no-iend.png": bytes.TrimSuffix(plainPNG(t), pngChunk("IEND", nil)), "no-picture.webp": []byte("RIFF\x04\x00\x00\x00WEBP"),
		"animation.gif": []byte("GIF89a"), "archive.zip": buildZip(t, part{"a.txt", "x"}),
		"doctype.docx":      rawZip(append(smallest()[:2], stored("word/document.xml", `<!DOCTYPE x><x/>`)), nil),
		"utf16.docx":        rawZip(append(smallest()[:2], stored("word/document.xml", "\xff\xfe<\x00x\x00/\x00>\x00")), nil),
		"unbalanced.docx":   rawZip(append(smallest()[:2], stored("word/document.xml", "<x>")), nil),
		"nested.docx":       rawZip(smallest(stored("word/_rels/document.xml.rels", rels(rel("1", "package", "a.xlsx"))), stored("word/a.xlsx", "PK\x03\x04")), nil),
		"svg.docx":          rawZip(smallest(stored("word/_rels/document.xml.rels", rels(rel("1", "image", "a.svg"))), stored("word/a.svg", "<svg/>")), nil),
		"twice.docx":        rawZip(smallest(stored("WORD/document.xml", "<x/>")), nil),
		"path.docx":         rawZip(smallest(stored("word/../a.xml", "<x/>")), nil),
		"encrypted.docx":    rawZip(smallest(encrypted), nil),
		"zip64.docx":        zip64,
		"deep.docx":         rawZip(append(smallest()[:2], stored("word/document.xml", strings.Repeat("<x>", maxDepth+1))), nil),
		"local-header.docx": rawZip(smallest(), func(i int, local, _ []byte) { local[14+i]++ }),
		"grown.docx":        rawZip(append(smallest()[:2], deflated(t, "word/document.xml", strings.NewReader(`<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" w:rsidR="00000001">`+strings.Repeat(" ", 2<<20)+"</w:document>"))), nil),
		"bomb.docx":         rawZip(append(smallest()[:2], deflated(t, "word/document.xml", io.LimitReader(zeroReader{}, maxXML+1))), nil),
	}
}

func TestVectors(t *testing.T) {
	if *update {
		writeVectors(t)
	}
	b, err := os.ReadFile(filepath.Join(vectorFolder, "vectors.json"))
	if err != nil {
		t.Fatal(err)
	}
	var list []vector
	if err := json.Unmarshal(b, &list); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(vectorFolder, "*.in.*"))
	if err != nil || len(files) != len(list) {
		t.Fatalf("%d files, %d listed, %v", len(files), len(list), err)
	}
	for _, v := range list {
		t.Run(v.In, func(t *testing.T) { v.check(t) })
	}
}

func (v vector) check(t *testing.T) {
	in := v.read(t, v.In, v.InHash)
	if got := found(t, in); got != v.Found {
		t.Errorf("found %v, want %v", got, v.Found)
	}
	if v.Out == "" {
		if _, format, err := run(in); v.ErrorKey == "" || errorKey(err) != v.ErrorKey || format != "" {
			t.Errorf("%q, %v, want %s", format, err, v.ErrorKey)
		}
		return
	}
	want := v.read(t, v.Out, v.OutHash)
	if out := cleaned(t, in, v.Format); string(out) != string(want) {
		t.Errorf("other bytes: %d, want %d", len(out), len(want))
	}
	switch v.Format {
	case JPEG:
		if !strings.Contains(v.Name, "arithmetic") { // which image/jpeg does not decode
			samePixels(t, decodeJPEG, in, want)
		}
	case PNG:
		samePixels(t, decodePNG, in, want)
	}
}

func (v vector) read(t *testing.T, file, hash string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(vectorFolder, file))
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != hash {
		t.Fatalf("%s has another hash", file)
	}
	return b
}

func writeVectors(t *testing.T) {
	write := func(name string, b []byte) {
		if err := os.WriteFile(filepath.Join(vectorFolder, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, b := range samples(t) {
		stem, extension, _ := strings.Cut(name, ".")
		write(stem+".in."+extension, b)
	}
	files, err := filepath.Glob(filepath.Join(vectorFolder, "*.in.*"))
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(files)
	var list []vector
	for _, file := range files {
		in, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name, extension, _ := strings.Cut(filepath.Base(file), ".in.")
		sum := sha256.Sum256(in)
		v := vector{Name: name, In: filepath.Base(file), InHash: hex.EncodeToString(sum[:]), Found: found(t, in)}
		out, format, err := run(in)
		if err != nil {
			v.ErrorKey = errorKey(err)
		} else {
			sum := sha256.Sum256(out)
			v.Format, v.Out, v.OutHash = format, name+".out."+extension, hex.EncodeToString(sum[:])
			write(v.Out, out)
		}
		list = append(list, v)
	}
	b, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	write("vectors.json", append(b, '\n'))
}
