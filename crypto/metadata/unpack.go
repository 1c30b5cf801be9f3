package metadata

import (
	"bufio"
	"compress/flate"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
)

// open returns the unpacked bytes of an entry. The reader ends with an error if they are not exactly as many, or not
// those, that the directory says.
func (a *archive) open(e *entry) io.Reader {
	packed := bufio.NewReaderSize(io.NewSectionReader(a.src, e.data, e.packed), int(min(bufferSize, max(e.packed, 16))))
	u := &unpacker{packed: packed, plain: packed, left: e.size, sum: crc32.NewIEEE(), crc: e.crc}
	if e.method == methodDeflated {
		u.plain = flate.NewReader(packed)
	}
	return u
}

// unpacker checks what it passes on.
type unpacker struct {
	packed *bufio.Reader
	plain  io.Reader
	left   int64 // bytes still to come
	sum    hash.Hash32
	crc    uint32
}

func (u *unpacker) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	n, err := u.plain.Read(p)
	if int64(n) > u.left {
		return 0, fmt.Errorf("%w: ZIP entry is longer than it says", ErrMalformed)
	}
	u.left -= int64(n)
	u.sum.Write(p[:n])
	if err == io.EOF {
		return n, u.end()
	}
	return n, flateError(err)
}

// end checks that nothing is missing and nothing follows, and returns io.EOF if so.
func (u *unpacker) end() error {
	if u.left != 0 || u.sum.Sum32() != u.crc {
		return fmt.Errorf("%w: length or checksum of a ZIP entry", ErrMalformed)
	}
	_, err := u.packed.ReadByte()
	if err == nil {
		return fmt.Errorf("%w: bytes behind a deflated ZIP entry", ErrMalformed)
	}
	return err
}

// flateError tells damaged data from a source that cannot be read.
func flateError(err error) error {
	var corrupt flate.CorruptInputError
	if errors.As(err, &corrupt) || err == io.ErrUnexpectedEOF {
		return fmt.Errorf("%w: deflated data", ErrMalformed)
	}
	return err
}

// readAll returns the whole of a small entry.
func (a *archive) readAll(e *entry) ([]byte, error) {
	if e.size > maxXML {
		return nil, fmt.Errorf("%w: XML part of %d bytes", ErrTooLarge, e.size)
	}
	b := make([]byte, e.size)
	r := a.open(e)
	if _, err := io.ReadFull(r, b); err != nil {
		return nil, shortEntry(err)
	}
	if n, err := r.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		if err == nil {
			err = fmt.Errorf("%w: ZIP entry is longer than it says", ErrMalformed)
		}
		return nil, err
	}
	return b, nil
}

// verify reads an entry once, checks it, and returns its first HeadSize bytes.
func (a *archive) verify(e *entry) ([]byte, error) {
	head := make([]byte, min(HeadSize, e.size))
	r := a.open(e)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, shortEntry(err)
	}
	_, err := io.Copy(io.Discard, r)
	return head, err
}

// shortEntry is what io.ReadFull says of an entry that ended early.
func shortEntry(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return fmt.Errorf("%w: ZIP entry is shorter than it says", ErrMalformed)
	}
	return err
}

// content gives random access to the unpacked bytes of an entry.
func (a *archive) content(e *entry) io.ReaderAt {
	if e.method == methodStored {
		return io.NewSectionReader(a.src, e.data, e.packed)
	}
	return &rewinder{open: func() io.Reader { return a.open(e) }}
}

// rewinder reads a stream at rising offsets, and starts it again for a lower one. Filters go front to back, so that each
// of their passes unpacks once.
type rewinder struct {
	open func() io.Reader
	r    io.Reader
	pos  int64
}

func (r *rewinder) ReadAt(p []byte, off int64) (int, error) {
	if r.r == nil || off < r.pos {
		r.r, r.pos = r.open(), 0
	}
	skipped, err := io.CopyN(io.Discard, r.r, off-r.pos)
	r.pos += skipped
	if err != nil {
		return 0, err
	}
	n, err := io.ReadFull(r.r, p)
	r.pos += int64(n)
	return n, err
}
