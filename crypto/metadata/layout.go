package metadata

import (
	"fmt"
	"io"
)

// layout is a cleaned file as a list of pieces: ranges of the source and literal bytes. Filters first plan a layout, so
// that sizes and checksums are known before the first byte is written, and memory does not grow with the pixels.
type layout struct {
	pieces []piece
}

// piece is n bytes of the source from off, or, where n is 0, literal bytes.
type piece struct {
	off, n  int64
	literal []byte
}

// copy appends n bytes of the source from off.
func (l *layout) copy(off, n int64) error {
	if last := len(l.pieces) - 1; last >= 0 {
		if p := &l.pieces[last]; p.n > 0 && p.off+p.n == off {
			p.n += n
			return nil
		}
	}
	return l.add(piece{off: off, n: n})
}

// literal appends b, which the layout keeps.
func (l *layout) literal(b ...byte) error {
	return l.add(piece{literal: b})
}

// reserve appends an empty literal, to be filled in later, and returns its index.
func (l *layout) reserve() (int, error) {
	return len(l.pieces), l.literal()
}

func (l *layout) fill(index int, b []byte) {
	l.pieces[index].literal = b
}

func (l *layout) add(p piece) error {
	if len(l.pieces) == maxPieces {
		return fmt.Errorf("%w: more than %d pieces", ErrTooLarge, maxPieces)
	}
	l.pieces = append(l.pieces, p)
	return nil
}

// size is the length of the cleaned file in bytes.
func (l *layout) size() int64 {
	var n int64
	for _, p := range l.pieces {
		n += p.n + int64(len(p.literal))
	}
	return n
}

func (l *layout) writeTo(w io.Writer, src io.ReaderAt) error {
	var longest int64
	for _, p := range l.pieces {
		longest = max(longest, p.n)
	}
	buf := make([]byte, min(bufferSize, longest))
	for _, p := range l.pieces {
		if _, err := w.Write(p.literal); err != nil {
			return err
		}
		if err := copyRange(w, src, p.off, p.n, buf); err != nil {
			return err
		}
	}
	return nil
}

// copyRange copies n bytes of src from off through buf.
func copyRange(w io.Writer, src io.ReaderAt, off, n int64, buf []byte) error {
	for n > 0 {
		b := buf[:min(n, int64(len(buf)))]
		if err := readAt(src, b, off); err != nil {
			return err
		}
		if _, err := w.Write(b); err != nil {
			return err
		}
		off += int64(len(b))
		n -= int64(len(b))
	}
	return nil
}

// readAt fills p from off. A source that is shorter than its caller said is an I/O error, not a malformed file.
func readAt(src io.ReaderAt, p []byte, off int64) error {
	if len(p) == 0 {
		return nil
	}
	n, err := src.ReadAt(p, off)
	if n == len(p) {
		return nil
	}
	if err == nil || err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("metadata: read %d bytes at %d: %w", len(p), off, err)
}
