package metadata

import (
	"bytes"
	"encoding/binary"
)

// Exif, CIPA DC-008: a TIFF structure. Of it only the orientation is kept, because without it a photograph lies on its
// side. Orientation 1 is upright and needs no tag.
const (
	orientationTag = 0x0112
	tiffShort      = 3 // field type: 16-bit unsigned
	tiffEntrySize  = 12
)

// exifPrefix stands before the TIFF structure in a JPEG segment, and by mistake in some WebP files.
const exifPrefix = "Exif\x00\x00"

// tiffOrder returns the byte order of a TIFF structure; nil if it does not begin as one.
func tiffOrder(tiff []byte) binary.ByteOrder {
	if len(tiff) < 8 {
		return nil
	}
	switch string(tiff[:4]) {
	case "II*\x00":
		return binary.LittleEndian
	case "MM\x00*":
		return binary.BigEndian
	}
	return nil
}

// readOrientation returns the orientation, 2 to 8, of a TIFF structure; 0 if it is upright, absent or not understood.
func readOrientation(tiff []byte) int {
	order := tiffOrder(tiff)
	if order == nil {
		return 0
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 0
	}
	count := int64(order.Uint16(tiff[at:]))
	for i := range count {
		from := at + 2 + i*tiffEntrySize
		if from+tiffEntrySize > int64(len(tiff)) {
			return 0
		}
		entry := tiff[from : from+tiffEntrySize]
		if order.Uint16(entry) != orientationTag {
			continue
		}
		value := int(order.Uint16(entry[8:]))
		if order.Uint16(entry[2:]) != tiffShort || order.Uint32(entry[4:]) != 1 || value < 2 || value > 8 {
			return 0
		}
		return value
	}
	return 0
}

// minimalTIFF is a big-endian TIFF structure of 26 bytes with one tag, the orientation.
func minimalTIFF(orientation int) []byte {
	b := []byte("MM\x00*\x00\x00\x00\x08") // header, first directory at byte 8
	b = append(b, 0, 1)                    // one entry
	b = append(b, orientationTag>>8, orientationTag&0xff, 0, tiffShort, 0, 0, 0, 1)
	b = append(b, 0, byte(orientation), 0, 0)
	return append(b, 0, 0, 0, 0) // no further directory
}

// exifSegment is the whole JPEG segment APP1 with only the orientation, 36 bytes.
func exifSegment(orientation int) []byte {
	return append([]byte("\xff\xe1\x00\x22"+exifPrefix), minimalTIFF(orientation)...)
}

// trimExifPrefix takes the JPEG prefix off, where a file of another format carries it.
func trimExifPrefix(b []byte) []byte {
	return bytes.TrimPrefix(b, []byte(exifPrefix))
}

const (
	exifDirectory = 0x8769
	gpsDirectory  = 0x8825
	userComment   = 0x9286
	gpsArea       = 0x001C
	tiffRational  = 5 // field type
)

// The directories are told apart because GPS counts its tags from 0.
var (
	imageTags     = tables.Findings.Exif.Image.numbers(16)
	gpsTags       = tables.Findings.Exif.GPS.numbers(16)
	thumbnailTags = tables.Findings.Exif.Thumbnail.numbers(16)
)

// tiffSizes are the bytes of one value, by field type.
var tiffSizes = [...]int64{0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8}

// exifWalk looks through the directories of a TIFF structure.
type exifWalk struct {
	b       []byte
	order   binary.ByteOrder
	visited int
	found   bool
}

// exifSays reports whether a TIFF structure says anything of people, places, times or devices.
func exifSays(b []byte) bool {
	order := tiffOrder(b)
	if order == nil {
		return false
	}
	w := &exifWalk{b: b, order: order}
	if second := w.directory(int64(order.Uint32(b[4:])), imageTags, true); second != 0 {
		w.directory(second, thumbnailTags, false)
	}
	return w.found
}

// directory looks through a directory, and through those that it leads to, and returns where the next one is.
func (w *exifWalk) directory(at int64, tags map[uint16]bool, leads bool) int64 {
	size := int64(len(w.b))
	if at+2 > size || w.visited == maxDirectories {
		return 0
	}
	w.visited++
	count := min(int64(w.order.Uint16(w.b[at:])), (size-at-2)/tiffEntrySize)
	for i := range count {
		w.entry(w.b[at+2+i*tiffEntrySize:][:tiffEntrySize], tags, leads)
	}
	if end := at + 2 + count*tiffEntrySize; end+4 <= size {
		return int64(w.order.Uint32(w.b[end:]))
	}
	return 0
}

func (w *exifWalk) entry(e []byte, tags map[uint16]bool, leads bool) {
	tag, kind, value := w.order.Uint16(e), w.order.Uint16(e[2:]), int64(w.order.Uint32(e[8:]))
	switch {
	case leads && tag == exifDirectory:
		w.directory(value, imageTags, true)
		return
	case leads && tag == gpsDirectory:
		w.directory(value, gpsTags, false)
		return
	case !tags[tag]:
		return
	}
	size := int64(w.order.Uint32(e[4:]))
	if int(kind) < len(tiffSizes) {
		size *= tiffSizes[kind]
	}
	from := e[8:]
	if size > 4 {
		from = w.b[min(value, int64(len(w.b))):]
	}
	w.found = w.found || tagSays(tag, kind, from[:min(size, int64(len(from)))])
}

// tagSays reports whether a value is more than a blank. Cameras without a position write 0/0.
func tagSays(tag, kind uint16, value []byte) bool {
	if kind == 1 || kind == 2 || kind == 7 { // texts
		if tag == userComment || tag == gpsArea {
			value = value[min(8, len(value)):] // behind the name of a character set
		}
		return hasText(value)
	}
	for i, x := range value {
		if x != 0 && (kind != tiffRational || i%8 > 3) {
			return true
		}
	}
	return false
}
