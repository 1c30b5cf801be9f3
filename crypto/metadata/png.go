package metadata

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/adler32"
	"hash/crc32"
	"io"
)

const (
	pngSignature = "\x89PNG\r\n\x1a\n"
	pngName      = "icc" // the name that every ICC profile gets
)

// pngKept are the chunks that are copied, with the longest data they may have; -1 is any length. A longer one is dropped.
// IHDR, iCCP, eXIf and IEND are not copied but handled.
var pngKept = tables.PNG.Longest

// pngPlan collects what is kept of a PNG file, chunk by chunk.
type pngPlan struct {
	c           *cursor
	out         layout
	exifAt      int // where the orientation goes: before the first IDAT; 0 until then
	exifSeen    bool
	orientation int
	profileSeen bool
}

// planPNG keeps the chunks of pngKept in their order, an ICC profile, and of eXIf, wherever it stands, the orientation.
func planPNG(c *cursor) (*layout, error) {
	b, err := c.next(len(pngSignature))
	if err != nil {
		return nil, err
	}
	if string(b) != pngSignature {
		return nil, fmt.Errorf("%w: no PNG signature", ErrMalformed)
	}
	p := &pngPlan{c: c}
	if err := p.out.copy(0, int64(len(pngSignature))); err != nil {
		return nil, err
	}
	for first := true; ; first = false {
		kind, length, err := readChunkHeader(c)
		if err != nil {
			return nil, err
		}
		if first != (kind == "IHDR") {
			return nil, fmt.Errorf("%w: PNG chunk %q out of place", ErrMalformed, kind)
		}
		if kind == "IEND" {
			return p.end()
		}
		if err := p.chunk(kind, length); err != nil {
			return nil, err
		}
	}
}

// readChunkHeader moves past length and type of a chunk, all of which must be there.
func readChunkHeader(c *cursor) (kind string, length int64, err error) {
	b, err := c.next(8)
	if err != nil {
		return "", 0, err
	}
	length, kind = int64(binary.BigEndian.Uint32(b)), string(b[4:])
	if length+4 > c.left() || !isChunkName(kind) {
		return "", 0, fmt.Errorf("%w: PNG chunk %q at byte %d", ErrMalformed, kind, c.pos-8)
	}
	return kind, length, nil
}

func isChunkName(s string) bool {
	for _, c := range []byte(s) {
		if c|0x20 < 'a' || c|0x20 > 'z' {
			return false
		}
	}
	return true
}

// chunk handles the chunk whose length and type were just read.
func (p *pngPlan) chunk(kind string, length int64) error {
	switch kind {
	case "IHDR":
		return p.header(length)
	case "eXIf":
		return p.exif(length)
	case "iCCP":
		return p.profile(length)
	case "IDAT":
		if p.exifAt == 0 {
			var err error
			if p.exifAt, err = p.out.reserve(); err != nil {
				return err
			}
		}
	}
	limit, kept := pngKept[kind]
	critical := kind[0]&0x20 == 0
	switch {
	case critical && !kept:
		return fmt.Errorf("%w: PNG chunk %q", ErrUnsupported, kind)
	case critical && limit >= 0 && length > limit:
		return fmt.Errorf("%w: length of PNG chunk %q", ErrMalformed, kind)
	case kept && (limit < 0 || length <= limit):
		if err := p.out.copy(p.c.pos-8, 8+length+4); err != nil {
			return err
		}
	}
	return p.c.skip(length + 4)
}

func (p *pngPlan) header(length int64) error {
	data, err := p.checked("IHDR", length, 13)
	if err != nil {
		return err
	}
	if len(data) != 13 {
		return fmt.Errorf("%w: PNG header", ErrMalformed)
	}
	return p.out.copy(int64(len(pngSignature)), 8+13+4)
}

// exif reads the orientation of the first eXIf chunk.
func (p *pngPlan) exif(length int64) error {
	if p.exifSeen {
		return p.c.skip(length + 4)
	}
	p.exifSeen = true
	data, err := p.checked("eXIf", length, maxExif)
	if err != nil {
		return err
	}
	p.orientation = readOrientation(trimExifPrefix(data))
	return nil
}

// profile rewrites the first iCCP chunk: profile name, NUL, method 0, zlib stream.
func (p *pngPlan) profile(length int64) error {
	if length > maxProfile {
		return fmt.Errorf("%w: ICC profile", ErrTooLarge)
	}
	if p.profileSeen {
		return p.c.skip(length + 4)
	}
	p.profileSeen = true
	data, err := p.checked("iCCP", length, maxProfile)
	if err != nil {
		return err
	}
	name := bytes.IndexByte(data, 0)
	if name < 1 || name > 79 || name+2 > len(data) || data[name+1] != 0 {
		return nil
	}
	profile, err := inflateZlib(data[name+2:], maxProfile)
	if err != nil {
		return err
	}
	if profile = cleanProfile(profile); profile == nil {
		return nil
	}
	return p.out.literal(pngChunk("iCCP", append([]byte(pngName+"\x00\x00"), storeZlib(profile)...))...)
}

// checked reads the data of a chunk and its CRC. Data longer than limit, or that fails the CRC, is nil, as decoders
// ignore an ancillary chunk with a wrong CRC.
func (p *pngPlan) checked(kind string, length, limit int64) ([]byte, error) {
	if length > limit {
		return nil, p.c.skip(length + 4)
	}
	data, err := p.c.take(length + 4)
	if err != nil {
		return nil, err
	}
	data, sum := data[:length], binary.BigEndian.Uint32(data[length:])
	if crc32.Update(crc32.ChecksumIEEE([]byte(kind)), crc32.IEEETable, data) != sum {
		return nil, nil
	}
	return data, nil
}

// end closes the layout. What follows IEND is not copied.
func (p *pngPlan) end() (*layout, error) {
	if p.exifAt == 0 {
		return nil, fmt.Errorf("%w: PNG without a picture", ErrMalformed)
	}
	if p.orientation != 0 {
		p.out.fill(p.exifAt, pngChunk("eXIf", minimalTIFF(p.orientation)))
	}
	return &p.out, p.out.literal(pngChunk("IEND", nil)...)
}

func pngChunk(kind string, data []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(append(b, kind...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// inflateZlib unpacks a whole zlib stream (RFC 1950) of up to limit bytes; nil if it is damaged or followed by anything.
func inflateZlib(b []byte, limit int) ([]byte, error) {
	in := bytes.NewReader(b)
	z, err := zlib.NewReader(in)
	if err != nil {
		return nil, nil
	}
	out, err := io.ReadAll(io.LimitReader(z, int64(limit)+1))
	if len(out) > limit {
		return nil, fmt.Errorf("%w: zlib stream", ErrTooLarge)
	}
	if err != nil || in.Len() > 0 {
		return nil, nil
	}
	return out, nil
}

// storeZlib packs b as stored blocks of up to 65,535 bytes, the same on every machine.
func storeZlib(b []byte) []byte {
	out := []byte{0x78, 0x01}
	for rest := b; ; {
		n := min(len(rest), 65535)
		last := byte(0)
		if n == len(rest) {
			last = 1
		}
		out = append(out, last)
		out = binary.LittleEndian.AppendUint16(out, uint16(n))
		out = binary.LittleEndian.AppendUint16(out, ^uint16(n))
		out = append(out, rest[:n]...)
		if rest = rest[n:]; last == 1 {
			return binary.BigEndian.AppendUint32(out, adler32.Checksum(b))
		}
	}
}
