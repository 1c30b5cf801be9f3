package metadata

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
)

// Found reports whether a file says anything of who made it, where, when or with what. A file that is broken or unknown
// says what was found in it; the error is one of the source. Found holds no more than Clean, and stops at the first
// thing that it finds.
func Found(src io.ReaderAt, size int64) (bool, error) {
	head := make([]byte, min(HeadSize, max(size, 0)))
	if err := readAt(src, head, 0); err != nil {
		return false, err
	}
	switch format := sniff(head); format {
	case JPEG, PNG, WebP:
		return sound(findInImage(format, newCursor(src, size)))
	case archiveFormat:
		return sound(findInOffice(src, size))
	}
	return false, nil
}

// sound takes it as nothing found that a file is broken, too large or unknown.
func sound(found bool, err error) (bool, error) {
	if errors.Is(err, ErrMalformed) || errors.Is(err, ErrUnsupported) || errors.Is(err, ErrTooLarge) {
		err = nil
	}
	return found, err
}

// findInImage walks as the filters do, but keeps going where these refuse.
func findInImage(format Format, c *cursor) (bool, error) {
	switch format {
	case JPEG:
		return findInJPEG(c)
	case PNG:
		return findInPNG(c)
	}
	return findInWebP(c)
}

func findInJPEG(c *cursor) (bool, error) {
	if err := skipStart(c); err != nil {
		return false, err
	}
	for {
		marker, err := readMarker(c)
		if err != nil {
			return false, err
		}
		if marker == markerEOI {
			return findTail(c)
		}
		b, err := readSegment(c)
		if err != nil {
			return false, err
		}
		switch {
		case marker == markerSOS:
			if _, err := skipScan(c); err != nil {
				return false, err
			}
		case segmentSays(marker, b[2:]):
			return true, nil
		}
	}
}

// segmentSays tells application segments apart by how they begin. One that is not named here is something else.
func segmentSays(marker byte, payload []byte) bool {
	if marker == markerCOM {
		return hasText(payload)
	}
	if marker < markerAPP0 || marker > markerAPPF {
		return false
	}
	name, _, ended := bytes.Cut(payload[:min(40, len(payload))], []byte{0})
	if !ended {
		return true
	}
	switch key := string(name); {
	case marker == markerAPP0 && key == "JFIF":
		return len(payload) > 13 && payload[12] > 0 && payload[13] > 0 // a thumbnail
	case marker == markerAPP1 && key == "Exif":
		return exifSays(payload[min(len(exifPrefix), len(payload)):])
	case marker == markerAPP1 && (key == "http://ns.adobe.com/xap/1.0/" || key == "http://ns.adobe.com/xmp/extension/"):
		return xmpSays(payload)
	case marker == markerAPPD && key == "Photoshop 3.0":
		return photoshopSays(payload[min(14, len(payload)):])
	case marker == markerAPP2 && (key == "ICC_PROFILE" || key == "MPF"), // the list of the pictures behind the first
		marker == markerAPPC && key == "Ducky", // how strongly Photoshop compressed
		marker == markerAPPE && key == "Adobe":
		return false
	}
	return true
}

// findTail finds second pictures, videos and leftovers behind the end, but not mere padding.
func findTail(c *cursor) (bool, error) {
	b, err := c.peek(bufferSize)
	return slices.ContainsFunc(b, func(x byte) bool { return x != 0 }), err
}

// pngSilent are chunks that are not copied as they are, and that say nothing.
var pngSilent = tables.PNG.Silent.set()

func findInPNG(c *cursor) (bool, error) {
	if err := c.skip(int64(len(pngSignature))); err != nil {
		return false, err
	}
	for {
		kind, length, err := readChunkHeader(c)
		if err != nil {
			return false, err
		}
		if kind == "IEND" {
			if err := c.skip(4); err != nil {
				return false, err
			}
			return findTail(c)
		}
		b, err := c.peek(int(min(length, bufferSize)))
		if err != nil || chunkSays(kind, b) {
			return err == nil, err
		}
		if err := c.skip(length + 4); err != nil {
			return false, err
		}
	}
}

// chunkSays looks at a chunk of PNG, of which it gets up to bufferSize bytes.
func chunkSays(kind string, b []byte) bool {
	switch kind {
	case "eXIf":
		return exifSays(trimExifPrefix(b))
	case "tEXt", "zTXt", "iTXt":
		return textSays(kind, b)
	}
	_, kept := pngKept[kind]
	return !kept && !pngSilent[kind]
}

// textSays looks at a text of PNG. tEXt: keyword, NUL, text. zTXt: packed. iTXt: packed or not, with a language and a
// translated keyword.
func textSays(kind string, b []byte) bool {
	end := indexNUL(b, 0)
	keyword := string(b[:max(end, 0)])
	at, packed := end+1, false
	switch kind {
	case "zTXt":
		at, packed = at+1, true
	case "iTXt":
		packed = at < len(b) && b[at] == 1
		at = indexNUL(b, indexNUL(b, at+2)+1) + 1
	}
	text := b[min(at, len(b)):]
	if packed {
		var err error
		if text, err = inflateZlib(text, maxText); err != nil || text == nil {
			text = []byte("?")
		}
	}
	return keywordSays(strings.ToLower(keyword), text)
}

// indexNUL is where the first NUL from there on stands, or -1.
func indexNUL(b []byte, from int) int {
	from = min(from, len(b))
	if i := bytes.IndexByte(b[from:], 0); i >= 0 {
		return from + i
	}
	return -1
}

// rawProfile is what ImageMagick calls segments of other formats.
var rawProfile = regexp.MustCompile(`^raw profile type (\w+)$`)

func keywordSays(keyword string, text []byte) bool {
	if keyword == "xml:com.adobe.xmp" {
		return xmpSays(text)
	}
	if raw := rawProfile.FindStringSubmatch(keyword); raw != nil {
		return rawProfileSays(raw[1], fromHex(text))
	}
	return hasText(text)
}

func rawProfileSays(kind string, b []byte) bool {
	switch {
	case kind == "xmp":
		return xmpSays(b)
	case kind == "iptc":
		return photoshopSays(b) || iptcSays(b)
	case bytes.HasPrefix(b, []byte(exifPrefix)):
		return exifSays(b[len(exifPrefix):])
	case kind == "exif":
		return exifSays(b)
	}
	return kind == "app1" && xmpSays(b)
}

var hexHead = regexp.MustCompile(`^[\t-\r ]*\w+[\t-\r ]+\d+[\t-\r ]+`)

// fromHex decodes "\nname\n  length\nhex\nhex…".
func fromHex(text []byte) []byte {
	head := hexHead.Find(text)
	if head == nil {
		return nil
	}
	var out []byte
	var high byte
	half := false
	for _, c := range text[len(head):] {
		digit := strings.IndexByte("0123456789abcdef", c|0x20)
		switch {
		case blank[c]:
			continue
		case digit < 0 || c < '0':
			return out
		case half:
			out = append(out, high<<4|byte(digit))
		}
		high, half = byte(digit), !half
	}
	return out
}

// webpSilent are the chunks of WebP that say nothing.
var webpSilent = []string{"VP8X", "VP8 ", "VP8L", "ALPH", "ANIM", "ANMF", "ICCP"}

func findInWebP(c *cursor) (bool, error) {
	end, err := readRIFF(c)
	if err != nil {
		return false, err
	}
	for c.pos < end {
		kind, length, err := readWebPHeader(c, end)
		if err != nil {
			return false, err
		}
		b, err := c.peek(int(min(length, bufferSize)))
		if err != nil {
			return false, err
		}
		switch {
		case kind == "EXIF" && exifSays(trimExifPrefix(b)), kind == "XMP " && xmpSays(b):
			return true, nil
		case kind != "EXIF" && kind != "XMP " && !slices.Contains(webpSilent, kind):
			return true, nil
		}
		if err := skipWebP(c, length, length, end); err != nil {
			return false, err
		}
	}
	return findTail(c)
}

// officeText says what is looked for in the texts of some parts.
type officeText struct {
	part  *regexp.Regexp
	names []string
}

var (
	officeParts = readOfficeParts()
	officeTexts = readOfficeTexts()
	pictureName = regexp.MustCompile(`\.(jpe?g|jfif|png|webp)$`)
)

func readOfficeParts() (all []*regexp.Regexp) {
	for _, p := range tables.Findings.Office.Parts {
		all = append(all, regexp.MustCompile(p.Part))
	}
	return all
}

func readOfficeTexts() (all []officeText) {
	for _, t := range tables.Findings.Office.Texts {
		all = append(all, officeText{regexp.MustCompile(t.Part), t.Says.list()})
	}
	return all
}

// findInOffice goes by the names that programs give to parts.
func findInOffice(src io.ReaderAt, size int64) (bool, error) {
	a, err := openArchive(src, size)
	if err != nil {
		return false, err
	}
	pictures, texts := 0, 0
	for _, e := range a.entries {
		name := foldASCII(e.name)
		if slices.ContainsFunc(officeParts, func(part *regexp.Regexp) bool { return part.MatchString(name) }) {
			return true, nil
		}
		found := false
		i := slices.IndexFunc(officeTexts, func(t officeText) bool { return t.part.MatchString(name) })
		switch {
		case i >= 0 && texts < maxTexts:
			texts++
			found, err = sound(findInText(a, e, officeTexts[i].names))
		case pictureName.MatchString(name) && pictures < maxPictures:
			pictures++
			found, err = sound(findInPicture(a, e))
		}
		if found || err != nil {
			return found, err
		}
	}
	return false, nil
}

func findInText(a *archive, e *entry, names []string) (bool, error) {
	b, err := a.readAll(e)
	return err == nil && propertySays(b, names), err
}

func findInPicture(a *archive, e *entry) (bool, error) {
	head, err := a.verify(e)
	if err != nil {
		return false, err
	}
	switch format := sniff(head); format {
	case JPEG, PNG, WebP:
		return findInImage(format, newCursor(a.content(e), e.size))
	}
	return false, nil
}

var xmpNames = tables.Findings.XMP.list()

func xmpSays(packet []byte) bool {
	return propertySays(packet, xmpNames)
}

// iptcSets are data sets of the second record of IPTC-IIM.
var iptcSets = tables.Findings.IPTC.Sets.numbers(10)

// iptcSays looks at data sets of IPTC-IIM: 1C, record, number, length, text.
func iptcSays(b []byte) bool {
	for len(b) >= 5 && b[0] == 0x1C {
		text := b[5:]
		text = text[:min(int(binary.BigEndian.Uint16(b[3:])), len(text))]
		if b[1] == 2 && iptcSets[uint16(b[2])] && hasText(text) {
			return true
		}
		b = b[5+len(text):]
	}
	return false
}

// photoshopSays looks at Photoshop's resources: "8BIM", id, name, length, data.
func photoshopSays(b []byte) bool {
	for len(b) >= 12 && string(b[:4]) == "8BIM" {
		id := binary.BigEndian.Uint16(b[4:])
		name := (int(b[6]) + 2) &^ 1 // with its length, padded
		if 10+name > len(b) {
			return false
		}
		length := int64(binary.BigEndian.Uint32(b[6+name:]))
		rest := b[10+name:]
		if resourceSays(id, rest[:min(length, int64(len(rest)))]) {
			return true
		}
		b = rest[min(length+length&1, int64(len(rest))):]
	}
	return false
}

func resourceSays(id uint16, data []byte) bool {
	switch id {
	case 0x0404:
		return iptcSays(data)
	case 0x0409, 0x040C: // thumbnails
		return true
	case 0x0422:
		return exifSays(data)
	case 0x0424:
		return xmpSays(data)
	}
	return false
}
