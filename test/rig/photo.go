package rig

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/jpeg"
	"testing"
)

// HiddenDetail stands in the hidden places of the photograph that the browser
// sends.
const HiddenDetail = "Hidden Camera 35.4437 N"

// JPEGHead makes a file take the way of those whose metadata is taken out: it
// is read more than once, so it lies on disk in between.
const JPEGHead = "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"

// Photo is a JPEG that tells where it was taken.
func Photo(t testing.TB, canary string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 64)), nil); err != nil {
		t.Fatal(err)
	}
	exif := "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x0f\x00\x02" + string([]byte{0, 0, 0, byte(len(canary) + 1)}) + "\x00\x00\x00\x1a\x00\x00\x00\x00" + canary + "\x00"
	segment := append([]byte{0xff, 0xe1, byte((len(exif) + 2) >> 8), byte(len(exif) + 2)}, exif...)
	comment := append([]byte{0xff, 0xfe, 0, byte(len(canary) + 2)}, canary...)
	plain := b.Bytes()
	return append(append(append(bytes.Clone(plain[:2]), segment...), comment...), plain[2:]...)
}

// Located is a photograph whose hidden details say where it was taken.
func Located(t testing.TB, canary string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, noisy(64), nil); err != nil {
		t.Fatal(err)
	}
	const gps, rationals, text = 38, 68, 92 // where they begin
	tiff := []byte("MM\x00*\x00\x00\x00\x08")
	tiff = directory(tiff, [4]uint32{0x010f, 2, uint32(len(canary) + 1), text}, [4]uint32{0x8825, 4, 1, gps})
	tiff = directory(tiff, [4]uint32{1, 2, 2, 'N' << 24}, [4]uint32{2, 5, 3, rationals})
	for _, part := range []uint32{35, 1, 26, 1, 3732, 100} {
		tiff = binary.BigEndian.AppendUint32(tiff, part)
	}
	exif := append(append([]byte("Exif\x00\x00"), tiff...), canary+"\x00"...)
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(exif)+2))
	plain := b.Bytes()
	return append(append(append(bytes.Clone(plain[:2]), segment...), exif...), plain[2:]...)
}

// directory appends a TIFF directory of entries of tag, type, count and value.
func directory(to []byte, entries ...[4]uint32) []byte {
	to = binary.BigEndian.AppendUint16(to, uint16(len(entries)))
	for _, e := range entries {
		to = binary.BigEndian.AppendUint16(to, uint16(e[0]))
		to = binary.BigEndian.AppendUint16(to, uint16(e[1]))
		to = binary.BigEndian.AppendUint32(to, e[2])
		to = binary.BigEndian.AppendUint32(to, e[3])
	}
	return binary.BigEndian.AppendUint32(to, 0)
}

// noisy is a picture that no two parts of are the same.
func noisy(size int) *image.Gray {
	picture := image.NewGray(image.Rect(0, 0, size, size))
	for i := range picture.Pix {
		picture.Pix[i] = byte(i*i>>3 ^ i>>2)
	}
	return picture
}
