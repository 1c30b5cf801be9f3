package guard

import (
	"io"
	"net"

	"github.com/valyala/fasthttp"
)

// Body reads a request's body up to a limit. It replaces fasthttp's own limit,
// which streaming turns off, and notices a body that ends before its announced
// length, which fasthttp takes for a whole one.
type Body struct {
	stream io.Reader
	length int64 // announced, -1 unknown
	limit  int64
	read   int64
	ended  bool
}

// NewBody wraps a body stream. length is the Content-Length, or -1 for a
// chunked body. A longer announcement fails at once, before anything is read.
func NewBody(stream io.Reader, length, limit int64) (*Body, error) {
	if length > limit {
		return nil, ErrTooLarge
	}
	return &Body{stream: stream, length: length, limit: limit}, nil
}

// Read returns ErrTooLarge beyond the limit and ErrCutOff when the body ends
// early.
func (b *Body) Read(p []byte) (int, error) {
	if b.stream == nil || b.ended {
		return 0, io.EOF
	}
	n, err := b.stream.Read(p)
	b.read += int64(n)
	switch {
	case b.read > b.limit:
		return 0, ErrTooLarge
	case err == io.EOF && b.length >= 0 && b.read < b.length:
		return n, ErrCutOff
	case err == io.EOF:
		b.ended = true
	case err != nil:
		return n, ErrCutOff
	}
	return n, err
}

// Stream returns the body of a request as it comes in, nil if it has none.
func Stream(ctx *fasthttp.RequestCtx) io.Reader {
	stream := ctx.RequestBodyStream()
	if stream == nil || ctx.Request.Header.ContentLength() != -1 {
		return stream
	}
	return chunks{stream, ctx.Conn()}
}

// chunks is a chunked body. fasthttp takes one for whole also where the
// connection ends between two chunks.
type chunks struct {
	stream io.Reader
	conn   net.Conn
}

func (s chunks) Read(p []byte) (int, error) {
	n, err := s.stream.Read(p)
	if c, ok := s.conn.(*conn); ok && err == io.EOF && c.hungUp.Load() {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// Drain reads and drops the rest.
func (b *Body) Drain() error {
	_, err := io.Copy(io.Discard, struct{ io.Reader }{b})
	return err
}

// Ended reports whether the body was read to its end, so that what follows on
// the connection is another request. A body that nobody read is nil.
func (b *Body) Ended() bool { return b != nil && b.ended }
