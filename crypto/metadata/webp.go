package metadata

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Flags in the first byte of a VP8X chunk (RFC 9649, 2.7).
const (
	webpAnimated = 1 << 1
	webpExif     = 1 << 3
	webpAlpha    = 1 << 4
	webpProfile  = 1 << 5
)

const (
	riffHeader  = 12 // "RIFF", size, "WEBP"
	riffChunk   = 8  // FourCC, size
	vp8xSize    = 10 // flags, 24 reserved bits, canvas
	animSize    = 6  // background, loop count
	frameHeader = 16 // ANMF before its chunks
)

// webpPlan collects what is kept of a WebP file, chunk by chunk.
type webpPlan struct {
	c           *cursor
	end         int64 // of the RIFF chunk
	out         layout
	flags       int // index of the VP8X chunk in out; -1 for the simple format
	vp8x        []byte
	exifSeen    bool
	orientation int
	profileSeen bool
	profile     bool // a profile is kept
	picture     bool
}

// planWebP keeps the picture chunks, the animation and the ICC profile, and of EXIF the orientation. Bytes after the
// RIFF chunk are not copied.
func planWebP(c *cursor) (*layout, error) {
	end, err := readRIFF(c)
	if err != nil {
		return nil, err
	}
	p := &webpPlan{c: c, end: end, flags: -1}
	if _, err := p.out.reserve(); err != nil {
		return nil, err
	}
	for first := true; c.pos < p.end; first = false {
		kind, length, err := readWebPHeader(c, p.end)
		if err != nil {
			return nil, err
		}
		if err := p.chunk(kind, length, first); err != nil {
			return nil, err
		}
		if p.flags < 0 {
			break // the simple format is one chunk
		}
	}
	return p.finish()
}

// readRIFF moves past the RIFF header and returns where the RIFF chunk ends.
func readRIFF(c *cursor) (int64, error) {
	head, err := c.next(riffHeader)
	if err != nil {
		return 0, err
	}
	end := 8 + int64(binary.LittleEndian.Uint32(head[4:]))
	if string(head[:4]) != "RIFF" || string(head[8:]) != "WEBP" || end < riffHeader || end > c.size {
		return 0, fmt.Errorf("%w: RIFF header", ErrMalformed)
	}
	return end, nil
}

// readWebPHeader reads FourCC and size of a chunk that must end before end.
func readWebPHeader(c *cursor, end int64) (kind string, length int64, err error) {
	b, err := c.next(riffChunk)
	if err != nil {
		return "", 0, err
	}
	kind, length = string(b[:4]), int64(binary.LittleEndian.Uint32(b[4:]))
	if length > end-c.pos {
		return "", 0, fmt.Errorf("%w: WebP chunk %q", ErrMalformed, kind)
	}
	return kind, length, nil
}

// skipWebP moves past the rest of a chunk of which n bytes are left, and its padding, which the last chunk may lack.
func skipWebP(c *cursor, n, length, end int64) error {
	if length%2 == 1 && n < end-c.pos {
		n++
	}
	return c.skip(n)
}

// chunk handles the chunk whose header was just read.
func (p *webpPlan) chunk(kind string, length int64, first bool) error {
	if first && kind != "VP8X" && kind != "VP8 " && kind != "VP8L" || !first && kind == "VP8X" {
		return fmt.Errorf("%w: WebP chunk %q out of place", ErrMalformed, kind)
	}
	switch kind {
	case "VP8X":
		return p.extended(length)
	case "VP8 ", "VP8L", "ALPH":
		p.picture = p.picture || kind != "ALPH"
		return p.keep(length, p.end)
	case "ANIM":
		return p.animation(length)
	case "ANMF":
		return p.frame(length)
	case "ICCP":
		return p.iccp(length)
	case "EXIF":
		return p.exif(length)
	}
	return skipWebP(p.c, length, length, p.end)
}

// extended reads VP8X. It is filled in at the end, when the flags are known.
func (p *webpPlan) extended(length int64) error {
	if length != vp8xSize {
		return fmt.Errorf("%w: VP8X", ErrMalformed)
	}
	b, err := p.c.take(length)
	if err != nil {
		return err
	}
	p.vp8x = b
	p.flags, err = p.out.reserve()
	return err
}

// keep copies a chunk, with a zero for its padding.
func (p *webpPlan) keep(length, end int64) error {
	if err := p.out.copy(p.c.pos-riffChunk, riffChunk+length); err != nil {
		return err
	}
	if length%2 == 1 {
		if err := p.out.literal(0); err != nil {
			return err
		}
	}
	return skipWebP(p.c, length, length, end)
}

func (p *webpPlan) animation(length int64) error {
	b, err := p.c.peek(animSize)
	if err != nil {
		return err
	}
	if length < animSize || len(b) < animSize {
		return fmt.Errorf("%w: ANIM", ErrMalformed)
	}
	if err := p.out.literal(webpChunk("ANIM", b)...); err != nil {
		return err
	}
	return skipWebP(p.c, length, length, p.end)
}

// frame keeps an ANMF chunk with only its picture chunks.
func (p *webpPlan) frame(length int64) error {
	if length < frameHeader {
		return fmt.Errorf("%w: ANMF", ErrMalformed)
	}
	end := p.c.pos + length
	head, err := p.out.reserve()
	if err != nil {
		return err
	}
	if err := p.out.copy(p.c.pos, frameHeader); err != nil {
		return err
	}
	if err := p.c.skip(frameHeader); err != nil {
		return err
	}
	size := int64(frameHeader)
	for p.c.pos < end {
		kind, n, err := readWebPHeader(p.c, end)
		if err != nil {
			return err
		}
		if kind != "VP8 " && kind != "VP8L" && kind != "ALPH" {
			if err := skipWebP(p.c, n, n, end); err != nil {
				return err
			}
			continue
		}
		p.picture = p.picture || kind != "ALPH"
		if err := p.keep(n, end); err != nil {
			return err
		}
		size += riffChunk + n + n%2
	}
	p.out.fill(head, webpHeader("ANMF", size))
	return skipWebP(p.c, 0, length, p.end)
}

// iccp rewrites the first profile.
func (p *webpPlan) iccp(length int64) error {
	if length > maxProfile {
		return fmt.Errorf("%w: ICC profile", ErrTooLarge)
	}
	if p.profileSeen {
		return skipWebP(p.c, length, length, p.end)
	}
	p.profileSeen = true
	b, err := p.c.take(length)
	if err != nil {
		return err
	}
	if b = cleanProfile(b); b != nil {
		p.profile = true
		if err := p.out.literal(webpChunk("ICCP", b)...); err != nil {
			return err
		}
	}
	return skipWebP(p.c, 0, length, p.end)
}

// exif reads the orientation of the first EXIF chunk.
func (p *webpPlan) exif(length int64) error {
	if !p.exifSeen {
		p.exifSeen = true
		b, err := p.c.peek(int(min(length, maxExif)))
		if err != nil {
			return err
		}
		p.orientation = readOrientation(trimExifPrefix(b))
	}
	return skipWebP(p.c, length, length, p.end)
}

// finish fills in what had to wait: the flags, the orientation (EXIF comes last, RFC 9649 2.7) and the size.
func (p *webpPlan) finish() (*layout, error) {
	if !p.picture {
		return nil, fmt.Errorf("%w: WebP without a picture", ErrMalformed)
	}
	if p.flags >= 0 {
		flags := p.vp8x[0] & (webpAnimated | webpAlpha)
		if p.profile {
			flags |= webpProfile
		}
		if p.orientation != 0 {
			flags |= webpExif
			if err := p.out.literal(webpChunk("EXIF", minimalTIFF(p.orientation))...); err != nil {
				return nil, err
			}
		}
		head := append([]byte{flags, 0, 0, 0}, p.vp8x[4:]...)
		p.out.fill(p.flags, webpChunk("VP8X", head))
	}
	size := p.out.size() + riffHeader - 8
	if size > math.MaxUint32 {
		return nil, fmt.Errorf("%w: WebP", ErrTooLarge)
	}
	p.out.fill(0, append(webpHeader("RIFF", size), "WEBP"...))
	return &p.out, nil
}

func webpHeader(kind string, size int64) []byte {
	return binary.LittleEndian.AppendUint32([]byte(kind), uint32(size))
}

// webpChunk is a whole chunk, padded to an even length.
func webpChunk(kind string, data []byte) []byte {
	b := append(webpHeader(kind, int64(len(data))), data...)
	if len(data)%2 == 1 {
		b = append(b, 0)
	}
	return b
}
