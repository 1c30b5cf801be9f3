package metadata

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// stable asks what holds for any input: no panic, and what comes out is clean, so that cleaning it again changes nothing.
func stable(t *testing.T, in []byte) {
	out, format, err := run(in)
	if err != nil {
		if format != "" {
			t.Errorf("format %q beside %v", format, err)
		}
		return
	}
	again, _, err := run(out)
	if err != nil || !bytes.Equal(again, out) {
		t.Errorf("cleaning a cleaned file: %v\n%q\n%q", err, out, again)
	}
}

func addVectors(f *testing.F, pattern string) {
	files, err := filepath.Glob(filepath.Join(vectorFolder, pattern))
	if err != nil || len(files) == 0 {
		f.Fatal(pattern, err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
}

func FuzzCleanJPEG(f *testing.F) {
	addVectors(f, "*.in.jpg")
	f.Fuzz(func(t *testing.T, b []byte) {
		stable(t, append([]byte("\xff\xd8\xff"), bytes.TrimPrefix(b, []byte("\xff\xd8\xff"))...))
	})
}

// FuzzCleanPNG also tries the input with its checksums made right, which the fuzzer would never guess.
func FuzzCleanPNG(f *testing.F) {
	addVectors(f, "*.in.png")
	f.Fuzz(func(t *testing.T, b []byte) {
		stable(t, b)
		b = bytes.Clone(b)
		for at := 8; at+12 <= len(b); {
			n := int(b[at])<<24 | int(b[at+1])<<16 | int(b[at+2])<<8 | int(b[at+3])
			if n > len(b)-at-12 {
				break
			}
			fixCRC(b, at)
			at += 12 + n
		}
		stable(t, b)
	})
}

func FuzzCleanWebP(f *testing.F) {
	addVectors(f, "*.in.webp")
	f.Fuzz(func(t *testing.T, b []byte) { stable(t, b) })
}

func FuzzCleanProfile(f *testing.F) {
	f.Add(sampleProfile(2, "secret"))
	f.Add(sampleProfile(4, "secret"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if out := cleanProfile(b); out != nil && !bytes.Equal(cleanProfile(out), out) {
			t.Errorf("not stable: %q", out)
		}
	})
}

func FuzzCleanArchive(f *testing.F) {
	for _, pattern := range []string{"*.in.docx", "*.in.odt", "*.in.zip"} {
		addVectors(f, pattern)
	}
	f.Fuzz(func(t *testing.T, b []byte) { stable(t, b) })
}

// FuzzCleanOOXML puts the input into a package that is sound otherwise.
func FuzzCleanOOXML(f *testing.F) {
	for _, list := range [][]part{wordSample(f), excelSample(f), powerPointSample(f)} {
		for _, p := range list {
			f.Add([]byte(p.content), []byte(rels(rel("1", "styles", "extra.xml"))))
			f.Add([]byte("<x/>"), []byte(p.content))
		}
	}
	f.Fuzz(func(t *testing.T, document, relations []byte) {
		doc := smallest(stored("word/_rels/document.xml.rels", string(relations)), stored("word/extra.xml", string(document)), stored("word/drawing.vml", string(document)))
		doc[2] = stored("word/document.xml", string(document))
		stable(t, rawZip(doc, nil))
	})
}

// FuzzCleanODF does the same for OpenDocument.
func FuzzCleanODF(f *testing.F) {
	for _, p := range odfSample(f) {
		f.Add([]byte(p.content), []byte(`<m><file-entry full-path="/"/></m>`))
		f.Add([]byte("<x/>"), []byte(p.content))
	}
	f.Fuzz(func(t *testing.T, content, manifest []byte) {
		stable(t, rawZip([]rawEntry{
			stored("mimetype", odfPrefix+"text"), stored("content.xml", string(content)),
			stored("settings.xml", string(content)), stored(manifestName, string(manifest)),
		}, nil))
	})
}
