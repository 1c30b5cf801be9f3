package metadata

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// ZIP structures, APPNOTE 6.3: signatures, lengths without their variable parts.
const (
	localSignature     = "PK\x03\x04"
	directorySignature = "PK\x01\x02"
	endSignature       = "PK\x05\x06"
	localSize          = 30
	directorySize      = 46
	endSize            = 22
	maxComment         = 1<<16 - 1
)

// General purpose flags.
const (
	flagEncrypted  = 1<<0 | 1<<6 | 1<<13
	flagLevel      = 1<<1 | 1<<2 // of compression; says nothing to a reader
	flagDescriptor = 1 << 3
	flagUTF8       = 1 << 11
)

const (
	methodStored   = 0
	methodDeflated = 8
)

// entry is one file of an archive.
type entry struct {
	name   string
	flags  uint16
	method uint16
	crc    uint32
	packed int64 // bytes in the archive
	size   int64 // bytes unpacked
	local  int64 // offset of the local header
	data   int64 // offset of the packed bytes
}

// archive is a ZIP container that was read strictly: one that two readers could take for two different things is
// refused. The standard reader accepts more (other bytes in front, entries without end, local headers that say something
// else) and allocates for whatever it finds.
type archive struct {
	src     io.ReaderAt
	size    int64
	entries []*entry // in the order of their data; directories are left out
	names   map[string]*entry
}

// openArchive reads the directory and checks every local header against it.
func openArchive(src io.ReaderAt, size int64) (*archive, error) {
	a := &archive{src: src, size: size, names: map[string]*entry{}}
	at, length, count, err := a.directory()
	if err != nil {
		return nil, err
	}
	c := newCursor(src, at+length)
	if err := c.skip(at); err != nil {
		return nil, err
	}
	all := make([]*entry, 0, count)
	for range count {
		e, err := readEntry(c)
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	if c.left() != 0 {
		return nil, fmt.Errorf("%w: length of the ZIP directory", ErrMalformed)
	}
	slices.SortStableFunc(all, func(a, b *entry) int { return cmp.Compare(a.local, b.local) })
	if err := a.checkLocals(all, at); err != nil {
		return nil, err
	}
	return a, a.index(all)
}

// directory finds the central directory: where, how long in bytes, how many entries.
func (a *archive) directory() (at, length int64, count int, err error) {
	tail := make([]byte, min(a.size, endSize+maxComment))
	base := a.size - int64(len(tail))
	if err := readAt(a.src, tail, base); err != nil {
		return 0, 0, 0, err
	}
	i := len(tail) - endSize
	for ; i >= 0; i-- {
		comment := len(tail) - i - endSize
		if string(tail[i:i+4]) == endSignature && int(binary.LittleEndian.Uint16(tail[i+20:])) == comment {
			break
		}
	}
	if i < 0 {
		return 0, 0, 0, fmt.Errorf("%w: no end of ZIP directory", ErrMalformed)
	}
	end := tail[i:]
	count = int(binary.LittleEndian.Uint16(end[10:]))
	length, at = int64(binary.LittleEndian.Uint32(end[12:])), int64(binary.LittleEndian.Uint32(end[16:]))
	switch {
	case count == 1<<16-1 || length == 1<<32-1 || at == 1<<32-1:
		return 0, 0, 0, fmt.Errorf("%w: ZIP64", ErrUnsupported)
	case count > maxEntries:
		return 0, 0, 0, fmt.Errorf("%w: %d entries", ErrTooLarge, count)
	case !bytes.Equal(end[4:8], make([]byte, 4)) || int(binary.LittleEndian.Uint16(end[8:])) != count:
		return 0, 0, 0, fmt.Errorf("%w: ZIP archive in several volumes", ErrMalformed)
	case at+length != base+int64(i):
		return 0, 0, 0, fmt.Errorf("%w: place of the ZIP directory", ErrMalformed)
	}
	return at, length, count, nil
}

// readEntry reads one directory header. Extra fields and comments are passed over.
func readEntry(c *cursor) (*entry, error) {
	b, err := c.next(directorySize)
	if err != nil {
		return nil, err
	}
	if string(b[:4]) != directorySignature {
		return nil, fmt.Errorf("%w: ZIP directory", ErrMalformed)
	}
	e := &entry{
		flags:  binary.LittleEndian.Uint16(b[8:]),
		method: binary.LittleEndian.Uint16(b[10:]),
		crc:    binary.LittleEndian.Uint32(b[16:]),
		packed: int64(binary.LittleEndian.Uint32(b[20:])),
		size:   int64(binary.LittleEndian.Uint32(b[24:])),
		local:  int64(binary.LittleEndian.Uint32(b[42:])),
	}
	name := int(binary.LittleEndian.Uint16(b[28:]))
	rest := int64(binary.LittleEndian.Uint16(b[30:])) + int64(binary.LittleEndian.Uint16(b[32:]))
	volume := binary.LittleEndian.Uint16(b[34:])
	if name > maxName {
		return nil, fmt.Errorf("%w: name of a ZIP entry", ErrTooLarge)
	}
	if b, err = c.next(name); err != nil {
		return nil, err
	}
	e.name = string(b)
	if volume != 0 {
		return nil, fmt.Errorf("%w: ZIP archive in several volumes", ErrMalformed)
	}
	if err := e.check(); err != nil {
		return nil, err
	}
	return e, c.skip(rest)
}

// check refuses entries that cannot be read, or that should not be.
func (e *entry) check() error {
	const marker = 1<<32 - 1
	switch {
	case e.flags&flagEncrypted != 0:
		return fmt.Errorf("%w: encrypted ZIP entry", ErrMalformed)
	case e.packed == marker || e.size == marker || e.local == marker:
		return fmt.Errorf("%w: ZIP64", ErrUnsupported)
	case e.flags&^(flagLevel|flagDescriptor|flagUTF8) != 0:
		return fmt.Errorf("%w: ZIP flags %#x", ErrUnsupported, e.flags)
	case e.method != methodStored && e.method != methodDeflated:
		return fmt.Errorf("%w: ZIP method %d", ErrUnsupported, e.method)
	case e.method == methodStored && e.packed != e.size:
		return fmt.Errorf("%w: sizes of a stored ZIP entry", ErrMalformed)
	case !safeName(e.name, e.flags&flagUTF8 != 0):
		return fmt.Errorf("%w: name of a ZIP entry", ErrMalformed)
	case e.directory() && e.size != 0:
		return fmt.Errorf("%w: ZIP directory entry with content", ErrMalformed)
	}
	return nil
}

func (e *entry) directory() bool {
	return strings.HasSuffix(e.name, "/")
}

// safeName reports whether name is a relative path that means the same everywhere. Without the UTF-8 flag it must be ASCII.
func safeName(name string, utf bool) bool {
	if !utf8.ValidString(name) {
		return false
	}
	for _, c := range []byte(name) {
		if c < 0x20 || c == 0x7f || c == '\\' || c >= utf8.RuneSelf && !utf {
			return false
		}
	}
	for part := range strings.SplitSeq(strings.TrimSuffix(name, "/"), "/") {
		if part == "" || part == "." || part == ".." {
			return false
		}
	}
	return true
}

// checkLocals reads the local headers in the order of the entries, which must not overlap. directory is where the
// central directory starts.
func (a *archive) checkLocals(all []*entry, directory int64) error {
	c := newCursor(a.src, directory)
	for i, e := range all {
		if i == 0 && e.local != 0 {
			return fmt.Errorf("%w: bytes before the first ZIP entry", ErrMalformed)
		}
		if e.local < c.pos {
			return fmt.Errorf("%w: overlapping ZIP entries", ErrMalformed)
		}
		if err := c.skip(e.local - c.pos); err != nil {
			return err
		}
		if err := e.checkLocal(c); err != nil {
			return err
		}
		e.data = c.pos
		if err := c.skip(e.packed); err != nil {
			return err
		}
	}
	return nil
}

// checkLocal compares a local header with the directory. Behind flagDescriptor, sizes and CRC follow the data, and the
// directory's count.
func (e *entry) checkLocal(c *cursor) error {
	b, err := c.next(localSize)
	if err != nil {
		return err
	}
	same := string(b[:4]) == localSignature &&
		(binary.LittleEndian.Uint16(b[6:])^e.flags)&^flagLevel == 0 &&
		binary.LittleEndian.Uint16(b[8:]) == e.method
	if e.flags&flagDescriptor == 0 {
		same = same && binary.LittleEndian.Uint32(b[14:]) == e.crc &&
			int64(binary.LittleEndian.Uint32(b[18:])) == e.packed &&
			int64(binary.LittleEndian.Uint32(b[22:])) == e.size
	}
	name, extra := int(binary.LittleEndian.Uint16(b[26:])), int64(binary.LittleEndian.Uint16(b[28:]))
	if !same || name != len(e.name) {
		return fmt.Errorf("%w: ZIP local header differs from the directory", ErrMalformed)
	}
	if b, err = c.next(name); err != nil {
		return err
	}
	if string(b) != e.name {
		return fmt.Errorf("%w: ZIP local header differs from the directory", ErrMalformed)
	}
	return c.skip(extra)
}

// index fills entries and names, and bounds what unpacking may cost.
func (a *archive) index(all []*entry) error {
	var total int64
	for _, e := range all {
		key := foldASCII(e.name)
		if a.names[key] != nil {
			return fmt.Errorf("%w: two ZIP entries of one name", ErrMalformed)
		}
		a.names[key] = e
		if total += e.size; total > unpackedLimit(a.size) {
			return fmt.Errorf("%w: unpacked", ErrTooLarge)
		}
		if !e.directory() {
			a.entries = append(a.entries, e)
		}
	}
	return nil
}

// find returns the file of that name, ASCII case aside as in OPC, or nil.
func (a *archive) find(name string) *entry {
	e := a.names[foldASCII(name)]
	if e == nil || e.directory() {
		return nil
	}
	return e
}

// foldASCII lowers A to Z and nothing else, so that both implementations agree.
func foldASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
