package metadata

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// JPEG markers, ITU-T T.81 table B.1, by their second byte.
const (
	markerTEM  = 0x01
	markerSOF0 = 0xC0
	markerDHT  = 0xC4
	markerJPG  = 0xC8
	markerDAC  = 0xCC
	markerSOFF = 0xCF
	markerRST0 = 0xD0
	markerRST7 = 0xD7
	markerSOI  = 0xD8
	markerEOI  = 0xD9
	markerSOS  = 0xDA
	markerDQT  = 0xDB
	markerEXP  = 0xDF
	markerAPP0 = 0xE0
	markerAPP1 = 0xE1
	markerAPP2 = 0xE2
	markerAPPC = 0xEC
	markerAPPD = 0xED
	markerAPPE = 0xEE
	markerAPPF = 0xEF
	markerCOM  = 0xFE
)

const (
	jfifTag  = "JFIF\x00"
	adobeTag = "Adobe"
	iccTag   = "ICC_PROFILE\x00"
	// iccPart is the most profile bytes in one APP2 segment: 65,535 less length, tag, number and count.
	iccPart = 65535 - 2 - len(iccTag) - 2
)

// jpegPlan collects what is kept of a JPEG file, segment by segment.
type jpegPlan struct {
	c           *cursor
	body        layout // frames, tables and scans
	jfif        []byte // the JFIF segment without its thumbnail
	exifSeen    bool
	orientation int
	profile     jpegProfile
	frame, scan bool // a frame header, a scan has been seen
}

// planJPEG keeps what T.81 needs to decode the picture, and the colour of it: SOI, JFIF, Exif with nothing but the
// orientation, the ICC profile, then tables, frames and scans as they stand, up to the first EOI.
func planJPEG(c *cursor) (*layout, error) {
	if err := skipStart(c); err != nil {
		return nil, err
	}
	p := &jpegPlan{c: c}
	for {
		marker, err := readMarker(c)
		if err != nil {
			return nil, err
		}
		if marker == markerEOI {
			return p.assemble()
		}
		if err := p.segment(marker); err != nil {
			return nil, err
		}
	}
}

// skipStart moves past SOI.
func skipStart(c *cursor) error {
	soi, err := c.next(2)
	if err == nil && (soi[0] != 0xFF || soi[1] != markerSOI) {
		err = fmt.Errorf("%w: no JPEG start", ErrMalformed)
	}
	return err
}

// readMarker moves past the next marker and the fill bytes before it (T.81 B.1.1.2).
func readMarker(c *cursor) (byte, error) {
	b, err := c.next(2)
	if err != nil {
		return 0, err
	}
	if b[0] != 0xFF {
		return 0, fmt.Errorf("%w: no JPEG marker at byte %d", ErrMalformed, c.pos-2)
	}
	code := b[1]
	for code == 0xFF {
		if b, err = c.next(1); err != nil {
			return 0, err
		}
		code = b[0]
	}
	return code, nil
}

// readSegment moves past the segment of a marker that was just read, and returns all behind the marker.
func readSegment(c *cursor) ([]byte, error) {
	head, err := c.peek(2)
	if err != nil {
		return nil, err
	}
	if len(head) < 2 || binary.BigEndian.Uint16(head) < 2 {
		return nil, fmt.Errorf("%w: length of a JPEG segment", ErrMalformed)
	}
	return c.next(int(binary.BigEndian.Uint16(head)))
}

// segment handles the segment whose marker was just read.
func (p *jpegPlan) segment(marker byte) error {
	if marker == 0 || marker == markerTEM || marker >= markerRST0 && marker <= markerSOI {
		return fmt.Errorf("%w: marker %#x out of place", ErrMalformed, marker)
	}
	start := p.c.pos - 2
	b, err := readSegment(p.c)
	if err != nil {
		return err
	}
	length := int64(len(b))
	switch payload := b[2:]; {
	case marker >= markerAPP0 && marker <= markerAPPF:
		return p.application(marker, payload)
	case marker == markerCOM:
		return nil
	case marker == markerSOS:
		p.scan = true
		end, err := skipScan(p.c)
		if err != nil {
			return err
		}
		return p.body.copy(start, end-start)
	case marker == markerJPG || marker < markerSOF0 || marker > markerEXP:
		return fmt.Errorf("%w: JPEG marker %#x", ErrUnsupported, marker)
	case marker <= markerSOFF && marker != markerDHT && marker != markerDAC:
		p.frame = true
	}
	return p.body.copy(start, 2+length)
}

// application keeps what the colours and the upright position hang on. Decoders look at it before the first scan only.
func (p *jpegPlan) application(marker byte, payload []byte) error {
	if p.scan {
		return nil
	}
	switch {
	case marker == markerAPP0 && p.jfif == nil && len(payload) >= 14 && bytes.HasPrefix(payload, []byte(jfifTag)):
		p.jfif = append([]byte{0xFF, markerAPP0, 0, 16}, payload[:12]...)
		p.jfif = append(p.jfif, 0, 0) // thumbnail of 0 × 0 pixels
	case marker == markerAPP1 && !p.exifSeen && bytes.HasPrefix(payload, []byte(exifPrefix)):
		p.exifSeen = true
		p.orientation = readOrientation(payload[len(exifPrefix):])
	case marker == markerAPP2 && bytes.HasPrefix(payload, []byte(iccTag)):
		return p.profile.add(payload[len(iccTag):])
	case marker == markerAPPE && len(payload) >= 12 && bytes.HasPrefix(payload, []byte(adobeTag)):
		return p.body.literal(append([]byte{0xFF, markerAPPE, 0, 14}, payload[:12]...)...)
	}
	return nil
}

// skipScan moves past entropy-coded data: everything up to a marker other than RSTn. FF 00 is a data byte, and FF before
// FF is fill. It returns where the data ends; fill bytes may stand between that and the cursor.
func skipScan(c *cursor) (int64, error) {
	run := int64(-1) // where a run of FF began
	for {
		b, err := c.window()
		if err != nil {
			return 0, err
		}
		i := bytes.IndexByte(b, 0xFF)
		if i < 0 {
			if err := c.skip(int64(max(len(b), 1))); err != nil {
				return 0, err
			}
			continue
		}
		if err := c.skip(int64(i)); err != nil {
			return 0, err
		}
		if b, err = c.peek(2); err != nil {
			return 0, err
		}
		if run < 0 {
			run = c.pos
		}
		step := int64(2)
		switch {
		case len(b) < 2:
			return 0, c.short()
		case b[1] == 0xFF:
			step = 1
		case b[1] == 0 || b[1] >= markerRST0 && b[1] <= markerRST7:
			run = -1
		default:
			return run, nil
		}
		if err := c.skip(step); err != nil {
			return 0, err
		}
	}
}

// assemble puts the parts in their order. It stops at the first EOI, so that second pictures, videos and whatever an
// editor left behind a shortened file are not copied.
func (p *jpegPlan) assemble() (*layout, error) {
	if !p.frame || !p.scan {
		return nil, fmt.Errorf("%w: JPEG without a picture", ErrMalformed)
	}
	head := []byte{0xFF, markerSOI}
	head = append(head, p.jfif...)
	if p.orientation != 0 {
		head = append(head, exifSegment(p.orientation)...)
	}
	head = append(head, p.profile.segments()...)
	l := &layout{pieces: []piece{{literal: head}}}
	for _, piece := range p.body.pieces {
		if err := l.add(piece); err != nil {
			return nil, err
		}
	}
	return l, l.literal(0xFF, markerEOI)
}

// jpegProfile gathers an ICC profile from APP2 segments (ICC.1:2022, B.4): number, count, bytes.
type jpegProfile struct {
	parts [256][]byte // by number, from 1
	count byte
	size  int
	bad   bool // segments that contradict each other: no profile
}

func (p *jpegProfile) add(b []byte) error {
	if len(b) < 2 || b[0] == 0 || b[0] > b[1] || p.count != 0 && b[1] != p.count || p.parts[b[0]] != nil {
		p.bad = true
		return nil
	}
	p.count = b[1]
	p.size += len(b) - 2
	if p.size > maxProfile {
		return fmt.Errorf("%w: ICC profile", ErrTooLarge)
	}
	p.parts[b[0]] = append([]byte{}, b[2:]...)
	return nil
}

// segments returns the cleaned profile as APP2 segments, or nothing if there is no sound profile.
func (p *jpegProfile) segments() []byte {
	if p.bad {
		return nil
	}
	var profile []byte
	for i := 1; i <= int(p.count); i++ {
		if p.parts[i] == nil {
			return nil
		}
		profile = append(profile, p.parts[i]...)
	}
	profile = cleanProfile(profile)
	count := (len(profile) + iccPart - 1) / iccPart
	var out []byte
	for i := range count {
		part := profile[i*iccPart : min((i+1)*iccPart, len(profile))]
		out = append(out, 0xFF, markerAPP2)
		out = binary.BigEndian.AppendUint16(out, uint16(2+len(iccTag)+2+len(part)))
		out = append(out, iccTag...)
		out = append(out, byte(i+1), byte(count))
		out = append(out, part...)
	}
	return out
}
