package metadata

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
	"time"
)

// The samples hold the word Canary wherever something identifying stands, and Visible wherever a reader would miss it.

// part is one entry of an archive to be built.
type part struct{ name, content string }

// buildZip writes an archive as an office program might: deflated, with times, comments and data descriptors.
func buildZip(t testing.TB, parts ...part) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		h := &zip.FileHeader{Name: p.name, Method: zip.Deflate, Comment: "Canary comment",
			Modified: time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)}
		if p.name == "mimetype" {
			h = &zip.FileHeader{Name: p.name, Method: zip.Store}
		}
		w, err := z.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(p.content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.SetComment("Canary archive"); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func testPicture() image.Image {
	m := image.NewRGBA(image.Rect(0, 0, 24, 16))
	for y := range 16 {
		for x := range 24 {
			m.Set(x, y, color.RGBA{uint8(x * 10), uint8(y * 15), uint8(x * y), 255})
		}
	}
	return m
}

func plainJPEG(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, testPicture(), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func plainPNG(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, testPicture()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sampleTIFF is an Exif structure with an orientation, a camera, a maker note and a position.
func sampleTIFF(order binary.AppendByteOrder, mark string, orientation uint16) []byte {
	make := "Nikon Canary Corp\x00"
	note := "Nikon\x00\x02CANARYMAKERNOTE\x00"
	at := uint32(8 + 2 + 3*12 + 4)
	b := append([]byte(mark), order.AppendUint16(nil, 42)...)
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 3)
	entry := func(tag, kind uint16, count uint32, value []byte) {
		b = order.AppendUint16(b, tag)
		b = order.AppendUint16(b, kind)
		b = order.AppendUint32(b, count)
		b = append(b, value...)
	}
	entry(0x010f, 2, uint32(len(make)), order.AppendUint32(nil, at))
	entry(0x0112, 3, 1, append(order.AppendUint16(nil, orientation), 0, 0))
	entry(0x927c, 7, uint32(len(note)), order.AppendUint32(nil, at+uint32(len(make))))
	b = order.AppendUint32(b, 0)
	return append(append(b, make...), note...)
}

func jpegSegment(marker byte, payload string) []byte {
	b := []byte{0xFF, marker}
	b = binary.BigEndian.AppendUint16(b, uint16(2+len(payload)))
	return append(b, payload...)
}

// craftedJPEG has everything that a camera, an editor and a phone may leave, and some that only an attacker does.
func craftedJPEG(t testing.TB) []byte {
	plain := plainJPEG(t)
	b := []byte{0xFF, 0xD8}
	b = append(b, jpegSegment(0xE0, "JFIF\x00\x01\x02\x01\x00\x48\x00\x48\x02\x01CANARY")...) // a thumbnail of 2 × 1
	b = append(b, jpegSegment(0xE0, "JFXX\x00\x10CANARYTHUMB")...)
	b = append(b, jpegSegment(0xE1, exifPrefix+string(sampleTIFF(binary.LittleEndian, "II", 3)))...)
	b = append(b, jpegSegment(0xE1, "http://ns.adobe.com/xap/1.0/\x00<x>Canary xmp</x>")...)
	b = append(b, jpegSegment(0xE2, "MPF\x00CANARYMPF")...)
	b = append(b, 0xFF, 0xFF, 0xFF) // fill before the next marker
	b = append(b, jpegSegment(0xED, "Photoshop 3.0\x008BIM\x04\x04Canary byline")...)
	b = append(b, jpegSegment(0xEB, "JP\x00\x01c2pa Canary credentials")...)
	b = append(b, jpegSegment(0xEE, "Adobe\x00\x64\x00\x00\x00\x00\x01CANARY")...)
	b = append(b, jpegSegment(0xFE, "Canary comment")...)
	end := bytes.Index(plain, []byte{0xFF, 0xDA})
	b = append(b, plain[2:end]...)
	b = append(b, jpegSegment(0xEF, "Canary before the scan")...)
	b = append(b, plain[end:]...)
	return append(append(b, "Canary trailer"...), plain...)
}

// craftedPNG has its eXIf behind the picture, texts, a time, unknown chunks, a profile with a name, and a tail.
func craftedPNG(t testing.TB) []byte {
	plain := plainPNG(t)
	idat := 8 + 25
	b := bytes.Clone(plain[:idat])
	profile := append([]byte("Canary display\x00\x00"), storeZlib(sampleProfile(2, "Canary serial 4711"))...)
	b = append(b, pngChunk("iCCP", profile)...)
	b = append(b, pngChunk("pHYs", []byte("\x00\x00\x0b\x13\x00\x00\x0b\x13\x01"))...)
	b = append(b, pngChunk("tEXt", []byte("Author\x00Canary"))...)
	b = append(b, pngChunk("iTXt", []byte("XML:com.adobe.xmp\x00\x00\x00\x00\x00Canary"))...)
	b = append(b, pngChunk("tIME", []byte{7, 0xe8, 5, 6, 7, 8, 9})...)
	b = append(b, pngChunk("caNv", []byte("Canary"))...)
	b = append(b, pngChunk("gAMA", []byte("\x00\x00\xb1\x8fCANARY"))...)
	b = append(b, plain[idat:len(plain)-12]...)
	b = append(b, pngChunk("eXIf", sampleTIFF(binary.BigEndian, "MM\x00*"[:2], 6))...)
	b = append(b, plain[len(plain)-12:]...)
	return append(b, "Canary behind IEND"...)
}

// craftedWebP holds chunks that need not decode: this package never looks inside.
func craftedWebP() []byte {
	var b []byte
	b = append(b, webpChunk("VP8X", []byte{webpProfile | webpExif | 1<<2 | webpAlpha | webpAnimated | 0x80, 1, 2, 3, 9, 0, 0, 9, 0, 0})...)
	b = append(b, webpChunk("ICCP", sampleProfile(4, "Canary display"))...)
	b = append(b, webpChunk("ANIM", []byte("\x00\x00\x00\x00\x00\x00CANARY"))...)
	frame := append(make([]byte, 16), webpChunk("ALPH", []byte("VisibleAlpha1"))...)
	frame = append(frame, webpChunk("CNRY", []byte("Canary"))...)
	frame = append(frame, webpChunk("VP8 ", []byte("VisibleFrame1"))...)
	b = append(b, webpChunk("ANMF", frame)...)
	b = append(b, webpChunk("XMP ", []byte("<x>Canary</x>"))...)
	b = append(b, webpChunk("CNRY", []byte("Canary"))...)
	b = append(b, webpChunk("EXIF", append([]byte(exifPrefix), sampleTIFF(binary.LittleEndian, "II", 8)...))...)
	b = append(append(webpHeader("RIFF", int64(4+len(b))), "WEBP"...), b...)
	return append(b, "Canary behind RIFF"...)
}

// sampleProfile is an ICC profile with the tags of a screen's profile. Two curves share their data.
func sampleProfile(version byte, secret string) []byte {
	tags := []struct{ name, data string }{
		{"desc", "desc\x00\x00\x00\x00" + secret},
		{"mmod", "mmod\x00\x00\x00\x00" + secret + "CANARYSERIAL"},
		{"rXYZ", "XYZ \x00\x00\x00\x00VisibleRed12"},
		{"rTRC", "curv\x00\x00\x00\x00\x00\x00\x00\x01\x02\x33"},
		{"gTRC", ""}, // shares rTRC
		{"cprt", "text\x00\x00\x00\x00" + secret},
	}
	p := make([]byte, iccHeader+4+len(tags)*iccTagEntry)
	copy(p[4:], "CNRY")
	p[8] = version
	copy(p[12:], "mntrRGB XYZ ")
	copy(p[24:], "\x07\xe8\x00\x05\x00\x06\x00\x07\x00\x08\x00\x09")
	copy(p[36:], iccSignature+"APPL")
	copy(p[48:], "CanaryAPPLcanary")
	copy(p[80:], "CNRYcanarycanary")
	binary.BigEndian.PutUint32(p[iccHeader:], uint32(len(tags)))
	for i, tag := range tags {
		entry := p[iccHeader+4+i*iccTagEntry:]
		copy(entry, tag.name)
		if tag.data == "" {
			copy(entry[4:12], p[iccHeader+4+(i-1)*iccTagEntry+4:])
			continue
		}
		binary.BigEndian.PutUint32(entry[4:], uint32(len(p)))
		binary.BigEndian.PutUint32(entry[8:], uint32(len(tag.data)))
		p = append(p, tag.data...)
		p = append(p, make([]byte, -len(p)&3)...)
	}
	binary.BigEndian.PutUint32(p, uint32(len(p)))
	return p
}

const (
	relHead  = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\r\n" + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	relTail  = `</Relationships>`
	officeNS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
)

// rel is one relationship: its number, the last word of its type, its target.
func rel(id, kind, target string) string {
	if !strings.Contains(kind, "/") {
		kind = officeNS + kind
	}
	return `<Relationship Id="rId` + id + `" Type="` + kind + `" Target="` + target + `"/>`
}

func externalRel(id, kind, target string) string {
	return strings.Replace(rel(id, kind, target), "/>", ` TargetMode="External"/>`, 1)
}

func rels(list ...string) string {
	return relHead + strings.Join(list, "") + relTail
}

func contentTypes(main string, overrides ...string) string {
	s := `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\r\n" +
		`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/><Default Extension="jpeg" ContentType="image/jpeg"/>` +
		`<Default Extension="png" ContentType="image/png"/><Default Extension="bin" ContentType="application/octet-stream"/>` +
		`<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>` + main
	for _, o := range overrides {
		name, kind, _ := strings.Cut(o, " ")
		s += `<Override PartName="` + name + `" ContentType="application/vnd.` + kind + `+xml"/>`
	}
	return s + `</Types>`
}

const coreProperties = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\r\n" +
	`<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` +
	`<dc:creator>Hanako Canary</dc:creator><cp:lastModifiedBy>Canary</cp:lastModifiedBy></cp:coreProperties>`

const appProperties = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\r\n" +
	`<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Company>Canary Corp</Company><Template>Canary.dotx</Template></Properties>`

// rootParts are the parts that every office program writes around its document.
func rootParts(t testing.TB, main string) []part {
	return []part{
		{"_rels/.rels", rels(
			rel("1", "officeDocument", main),
			rel("2", "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties", "docProps/core.xml"),
			rel("3", "extended-properties", "docProps/app.xml"),
			rel("4", "http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail", "docProps/thumbnail.jpeg"),
			rel("5", "http://schemas.microsoft.com/office/2020/02/relationships/classificationlabels", "docMetadata/LabelInfo.xml"))},
		{"docProps/core.xml", coreProperties},
		{"docProps/app.xml", appProperties},
		{"docProps/thumbnail.jpeg", string(craftedJPEG(t))},
		{"docMetadata/LabelInfo.xml", `<clbl:labelList xmlns:clbl="http://schemas.microsoft.com/office/2020/mipLabelMetadata"><clbl:label siteId="{Canary}"/></clbl:labelList>`},
		{"[trash]/0000.dat", "Canary leftover"},
	}
}

// fixCRC makes the checksum of a hand-made PNG chunk right again; the chunk starts at at.
func fixCRC(b []byte, at int) {
	n := int(binary.BigEndian.Uint32(b[at:]))
	binary.BigEndian.PutUint32(b[at+8+n:], crc32.ChecksumIEEE(b[at+4:at+8+n]))
}
