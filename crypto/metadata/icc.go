package metadata

import (
	"bytes"
	"encoding/binary"
)

// ICC profiles, ICC.1:2022 (version 4) and ICC.1:2001-04 (version 2): a header of 128 bytes, a table of tags, their
// data. A profile decides how the colours look, so it stays; but the profile of a screen carries its model, serial
// number and date of calibration. cleanProfile builds it anew from the tags that a colour transform reads.

const (
	iccHeader    = 128
	iccTagEntry  = 12     // signature, offset, size
	iccSignature = "acsp" // at byte 36
	// profileDate is 1970-01-01 00:00:00 as six 16-bit numbers.
	profileDate = "\x07\xb2\x00\x01\x00\x01\x00\x00\x00\x00\x00\x00"
)

// profileTags are the tags that a colour transform reads; all of them hold numbers only.
var profileTags = tables.ProfileTags.set()

// Description and copyright must be there; these stand in for them.
const (
	descriptionV2 = "desc\x00\x00\x00\x00" + "\x00\x00\x00\x04icc\x00" + // ASCII, with its final NUL
		"\x00\x00\x00\x00\x00\x00\x00\x00" + "\x00\x00\x00" // no Unicode, no ScriptCode …
	descriptionV2Rest = 67 // … whose 67 bytes are there all the same
	copyrightV2       = "text\x00\x00\x00\x00icc\x00"
	textV4            = "mluc\x00\x00\x00\x00" + "\x00\x00\x00\x01\x00\x00\x00\x0cenUS" + // one record of 12 bytes
		"\x00\x00\x00\x06\x00\x00\x00\x1c" + "\x00i\x00c\x00c" // 6 bytes at byte 28, UTF-16
)

// cleanProfile returns the profile without anything that does not bear on colour, or nil if it is not a sound profile of
// version 2 to 4 (and then decoders take the picture as sRGB, as they do with a broken profile).
func cleanProfile(p []byte) []byte {
	if len(p) < iccHeader+4 || string(p[36:40]) != iccSignature || p[8] < 2 || p[8] > 4 {
		return nil
	}
	size, count := int64(binary.BigEndian.Uint32(p)), int64(binary.BigEndian.Uint32(p[iccHeader:]))
	if size > int64(len(p)) || count > maxProfileTags || iccHeader+4+count*iccTagEntry > size {
		return nil
	}
	b := newProfileBuilder(p)
	for i := range count {
		entry := p[iccHeader+4+i*iccTagEntry:][:iccTagEntry]
		off, n := int64(binary.BigEndian.Uint32(entry[4:])), int64(binary.BigEndian.Uint32(entry[8:]))
		if off+n > size {
			return nil
		}
		if name := string(entry[:4]); profileTags[name] {
			b.add(name, p[off:off+n], entry[4:])
		}
		if int64(len(b.data)) > size {
			return nil // overlapping tags
		}
	}
	if p[8] == 2 {
		b.add("desc", append([]byte(descriptionV2), make([]byte, descriptionV2Rest)...), nil)
		b.add("cprt", []byte(copyrightV2), nil)
	} else {
		b.add("desc", []byte(textV4), nil)
		b.add("cprt", []byte(textV4), nil)
	}
	return b.bytes()
}

// profileBuilder lays the kept tags out one after the other, each from a multiple of 4.
type profileBuilder struct {
	header []byte
	table  []byte // of entries whose offsets count from the start of data
	data   []byte
	places map[string][]byte // place in the source → place in data, because tags may share their data
}

func newProfileBuilder(p []byte) *profileBuilder {
	h := bytes.Clone(p[:iccHeader])
	clear(h[4:8])             // preferred colour engine
	copy(h[24:], profileDate) // when it was made
	clear(h[40:44])           // platform
	clear(h[48:64])           // manufacturer, model and kind of the device
	clear(h[80:])             // creator, identifier, reserved bytes
	return &profileBuilder{header: h, places: map[string][]byte{}}
}

// add appends a tag. place, where not nil, is offset and size in the source.
func (b *profileBuilder) add(name string, data, place []byte) {
	at, shared := b.places[string(place)]
	if !shared {
		at = binary.BigEndian.AppendUint32(nil, uint32(len(b.data)))
		at = binary.BigEndian.AppendUint32(at, uint32(len(data)))
		b.data = append(b.data, data...)
		for len(b.data)%4 != 0 {
			b.data = append(b.data, 0)
		}
		if place != nil {
			b.places[string(place)] = at
		}
	}
	b.table = append(append(b.table, name...), at...)
}

func (b *profileBuilder) bytes() []byte {
	count := len(b.table) / iccTagEntry
	base := uint32(iccHeader + 4 + len(b.table))
	for i := range count {
		offset := b.table[i*iccTagEntry+4:]
		binary.BigEndian.PutUint32(offset, base+binary.BigEndian.Uint32(offset))
	}
	binary.BigEndian.PutUint32(b.header, base+uint32(len(b.data)))
	out := binary.BigEndian.AppendUint32(b.header, uint32(count))
	return append(append(out, b.table...), b.data...)
}
