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

// readOrientation returns the orientation, 2 to 8, of a TIFF structure; 0 if it is upright, absent or not understood.
func readOrientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
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
