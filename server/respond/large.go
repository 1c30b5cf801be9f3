package respond

import (
	"bytes"
	"encoding/json"
	"io"
	"iter"
	"log/slog"

	"github.com/gofiber/fiber/v2"

	"hotline/server/guard"
)

// Large is the size, in bytes sealed, from which an answer needs a place of a guard.Share.
const Large = 64 << 10

// LargeStream is what a streamed answer needs besides its content.
type LargeStream struct {
	Place *guard.Place // given back once the answer is sent; nil: it is small
	Log   *slog.Logger
	In    []byte // start of an object that the answer is the last field of; nil: of none
}

// TakePlace takes a place for an answer of so many sealed bytes, where it is large.
func TakePlace(c *fiber.Ctx, share *guard.Share, key string, size int) (*guard.Place, error) {
	if size < Large {
		return nil, nil
	}
	return share.Take(c.UserContext(), key, c.Context().Conn())
}

// StartOf is the start of an object whose last field, of that name, is still to come.
func StartOf(head any, name string) ([]byte, error) {
	b, err := json.Marshal(head)
	b = bytes.TrimSuffix(b, []byte("}"))
	if len(b) > 1 {
		b = append(b, ',')
	}
	return append(b, `"`+name+`":`...), err
}

// StreamJSON is SendJSON for an object that holds a long list: the items are read and
// encoded while they are sent. Head is the object without the list, which stands last in
// the answer. Where an item cannot be read the connection ends, and the answer is no JSON.
func StreamJSON[T any](c *fiber.Ctx, status int, s LargeStream, head any, name string, items iter.Seq2[T, error]) error {
	start, err := StartOf(head, name)
	if err != nil {
		s.Place.Free()
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	c.Status(status)
	if c.Method() == fiber.MethodHead {
		s.Place.Free()
		return nil // see Stream
	}
	end := "]}"
	if s.In != nil {
		end += "}"
	}
	next, stop := iter.Pull2(parts(append(s.In, start...), items, end))
	c.Context().SetBodyStream(&stream{next: next, stop: stop, LargeStream: s}, -1)
	return nil
}

// parts are what the JSON consists of, one after another, and spaces up to a multiple of
// lengthStep.
func parts[T any](start []byte, items iter.Seq2[T, error], end string) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		length := 0
		put := func(b []byte) bool {
			length += len(b)
			return yield(b, nil)
		}
		if !put(append(start, '[')) {
			return
		}
		separator := ""
		for item, err := range items {
			var b []byte
			if err == nil {
				b, err = json.Marshal(item)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if !put(append([]byte(separator), b...)) {
				return
			}
			separator = ","
		}
		if put([]byte(end)) && length%lengthStep > 0 {
			put(bytes.Repeat([]byte(" "), lengthStep-length%lengthStep))
		}
	}
}

// stream is the body of such an answer.
type stream struct {
	LargeStream
	next func() ([]byte, error, bool)
	stop func()
	rest []byte
}

// Read is called by the connection: a panic there would end the process.
func (s *stream) Read(p []byte) (n int, err error) {
	defer func() {
		if v := recover(); v != nil {
			LogPanic(s.Log, v)
			err = errPanic
		}
	}()
	for len(s.rest) == 0 {
		part, err, more := s.next()
		if err != nil {
			s.Log.Error("an answer broke off", "error", err)
			return 0, err
		}
		if !more {
			return 0, io.EOF
		}
		s.rest = part
	}
	n = copy(p, s.rest)
	s.rest = s.rest[n:]
	s.Place.Sent(n)
	return n, nil
}

// Close is called once the answer was sent, or cannot be.
func (s *stream) Close() error {
	s.stop()
	s.Place.Free()
	return nil
}

// Hold makes an answer that was built as a whole keep a place until it is sent. A nil
// place changes nothing.
func Hold(c *fiber.Ctx, place *guard.Place) {
	if place == nil {
		return
	}
	body := c.Response().Body() // as it was given to Send, which makes no copy
	c.Context().SetBodyStream(&heldBody{bytes.NewReader(body), place}, len(body))
}

// heldBody has no WriteTo: the whole of it would be one write, with one deadline.
type heldBody struct {
	from  *bytes.Reader
	place *guard.Place
}

func (b *heldBody) Read(p []byte) (int, error) {
	n, err := b.from.Read(p)
	b.place.Sent(n)
	return n, err
}

func (b *heldBody) Close() error {
	b.place.Free()
	return nil
}

// Counted notes for a place what is written.
func Counted(to io.Writer, place *guard.Place) io.Writer { return countedWriter{to, place} }

type countedWriter struct {
	to    io.Writer
	place *guard.Place
}

func (w countedWriter) Write(p []byte) (int, error) {
	n, err := w.to.Write(p)
	w.place.Sent(n)
	return n, err
}
