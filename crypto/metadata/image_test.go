package metadata

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
)

func samePixels(t *testing.T, decode func(b []byte) (image.Image, error), in, out []byte) {
	t.Helper()
	a, err := decode(in)
	if err != nil {
		t.Fatal(err)
	}
	b, err := decode(out)
	if err != nil {
		t.Fatal(err)
	}
	if a.Bounds() != b.Bounds() || fmt.Sprintf("%T", a) != fmt.Sprintf("%T", b) {
		t.Fatalf("%T %v became %T %v", a, a.Bounds(), b, b.Bounds())
	}
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			if a.At(x, y) != b.At(x, y) {
				t.Fatalf("pixel %d,%d differs", x, y)
			}
		}
	}
}

func decodeJPEG(b []byte) (image.Image, error) { return jpeg.Decode(bytes.NewReader(b)) }
func decodePNG(b []byte) (image.Image, error)  { return png.Decode(bytes.NewReader(b)) }

// markers lists the segments of a JPEG file up to its first scan.
func markers(b []byte) string {
	var list []string
	for i := 2; b[i+1] != 0xDA; i += 2 + int(binary.BigEndian.Uint16(b[i+2:])) {
		list = append(list, fmt.Sprintf("%X", b[i+1]))
	}
	return strings.Join(list, " ")
}

func TestJPEG(t *testing.T) {
	in := craftedJPEG(t)
	out := cleaned(t, in, JPEG)
	samePixels(t, decodeJPEG, in, out)
	if got, want := markers(out), "E0 E1 EE DB C0 C4"; got != want {
		t.Errorf("segments %s, want %s", got, want)
	}
	want := "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x02\x01\x00\x48\x00\x48\x00\x00" +
		"\xff\xe1\x00\x22Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x03\x00\x00\x00\x00\x00\x00" +
		"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x01\xff\xdb"
	if !bytes.HasPrefix(out, []byte(want)) {
		t.Errorf("begins with %q", out[:len(want)])
	}
	if !bytes.HasSuffix(out, []byte{0xFF, 0xD9}) || bytes.Count(out, []byte{0xFF, 0xD9}) != 1 {
		t.Error("does not end at the first EOI")
	}
}

func TestJPEGWithoutMetadataIsUntouched(t *testing.T) {
	in := plainJPEG(t)
	if out := cleaned(t, in, JPEG); !bytes.Equal(in, out) {
		t.Error("changed")
	}
}

func TestOrientation(t *testing.T) {
	plain := plainJPEG(t)
	for value := range uint16(11) {
		for mark, order := range map[string]binary.AppendByteOrder{"II": binary.LittleEndian, "MM": binary.BigEndian} {
			segment := jpegSegment(0xE1, exifPrefix+string(sampleTIFF(order, mark, value)))
			in := append(append([]byte{0xFF, 0xD8}, segment...), plain[2:]...)
			out := cleaned(t, in, JPEG)
			want := plain
			if value >= 2 && value <= 8 {
				want = append(append([]byte{0xFF, 0xD8}, exifSegment(int(value))...), plain[2:]...)
			}
			if !bytes.Equal(out, want) {
				t.Errorf("%s orientation %d: %q", mark, value, out[:40])
			}
		}
	}
}

func TestReadOrientationOfDamagedExif(t *testing.T) {
	for name, tiff := range map[string]string{
		"empty":             "",
		"header only":       "MM\x00*\x00\x00\x00\x08",
		"other magic":       "MM\x00+\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00",
		"mixed order":       "MM*\x00\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00",
		"directory outside": "MM\x00*\xff\xff\xff\xff\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00",
		"entry cut":         "MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00",
		"long type":         "MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x04\x00\x00\x00\x01\x00\x00\x00\x06\x00\x00\x00\x00",
		"two values":        "MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x02\x00\x06\x00\x06\x00\x00\x00\x00",
	} {
		if got := readOrientation([]byte(tiff)); got != 0 {
			t.Errorf("%s: %d", name, got)
		}
	}
	if got := readOrientation(minimalTIFF(5)); got != 5 || len(minimalTIFF(5)) != 26 {
		t.Errorf("minimal: %d", got)
	}
}

func TestJPEGMalformed(t *testing.T) {
	plain := plainJPEG(t)
	head := plain[:2]
	with := func(b ...byte) []byte { return append(append(bytes.Clone(head), b...), plain[2:]...) }
	for name, c := range map[string]struct {
		in   []byte
		want error
	}{
		"no end":          {plain[:len(plain)-2], ErrMalformed},
		"no picture":      {[]byte{0xFF, 0xD8, 0xFF, 0xD9}, ErrMalformed},
		"bytes between":   {with(0xFF, 0xFE, 0, 2, 'x'), ErrMalformed},
		"restart early":   {with(0xFF, 0xD0), ErrMalformed},
		"second start":    {with(0xFF, 0xD8), ErrMalformed},
		"length one":      {with(0xFF, 0xFE, 0, 1), ErrMalformed},
		"beyond the end":  {append(bytes.Clone(head), 0xFF, 0xFE, 0xFF, 0xFF), ErrMalformed},
		"extension":       {with(0xFF, 0xF7, 0, 2), ErrUnsupported},
		"reserved marker": {with(0xFF, 0x02, 0, 2), ErrUnsupported},
	} {
		if _, _, err := run(c.in); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Entropy-coded data may hold FF 00, restart markers and fill bytes, and further scans follow with segments between.
func TestJPEGScans(t *testing.T) {
	head := "\xff\xd8\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00"
	scan := "\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"
	in := head + scan + "ab\xff\x00c\xff\xd3d\xff\xff\x00e" + "\xff\xff\xff\xfe\x00\x08Canary" +
		"\xff\xc4\x00\x03x" + scan + "VisibleScan2\xff\xe1\x00\x08Canary\xff\xff\xd9"
	want := head + scan + "ab\xff\x00c\xff\xd3d\xff\xff\x00e" + "\xff\xc4\x00\x03x" + scan + "VisibleScan2\xff\xd9"
	if out := cleaned(t, []byte(in), JPEG); string(out) != want {
		t.Errorf("%q\nwant %q", out, want)
	}
}

func TestJPEGProfile(t *testing.T) {
	plain := plainJPEG(t)
	profile := bytes.ReplaceAll(sampleProfile(2, "Canary "+strings.Repeat("x", 20_000)), []byte("Visible"), []byte("colours"))
	half := len(profile) / 2
	first := jpegSegment(0xE2, iccTag+"\x01\x02"+string(profile[:half]))
	second := jpegSegment(0xE2, iccTag+"\x02\x02"+string(profile[half:]))
	lone := jpegSegment(0xE2, iccTag+"\x01\x01"+string(cleanProfile(profile)))
	build := func(segments ...[]byte) []byte {
		return append(append([]byte{0xFF, 0xD8}, bytes.Join(segments, nil)...), plain[2:]...)
	}
	for name, c := range map[string]struct{ in, want []byte }{
		"in order":     {build(first, second), build(lone)},
		"out of order": {build(second, first), build(lone)},
		"one missing":  {build(first), plain},
		"one twice":    {build(first, first, second), plain},
		"other counts": {build(first, jpegSegment(0xE2, iccTag+"\x02\x03x")), plain},
	} {
		if out := cleaned(t, c.in, JPEG); !bytes.Equal(out, c.want) {
			t.Errorf("%s: %d bytes, want %d", name, len(out), len(c.want))
		}
	}
}

func TestCleanProfile(t *testing.T) {
	for _, version := range []byte{2, 4} {
		p := sampleProfile(version, "Canary")
		out := cleanProfile(p)
		if hit := canary.Find(out); hit != nil || !bytes.Contains(out, []byte("VisibleRed12")) {
			t.Errorf("version %d: %q", version, out)
		}
		if int(binary.BigEndian.Uint32(out)) != len(out) || len(out)%4 != 0 {
			t.Errorf("version %d: size %d of %d", version, binary.BigEndian.Uint32(out), len(out))
		}
		if again := cleanProfile(out); !bytes.Equal(again, out) {
			t.Errorf("version %d: not stable", version)
		}
		red, green := out[iccHeader+4+iccTagEntry:], out[iccHeader+4+2*iccTagEntry:]
		if string(red[:4]) != "rTRC" || string(green[:4]) != "gTRC" || !bytes.Equal(red[4:12], green[4:12]) {
			t.Errorf("version %d: curves are no longer shared", version)
		}
	}
	damage := func(at int, b byte) []byte {
		p := sampleProfile(2, "")
		p[at] = b
		return p
	}
	for name, p := range map[string][]byte{
		"short": make([]byte, 100), "no signature": damage(36, 'x'), "version 5": damage(8, 5), "size": damage(0, 1),
		"tags": damage(iccHeader, 1), "tag outside": damage(iccHeader+4+8, 0xFF), "tag far": damage(iccHeader+4+4, 0xFF),
	} {
		if got := cleanProfile(p); got != nil {
			t.Errorf("%s: kept", name)
		}
	}
}

// Many tags over the same bytes must not multiply them.
func TestCleanProfileOverlap(t *testing.T) {
	p := make([]byte, 1<<20)
	copy(p, sampleProfile(2, ""))
	binary.BigEndian.PutUint32(p, uint32(len(p)))
	binary.BigEndian.PutUint32(p[iccHeader:], maxProfileTags)
	for i := range maxProfileTags {
		entry := p[iccHeader+4+i*iccTagEntry:]
		copy(entry, "A2B0")
		binary.BigEndian.PutUint32(entry[4:], uint32(2000+i))
		binary.BigEndian.PutUint32(entry[8:], 1<<19)
	}
	if got := cleanProfile(p); got != nil {
		t.Errorf("%d bytes", len(got))
	}
}

// chunks lists the chunks of a PNG file.
func chunks(b []byte) string {
	var list []string
	for i := 8; i < len(b); i += 12 + int(binary.BigEndian.Uint32(b[i:])) {
		list = append(list, string(b[i+4:i+8]))
	}
	return strings.Join(list, " ")
}

func TestPNG(t *testing.T) {
	in := craftedPNG(t)
	out := cleaned(t, in, PNG)
	samePixels(t, decodePNG, in, out)
	if got, want := chunks(out), "IHDR iCCP pHYs eXIf IDAT IEND"; got != want {
		t.Errorf("chunks %s, want %s", got, want)
	}
	if !bytes.Contains(out, append([]byte("eXIf"), minimalTIFF(6)...)) {
		t.Error("orientation")
	}
	if !bytes.Contains(out, []byte("iCCPicc\x00\x00\x78\x01")) {
		t.Error("profile")
	}
	plain := plainPNG(t)
	if out := cleaned(t, plain, PNG); !bytes.Equal(out, plain) {
		t.Error("a plain PNG changes")
	}
}

func TestPNGMalformed(t *testing.T) {
	plain := plainPNG(t)
	header, rest := plain[:8+25], plain[8+25:]
	with := func(c []byte) []byte { return append(append(bytes.Clone(header), c...), rest...) }
	damaged := with(nil)
	damaged[20] ^= 1
	for name, c := range map[string]struct {
		in   []byte
		want error
	}{
		"header checksum":  {damaged, ErrMalformed},
		"no header":        {append([]byte(pngSignature), rest...), ErrMalformed},
		"second header":    {with(header[8:]), ErrMalformed},
		"no picture":       {append(bytes.Clone(header), pngChunk("IEND", nil)...), ErrMalformed},
		"no end":           {plain[:len(plain)-12], ErrMalformed},
		"length":           {with([]byte("\xff\xff\xff\xfftEXt")), ErrMalformed},
		"name":             {with(pngChunk("t?Xt", nil)), ErrMalformed},
		"critical":         {with(pngChunk("CgBI", nil)), ErrUnsupported},
		"palette":          {with(pngChunk("PLTE", make([]byte, 771))), ErrMalformed},
		"endless profile":  {with(pngChunk("iCCP", append([]byte("x\x00\x00"), storeZlib(make([]byte, maxProfile+1))...))), ErrTooLarge},
		"profile as a zip": {with(pngChunk("iCCP", make([]byte, maxProfile+1))), ErrTooLarge},
	} {
		if _, _, err := run(c.in); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	profile := storeZlib(bytes.ReplaceAll(sampleProfile(2, ""), []byte("Visible"), []byte("colours")))
	for name, c := range map[string][]byte{
		"exif checksum": append(pngChunk("eXIf", minimalTIFF(6))[:8+26], 1, 2, 3, 4),
		"no zlib":       pngChunk("iCCP", []byte("Canary\x00\x00Canary")),
		"no profile":    pngChunk("iCCP", append([]byte("Canary\x00\x00"), storeZlib([]byte("Canary"))...)),
		"zlib and more": pngChunk("iCCP", append(append([]byte("x\x00\x00"), profile...), 1)),
		"no name":       pngChunk("iCCP", append([]byte("\x00\x00"), profile...)),
		"long chunk":    pngChunk("gAMA", []byte("Canary")),
		"huge exif":     pngChunk("eXIf", append(minimalTIFF(6), make([]byte, maxExif)...)),
	} {
		if out := cleaned(t, with(c), PNG); !bytes.Equal(out, plain) {
			t.Errorf("%s: %s", name, chunks(out))
		}
	}
}

func TestWebP(t *testing.T) {
	out := cleaned(t, craftedWebP(), WebP)
	var want []byte
	want = append(want, webpChunk("VP8X", []byte{webpProfile | webpExif | webpAlpha | webpAnimated, 0, 0, 0, 9, 0, 0, 9, 0, 0})...)
	want = append(want, webpChunk("ICCP", cleanProfile(sampleProfile(4, "Canary display")))...)
	want = append(want, webpChunk("ANIM", make([]byte, 6))...)
	frame := append(make([]byte, 16), webpChunk("ALPH", []byte("VisibleAlpha1"))...)
	want = append(want, webpChunk("ANMF", append(frame, webpChunk("VP8 ", []byte("VisibleFrame1"))...))...)
	want = append(want, webpChunk("EXIF", minimalTIFF(8))...)
	want = append(append(webpHeader("RIFF", int64(4+len(want))), "WEBP"...), want...)
	if !bytes.Equal(out, want) {
		t.Errorf("%q\nwant %q", out, want)
	}
}

func TestWebPSimple(t *testing.T) {
	file := func(chunks ...[]byte) []byte {
		b := bytes.Join(chunks, nil)
		return append(append(webpHeader("RIFF", int64(4+len(b))), "WEBP"...), b...)
	}
	picture := webpChunk("VP8L", []byte("Visible"))
	in := append(file(picture, webpChunk("EXIF", sampleTIFF(binary.BigEndian, "MM", 6))), "Canary"...)
	if out := cleaned(t, in, WebP); !bytes.Equal(out, file(picture)) {
		t.Errorf("%q", out)
	}
	unpadded := file(picture)
	unpadded = unpadded[:len(unpadded)-1]
	binary.LittleEndian.PutUint32(unpadded[4:], uint32(len(unpadded)-8))
	if out := cleaned(t, unpadded, WebP); !bytes.Equal(out, file(picture)) {
		t.Errorf("without its last padding: %q", out)
	}
	vp8x := webpChunk("VP8X", make([]byte, 10))
	for name, in := range map[string][]byte{
		"no chunk":       file(),
		"no picture":     file(vp8x),
		"other first":    file(webpChunk("EXIF", nil), picture),
		"VP8X later":     file(vp8x, picture, vp8x),
		"VP8X long":      file(webpChunk("VP8X", make([]byte, 12)), picture),
		"frame short":    file(vp8x, webpChunk("ANMF", make([]byte, 8))),
		"frame overrun":  file(vp8x, webpChunk("ANMF", append(make([]byte, 16), "VP8 \xff\x00\x00\x00"...)), picture),
		"animation":      file(vp8x, webpChunk("ANIM", nil), picture),
		"RIFF too long":  append([]byte("RIFF\xff\xff\xff\xffWEBP"), picture...),
		"RIFF too short": append([]byte("RIFF\x00\x00\x00\x00WEBP"), picture...),
		"chunk too long": append([]byte("RIFF\x10\x00\x00\x00WEBP"), "VP8 \xff\x00\x00\x00Visible!"...),
	} {
		if _, _, err := run(in); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Alternating kept and dropped chunks must not fill the memory with pieces.
func TestTooManyPieces(t *testing.T) {
	plain := plainPNG(t)
	var b bytes.Buffer
	b.Write(plain[:8+25])
	pair := append(pngChunk("gAMA", []byte{0, 0, 0, 1}), pngChunk("tEXt", nil)...)
	for range maxPieces + 1 {
		b.Write(pair)
	}
	b.Write(plain[8+25:])
	if _, _, err := run(b.Bytes()); !errors.Is(err, ErrTooLarge) {
		t.Error(err)
	}
}
