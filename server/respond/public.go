package respond

import (
	"bytes"
	"container/list"
	"strconv"
	"sync"

	"github.com/andybalholm/brotli"
)

// Pages are compressed pages that are the same for everybody but for one token of
// fixed length. What stands before and after the token is compressed once, as well
// as brotli does it; a request only puts its token between. It is safe for
// concurrent use.
type Pages struct {
	mu    sync.Mutex
	known map[string]*list.Element // by the page without its token
	order *list.List               // of *compressedPage, the last one used first
}

// mostPages is how many pages are kept: those of each language, for the organisation
// and for its companies, and those that held before an administrator changed
// something. One takes about 40 KB.
const mostPages = 256

// compressedPage is a brotli stream without the part that the token stands in.
type compressedPage struct {
	page          string // without its token
	before, after []byte
}

// NewPages makes an empty collection.
func NewPages() *Pages { return &Pages{known: map[string]*list.Element{}, order: list.New()} }

// Brotli compresses a page that holds a token once; "" none. ok is false where it
// cannot be cut there.
func (p *Pages) Brotli(page []byte, token string) (stream []byte, ok bool) {
	before, after, found := bytes.Cut(page, []byte(token))
	if token == "" {
		before, after = page, nil
	} else if !found || len(after) < contextSize || bytes.Contains(after, []byte(token)) {
		return nil, false
	}
	c := p.get(before, after, len(token))
	if token == "" {
		return c.before, true
	}
	stream = append(stream, c.before...)
	stream = appendStored(stream, []byte(token), after[:contextSize])
	return append(stream, c.after...), true
}

func (p *Pages) get(before, after []byte, token int) *compressedPage {
	key := strconv.Itoa(token) + " " + string(before) + "\x00" + string(after)
	p.mu.Lock()
	defer p.mu.Unlock()
	if e, ok := p.known[key]; ok {
		p.order.MoveToFront(e)
		return e.Value.(*compressedPage)
	}
	c := compress(before, after, token)
	c.page = key
	p.known[key] = p.order.PushFront(c)
	if p.order.Len() > mostPages {
		last := p.order.Remove(p.order.Back()).(*compressedPage)
		delete(p.known, last.page)
	}
	return c
}

// contextSize is how many bytes behind the token are stored with it: how brotli
// reads a byte can depend on the two before it (RFC 7932, section 7.1), which must
// not be the token's.
const contextSize = 2

// placeholder is the byte that the token's place is filled with. No page holds it,
// so nothing behind it refers back to it.
const placeholder = 0x01

// compress compresses what stands before and after a token of some length; without
// a token all of it is before.
func compress(before, after []byte, token int) *compressedPage {
	var b bytes.Buffer
	w := brotli.NewWriterLevel(&b, brotli.BestCompression)
	part := func(content []byte, end func() error) []byte {
		b.Reset()
		_, _ = w.Write(content) // a bytes.Buffer takes everything
		_ = end()
		return bytes.Clone(b.Bytes())
	}
	if len(after) == 0 {
		return &compressedPage{before: part(before, w.Close)}
	}
	c := &compressedPage{before: part(before, w.Flush)}
	part(append(bytes.Repeat([]byte{placeholder}, token), after[:contextSize]...), w.Flush)
	c.after = part(after[contextSize:], w.Close)
	return c
}

// appendStored adds a meta-block of bytes as they are (RFC 7932, section 9.2): not
// the last one, four nibbles of length, not compressed, filled up to a whole byte.
func appendStored(stream []byte, parts ...[]byte) []byte {
	content := bytes.Join(parts, nil)
	header := uint32(len(content)-1)<<3 | 1<<19
	stream = append(stream, byte(header), byte(header>>8), byte(header>>16))
	return append(stream, content...)
}
