package metadata

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// cleaned runs Clean over b and asks for success, for nothing of Canary, all of Visible, and for the same again when
// what came out is cleaned once more.
func cleaned(t testing.TB, b []byte, want Format) []byte {
	t.Helper()
	out, format, err := run(b)
	if err != nil {
		t.Fatal(err)
	}
	if format != want {
		t.Errorf("format %q, want %q", format, want)
	}
	again, _, err := run(out)
	if err != nil {
		t.Fatalf("cleaning a cleaned file: %v", err)
	}
	if !bytes.Equal(again, out) {
		t.Error("cleaning a cleaned file changes it")
	}
	if found(t, out) {
		t.Error("something is found in a cleaned file")
	}
	checkTraces(t, b, out)
	return out
}

func found(t testing.TB, b []byte) bool {
	t.Helper()
	is, err := Found(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return is
}

func run(b []byte) ([]byte, Format, error) {
	var out bytes.Buffer
	format, err := Clean(&out, bytes.NewReader(b), int64(len(b)))
	return out.Bytes(), format, err
}

var (
	canary  = regexp.MustCompile(`(?i).{0,20}(canary|nikon|35\.658|139\.745).{0,20}`)
	visible = regexp.MustCompile(`Visible\w*`)
)

// checkTraces looks through the file, and through every part of an archive.
func checkTraces(t testing.TB, in, out []byte) {
	t.Helper()
	before, after := unpackAll(t, in), unpackAll(t, out)
	left := map[string]bool{}
	for name, content := range after {
		if hit := canary.Find(append([]byte(name+" "), content...)); hit != nil {
			t.Errorf("%s still holds %q", name, hit)
		}
		for _, word := range visible.FindAll(content, -1) {
			left[string(word)] = true
		}
	}
	for name, content := range before {
		if strings.HasPrefix(name, "docProps/") || strings.HasSuffix(name, "meta.xml") {
			continue // a title may be a reader's loss there, but these parts go
		}
		for _, word := range visible.FindAll(content, -1) {
			if !left[string(word)] {
				t.Errorf("%q of %s is lost", word, name)
			}
		}
	}
}

// unpackAll returns the file itself under "", and the parts of an archive under their names.
func unpackAll(t testing.TB, b []byte) map[string][]byte {
	t.Helper()
	all := map[string][]byte{"": b}
	if sniff(b) != archiveFormat {
		return all
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		all[f.Name] = content
	}
	return all
}

func TestCandidate(t *testing.T) {
	for head, want := range map[string]bool{
		"\xff\xd8\xff\xe0":                     true,
		"\x89PNG\r\n\x1a\n\x00\x00\x00\x0d":    true,
		"RIFF\x00\x00\x00\x00WEBP":             true,
		"PK\x03\x04":                           true,
		"":                                     false,
		"\xff\xd8":                             false,
		"RIFF\x00\x00\x00\x00WAVE":             false,
		"RIFF\x00\x00\x00\x00WEB":              false,
		"GIF89a":                               false,
		"%PDF-1.7":                             false,
		"PK\x05\x06":                           false,
		"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00": false,
	} {
		if got := Candidate([]byte(head)); got != want {
			t.Errorf("Candidate(%q) = %v", head, got)
		}
	}
}

func TestCleanRefusesOtherContainers(t *testing.T) {
	for _, head := range []string{"", "GIF89a", "%PDF-1.7", "II*\x00", "just text"} {
		if _, format, err := run([]byte(head)); !errors.Is(err, ErrUnsupported) || format != "" {
			t.Errorf("%q: %q, %v", head, format, err)
		}
	}
	if _, err := Clean(io.Discard, strings.NewReader(""), -1); !errors.Is(err, ErrMalformed) {
		t.Errorf("negative size: %v", err)
	}
}

// A source that fails is not a malformed file, and a destination that fails is told as it is.
func TestCleanPassesErrorsOn(t *testing.T) {
	broken := errors.New("disk on fire")
	for name, b := range map[string][]byte{
		"jpeg": craftedJPEG(t), "png": craftedPNG(t), "webp": craftedWebP(), "docx": buildZip(t, wordSample(t)...),
	} {
		var reads int
		count := readerAt(func(p []byte, off int64) (int, error) { reads++; return bytes.NewReader(b).ReadAt(p, off) })
		if _, err := Clean(io.Discard, count, int64(len(b))); err != nil {
			t.Fatal(err)
		}
		for fail := range reads {
			n := 0
			src := readerAt(func(p []byte, off int64) (int, error) {
				if n++; n > fail {
					return 0, broken
				}
				return bytes.NewReader(b).ReadAt(p, off)
			})
			if _, err := Clean(io.Discard, src, int64(len(b))); !errors.Is(err, broken) || errors.Is(err, ErrMalformed) {
				t.Fatalf("%s, read %d: %v", name, fail, err)
			}
		}
		dst := writer(func([]byte) (int, error) { return 0, broken })
		if _, err := Clean(dst, bytes.NewReader(b), int64(len(b))); !errors.Is(err, broken) {
			t.Errorf("%s, writing: %v", name, err)
		}
		if _, err := Clean(io.Discard, bytes.NewReader(b), int64(len(b))+1000); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s, a size that is too large: %v", name, err)
		}
	}
}

type readerAt func(p []byte, off int64) (int, error)

func (r readerAt) ReadAt(p []byte, off int64) (int, error) { return r(p, off) }

type writer func(p []byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

// everyPlace is 1; with -short, only every seventh place of a file is cut or damaged.
func everyPlace() int {
	if testing.Short() {
		return 7
	}
	return 1
}

// A truncated file is refused, or, where the end was no longer needed, gives a whole result.
func TestCleanTruncated(t *testing.T) {
	for name, b := range map[string][]byte{
		"jpeg": craftedJPEG(t), "png": craftedPNG(t), "webp": craftedWebP(),
		"docx": buildZip(t, wordSample(t)...), "odt": buildZip(t, odfSample(t)...),
	} {
		whole, _, err := run(b)
		if err != nil {
			t.Fatal(err)
		}
		for n := 0; n < len(b); n += everyPlace() {
			out, _, err := run(b[:n])
			if err == nil && !bytes.Equal(out, whole) {
				t.Fatalf("%s cut at %d gives another file", name, n)
			}
		}
	}
}

// A file with one damaged byte is refused or gives a result that is stable.
func TestCleanDamaged(t *testing.T) {
	for name, b := range map[string][]byte{
		"jpeg": craftedJPEG(t), "png": craftedPNG(t), "webp": craftedWebP(), "pptx": buildZip(t, powerPointSample(t)...),
	} {
		flips := []byte{0x01, 0xFF, 0x20, 0x80}
		for n := 0; n < len(b); n += everyPlace() + len(b)/1500 {
			flip := flips[n%len(flips)]
			b[n] ^= flip
			if out, _, err := run(b); err == nil {
				again, _, err := run(out)
				if err != nil || !bytes.Equal(again, out) {
					t.Fatalf("%s damaged at %d: not stable: %v", name, n, err)
				}
			}
			b[n] ^= flip
		}
	}
}

// zeroes is a source of zero bytes with some bytes laid over it.
type zeroes map[int64][]byte

func (z zeroes) ReadAt(p []byte, off int64) (int, error) {
	clear(p)
	for at, b := range z {
		for i := range b {
			if j := at + int64(i) - off; j >= 0 && j < int64(len(p)) {
				p[j] = b[i]
			}
		}
	}
	return len(p), nil
}

// Large pictures pass through in pieces.
func TestCleanMemoryIsFlat(t *testing.T) {
	const size = 64 << 20
	plain := plainJPEG(t)
	jpeg := zeroes{0: plain[:len(plain)-2], size - 2: {0xFF, 0xD9}}

	picture := plainPNG(t)
	idat := 8 + 25
	chunk := append(binary.BigEndian.AppendUint32(nil, uint32(size-idat-12-12)), "IDAT"...)
	png := zeroes{0: append(bytes.Clone(picture[:idat]), chunk...), size - 12: pngChunk("IEND", nil)}

	for name, src := range map[string]zeroes{"jpeg": jpeg, "png": png} {
		var n counter
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Clean(&n, src, size)
		runtime.ReadMemStats(&after)
		if err != nil || n != size {
			t.Errorf("%s: %d bytes written, %v", name, n, err)
		}
		if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 8*bufferSize {
			t.Errorf("%s: %d bytes allocated", name, allocated)
		}
	}
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

func ExampleClean() {
	upload := strings.NewReader("%PDF-1.7")
	head := make([]byte, HeadSize)
	n, _ := upload.ReadAt(head, 0)
	if !Candidate(head[:n]) {
		fmt.Println("kept as it is")
	}
	// Output: kept as it is
}
