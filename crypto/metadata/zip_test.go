package metadata

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"runtime"
	"strings"
	"testing"
)

// rawEntry is an entry of an archive that is written by hand, so that it can lie.
type rawEntry struct {
	name         string
	data         []byte
	method       uint16
	flags        uint16
	crc          uint32
	size, packed uint32
}

func stored(name, content string) rawEntry {
	n := uint32(len(content))
	return rawEntry{name: name, data: []byte(content), crc: crc32.ChecksumIEEE([]byte(content)), size: n, packed: n}
}

// rawZip writes entries; edit may then change the local headers and the directory headers one by one.
func rawZip(entries []rawEntry, edit func(i int, local, directory []byte)) []byte {
	var out, directory []byte
	le := binary.LittleEndian
	for i, e := range entries {
		common := le.AppendUint16(nil, 20)
		common = le.AppendUint16(common, e.flags)
		common = le.AppendUint16(common, e.method)
		common = append(common, 1, 2, 3, 4)
		common = le.AppendUint32(common, e.crc)
		common = le.AppendUint32(common, e.packed)
		common = le.AppendUint32(common, e.size)
		common = le.AppendUint16(common, uint16(len(e.name)))
		common = le.AppendUint16(common, 0)
		local := append([]byte(localSignature), common...)
		local = append(local, e.name...)
		central := append([]byte(directorySignature+"\x14\x00"), common...)
		central = append(central, make([]byte, 10)...)
		central = le.AppendUint32(central, uint32(len(out)))
		central = append(central, e.name...)
		if edit != nil {
			edit(i, local, central)
		}
		out = append(append(out, local...), e.data...)
		directory = append(directory, central...)
	}
	end := append([]byte(endSignature), 0, 0, 0, 0)
	end = le.AppendUint16(end, uint16(len(entries)))
	end = le.AppendUint16(end, uint16(len(entries)))
	end = le.AppendUint32(end, uint32(len(directory)))
	end = le.AppendUint32(end, uint32(len(out)))
	end = append(end, 0, 0)
	return append(append(out, directory...), end...)
}

// smallest is a document with nothing but its text, and more entries behind it.
func smallest(more ...rawEntry) []rawEntry {
	return append([]rawEntry{
		stored(contentTypesName, contentTypes("", "/word/document.xml openxmlformats-officedocument.wordprocessingml.document.main")),
		stored(rootRels, rels(rel("1", "officeDocument", "word/document.xml"))),
		stored("word/document.xml", `<w:document xmlns:w="x"><w:body><w:p><w:r><w:t>Visible</w:t></w:r></w:p></w:body></w:document>`),
	}, more...)
}

// The output is fixed to the byte: order, headers, no descriptors, no extra fields.
func TestZipLayout(t *testing.T) {
	doc := smallest()
	deflated := buildZip(t, part{doc[0].name, string(doc[0].data)}, part{doc[1].name, string(doc[1].data)},
		part{doc[2].name, string(doc[2].data)}, part{"word/orphan.xml", "<x>Canary</x>"})
	out := cleaned(t, deflated, OOXML)
	z, err := zip.NewReader(bytes.NewReader(out), int64(len(out)))
	if err != nil {
		t.Fatal(err)
	}
	at := int64(0)
	for i, f := range z.File {
		if f.Name != doc[i].name || f.Method != zip.Deflate || f.Flags != 0 || len(f.Extra) != 0 || f.Comment != "" ||
			f.ModifiedDate != 0x21 || f.ModifiedTime != 0 || f.CreatorVersion != 20 || f.ReaderVersion != 20 || f.ExternalAttrs != 0 {
			t.Errorf("%+v", f.FileHeader)
		}
		off, err := f.DataOffset()
		if err != nil || off != at+localSize+int64(len(f.Name)) {
			t.Errorf("%s at %d: %v", f.Name, off, err)
		}
		at = off + int64(f.CompressedSize64)
	}
	if len(z.File) != 3 || z.Comment != "" {
		t.Errorf("%d entries, comment %q", len(z.File), z.Comment)
	}
	if want := at + 3*directorySize + endSize + int64(len(contentTypesName+rootRels+"word/document.xml")); int64(len(out)) != want {
		t.Errorf("%d bytes, want %d", len(out), want)
	}
	plain := cleaned(t, rawZip(doc, nil), OOXML)
	for i := range doc { // the same, but for the time
		doc[i].flags = 0
	}
	want := rawZip(doc, func(_ int, local, central []byte) {
		copy(local[10:], "\x00\x00\x21\x00")
		copy(central[12:], "\x00\x00\x21\x00")
	})
	if !bytes.Equal(plain, want) {
		t.Errorf("stored entries: %q\nwant %q", plain, want)
	}
}

// A name that is not ASCII carries the UTF-8 flag, and nothing else does.
func TestZipNames(t *testing.T) {
	e := stored("word/文書.xml", `<w:document xmlns:w="x">Visible</w:document>`)
	e.flags = flagUTF8
	doc := smallest(e)
	doc[1] = stored(rootRels, rels(rel("1", "officeDocument", "word/文書.xml")))
	doc[0] = stored(contentTypesName, contentTypes("", "/word/文書.xml openxmlformats-officedocument.wordprocessingml.document.main"))
	out := cleaned(t, rawZip(append(doc[:2], doc[3:]...), nil), OOXML)
	a, err := openArchive(bytes.NewReader(out), int64(len(out)))
	if err != nil || len(a.entries) != 3 || a.entries[2].flags != flagUTF8 || a.entries[0].flags != 0 {
		t.Errorf("%v, %+v", err, a)
	}
}

func TestZipHostile(t *testing.T) {
	le := binary.LittleEndian
	with := func(e rawEntry) []byte { return rawZip(smallest(e), nil) }
	editLast := func(edit func(local, central []byte)) []byte {
		list := smallest(stored("word/extra.xml", "<x/>"))
		return rawZip(list, func(i int, local, central []byte) {
			if i == len(list)-1 {
				edit(local, central)
			}
		})
	}
	flagged := func(flag uint16) rawEntry { e := stored("a.xml", "<x/>"); e.flags = flag; return e }
	sound := rawZip(smallest(), nil)
	patchEnd := func(at int, v uint16) []byte {
		b := bytes.Clone(sound)
		le.PutUint16(b[len(b)-endSize+at:], v)
		return b
	}
	for name, c := range map[string]struct {
		in   []byte
		want error
	}{
		"encrypted":           {with(flagged(1)), ErrMalformed},
		"strongly encrypted":  {with(flagged(1 << 6)), ErrMalformed},
		"unknown flag":        {with(flagged(1 << 5)), ErrUnsupported},
		"method":              {with(rawEntry{name: "a.xml", method: 12}), ErrUnsupported},
		"twice":               {with(stored("word/document.xml", "<x/>")), ErrMalformed},
		"twice but for case":  {with(stored("WORD/Document.XML", "<x/>")), ErrMalformed},
		"up":                  {with(stored("../a.xml", "<x/>")), ErrMalformed},
		"up within":           {with(stored("word/../../a.xml", "<x/>")), ErrMalformed},
		"absolute":            {with(stored("/a.xml", "<x/>")), ErrMalformed},
		"backslash":           {with(stored(`word\a.xml`, "<x/>")), ErrMalformed},
		"no name":             {with(stored("", "<x/>")), ErrMalformed},
		"control character":   {with(stored("a\n.xml", "<x/>")), ErrMalformed},
		"old code page":       {with(stored("\xe9.xml", "<x/>")), ErrMalformed},
		"no UTF-8 flag":       {with(stored("é.xml", "<x/>")), ErrMalformed},
		"long name":           {with(stored(strings.Repeat("a", maxName+1), "")), ErrTooLarge},
		"folder with content": {with(stored("word/media/", "x")), ErrMalformed},
		"other local name":    {editLast(func(local, _ []byte) { local[localSize] = 'W' }), ErrMalformed},
		"other local method":  {editLast(func(local, _ []byte) { local[8] = 8 }), ErrMalformed},
		"other local size":    {editLast(func(local, _ []byte) { local[22]++ }), ErrMalformed},
		"other local CRC":     {editLast(func(local, _ []byte) { local[14]++ }), ErrMalformed},
		"no local header":     {editLast(func(local, _ []byte) { local[0] = 'X' }), ErrMalformed},
		"other volume":        {editLast(func(_, central []byte) { central[34] = 1 }), ErrMalformed},
		"no directory":        {editLast(func(_, central []byte) { central[0] = 'X' }), ErrMalformed},
		"overlap":             {editLast(func(_, central []byte) { le.PutUint32(central[42:], 20) }), ErrMalformed},
		"same data twice":     {editLast(func(_, central []byte) { le.PutUint32(central[42:], 0) }), ErrMalformed},
		"outside":             {editLast(func(_, central []byte) { le.PutUint32(central[42:], 1<<31) }), ErrMalformed},
		"ZIP64 size": {editLast(func(local, central []byte) {
			le.PutUint32(central[24:], 1<<32-1)
			le.PutUint32(central[20:], 1<<32-1)
		}), ErrUnsupported},
		"ZIP64 count":       {patchEnd(10, 0xFFFF), ErrUnsupported},
		"count":             {patchEnd(10, 2), ErrMalformed},
		"volumes":           {patchEnd(4, 1), ErrMalformed},
		"bytes in front":    {append([]byte(localSignature), sound...), ErrMalformed},
		"bytes behind":      {append(bytes.Clone(sound), 'x'), ErrMalformed},
		"no end":            {sound[:len(sound)-1], ErrMalformed},
		"only a local head": {[]byte("PK\x03\x04"), ErrMalformed},
	} {
		if _, _, err := run(c.in); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// Both counts wrong in the same way still contradict the directory.
func TestZipCount(t *testing.T) {
	b := rawZip(smallest(stored("a.xml", "<x/>")), nil)
	end := b[len(b)-endSize:]
	end[8], end[10] = 3, 3
	if _, _, err := run(b); !errors.Is(err, ErrMalformed) {
		t.Errorf("fewer: %v", err)
	}
	end[8], end[10] = 5, 5
	if _, _, err := run(b); !errors.Is(err, ErrMalformed) {
		t.Errorf("more: %v", err)
	}
}

func deflated(t testing.TB, name string, content io.Reader) rawEntry {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, 1)
	if err != nil {
		t.Fatal(err)
	}
	sum := crc32.NewIEEE()
	n, err := io.Copy(io.MultiWriter(w, sum), content)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return rawEntry{name: name, data: b.Bytes(), method: methodDeflated, crc: sum.Sum32(), size: uint32(n), packed: uint32(b.Len())}
}

// What an entry unpacks to must be what the directory says.
func TestZipContentLies(t *testing.T) {
	doc := smallest()
	text := string(doc[2].data)
	sound := deflated(t, doc[2].name, strings.NewReader(text))
	for name, edit := range map[string]func(e *rawEntry){
		"checksum":     func(e *rawEntry) { e.crc++ },
		"longer":       func(e *rawEntry) { e.size-- },
		"shorter":      func(e *rawEntry) { e.size++ },
		"much longer":  func(e *rawEntry) { e.size = 1 },
		"cut":          func(e *rawEntry) { e.data = e.data[:len(e.data)-2]; e.packed -= 2 },
		"bytes behind": func(e *rawEntry) { e.data = append(e.data, "Canary"...); e.packed += 6 },
		"damaged":      func(e *rawEntry) { e.data[0] = 0x07 },
	} {
		e := sound
		e.data = bytes.Clone(sound.data)
		edit(&e)
		if _, _, err := run(rawZip([]rawEntry{doc[0], doc[1], e}, nil)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if out, _, err := run(rawZip([]rawEntry{doc[0], doc[1], sound}, nil)); err != nil || !bytes.Contains(out, sound.data) {
		t.Errorf("sound: %v", err)
	}
}

// counted counts the bytes that are read.
type counted struct {
	r io.ReaderAt
	n int64
}

func (c *counted) ReadAt(p []byte, off int64) (int, error) {
	c.n += int64(len(p))
	return c.r.ReadAt(p, off)
}

// Bombs are refused after little reading and with little memory.
func TestZipBombs(t *testing.T) {
	const gigabyte = 1 << 30
	zeros := deflated(t, "word/media/image1.png", io.LimitReader(zeroReader{}, gigabyte))
	short := zeros
	short.size = 100
	picture := plainPNG(t)
	doc := smallest()
	doc[2] = stored(doc[2].name, `<x/>`)
	doc = append(doc, stored("word/_rels/document.xml.rels", rels(rel("1", "image", "media/image1.png"))))

	many := smallest()
	for i := range maxEntries + 1 - len(many) {
		many = append(many, stored(fmt.Sprintf("word/%d.xml", i), ""))
	}
	for name, c := range map[string]struct {
		in   []byte
		want error
	}{
		"a gigabyte":         {rawZip(append(doc, zeros), nil), ErrTooLarge},
		"that calls itself":  {rawZip(append(doc, short), nil), ErrMalformed},
		"10,001 entries":     {rawZip(many, nil), ErrTooLarge},
		"an XML part":        {rawZip(append(smallest()[:2], deflated(t, "word/document.xml", io.LimitReader(zeroReader{}, maxXML+1))), nil), ErrTooLarge},
		"nested too deep":    {rawZip(append(smallest()[:2], deflated(t, "word/document.xml", strings.NewReader(strings.Repeat("<x>", maxDepth+1)))), nil), ErrMalformed},
		"a picture, cut off": {rawZip(append(doc, deflated(t, "word/media/image1.png", bytes.NewReader(picture[:len(picture)-12]))), nil), ErrMalformed},
	} {
		src := &counted{r: bytes.NewReader(c.in)}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Clean(io.Discard, src, int64(len(c.in)))
		runtime.ReadMemStats(&after)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 4*maxXML {
			t.Errorf("%s: %d bytes allocated", name, allocated)
		}
		if src.n > 3<<20 {
			t.Errorf("%s: %d bytes read of %d", name, src.n, len(c.in))
		}
	}
}

type zeroReader struct{}

func (zeroReader) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestUnpackedLimit(t *testing.T) {
	for size, want := range map[int64]int64{0: 32 << 20, 1 << 20: 82 << 20, 200 << 20: 712 << 20} {
		if got := unpackedLimit(size); got != want {
			t.Errorf("%d: %d", size, got)
		}
	}
}
