package metadata

import (
	"bytes"
	"fmt"
	"io"
)

// cursor reads a source from front to back through one buffer.
type cursor struct {
	src  io.ReaderAt
	size int64 // of the source, in bytes
	pos  int64 // of the next byte to be handed out
	buf  []byte
	r, w int // buf[r:w] holds the bytes from pos on
}

func newCursor(src io.ReaderAt, size int64) *cursor {
	return &cursor{src: src, size: size, buf: make([]byte, min(bufferSize, size))}
}

// left is how many bytes follow.
func (c *cursor) left() int64 {
	return c.size - c.pos
}

// peek returns the next n ≤ bufferSize bytes without moving; fewer only at the end of the source.
// They are valid until the next call.
func (c *cursor) peek(n int) ([]byte, error) {
	n = int(min(int64(n), c.left()))
	if c.w-c.r < n {
		c.w = copy(c.buf, c.buf[c.r:c.w])
		c.r = 0
		more := min(int64(len(c.buf)-c.w), c.left()-int64(c.w))
		if err := readAt(c.src, c.buf[c.w:c.w+int(more)], c.pos+int64(c.w)); err != nil {
			return nil, err
		}
		c.w += int(more)
	}
	return c.buf[c.r : c.r+n], nil
}

// window returns what is buffered, at least one byte unless the source is at its end.
func (c *cursor) window() ([]byte, error) {
	if _, err := c.peek(1); err != nil {
		return nil, err
	}
	return c.buf[c.r:c.w], nil
}

// next returns the next n ≤ bufferSize bytes and moves past them.
func (c *cursor) next(n int) ([]byte, error) {
	b, err := c.peek(n)
	if err != nil {
		return nil, err
	}
	return b, c.skip(int64(n))
}

// take returns a copy of the next n bytes, however many, and moves past them.
func (c *cursor) take(n int64) ([]byte, error) {
	if n > c.left() {
		return nil, c.short()
	}
	if n <= bufferSize {
		b, err := c.next(int(n))
		return bytes.Clone(b), err
	}
	b := make([]byte, n)
	if err := readAt(c.src, b, c.pos); err != nil {
		return nil, err
	}
	return b, c.skip(n)
}

func (c *cursor) skip(n int64) error {
	if n > c.left() {
		return c.short()
	}
	c.pos += n
	if held := int64(c.w - c.r); n <= held {
		c.r += int(n)
	} else {
		c.r, c.w = 0, 0
	}
	return nil
}

func (c *cursor) short() error {
	return fmt.Errorf("%w: ends within a structure at byte %d", ErrMalformed, c.pos)
}
