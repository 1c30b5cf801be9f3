package metadata

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// findingCase is an entry of testdata/findings.json, which the tests of the browser's inspect read as well: what a segment
// of JPEG, a chunk of PNG or bytes behind a JPEG file say. Characters of Data and Tail are bytes.
type findingCase struct{ Found, Segment, Chunk, Data, Tail string }

func latin1(s string) (b []byte) {
	for _, r := range s {
		b = append(b, byte(r))
	}
	return b
}

// picture is a small picture with that one thing more.
func (c findingCase) picture(t *testing.T, plain, palette []byte) []byte {
	data := latin1(c.Data)
	switch {
	case c.Chunk != "":
		return bytes.Join([][]byte{palette[:33], pngChunk(c.Chunk, data), palette[33:]}, nil)
	case c.Segment != "":
		marker, err := strconv.ParseUint(c.Segment, 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		head := binary.BigEndian.AppendUint16([]byte{0xFF, byte(marker)}, uint16(len(data)+2))
		return bytes.Join([][]byte{plain[:2], head, data, plain[2:]}, nil)
	}
	return append(bytes.Clone(plain), latin1(c.Tail)...)
}

func readVector(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(vectorFolder, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A picture in which the browser finds something, or nothing, is the same to the server.
func TestFoundIsWhatTheBrowserFinds(t *testing.T) {
	plain, palette := readVector(t, "plain.in.jpg"), readVector(t, "palette.out.png")
	var cases []findingCase
	if err := json.Unmarshal(readVector(t, "../findings.json"), &cases); err != nil || len(cases) == 0 {
		t.Fatal(len(cases), err)
	}
	for _, c := range cases {
		if got := found(t, c.picture(t, plain, palette)); got != (c.Found != "") {
			t.Errorf("found %v: %+v", got, c)
		}
	}
}

// A disk that fails does not pass for a file in which nothing is.
func TestFoundPassesErrorsOn(t *testing.T) {
	broken := errors.New("disk on fire")
	for _, name := range []string{"plain.in.jpg", "palette.out.png", "simple.out.webp", "stored.in.docx"} {
		b := readVector(t, name)
		for fail := range 3 {
			n := 0
			src := readerAt(func(p []byte, off int64) (int, error) {
				if n++; n > fail {
					return 0, broken
				}
				return bytes.NewReader(b).ReadAt(p, off)
			})
			if is, err := Found(src, int64(len(b))); is || n > fail && !errors.Is(err, broken) {
				t.Errorf("%s, read %d: %v, %v", name, fail, is, err)
			}
		}
	}
}
