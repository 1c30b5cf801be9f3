package metadata

import (
	"bytes"
	"fmt"
	"regexp"
	"unicode/utf8"
)

// A small reader for XML 1.0 that keeps to bytes: it finds tags, so that edits can leave everything else as it stands.
// It is strict about what it reads (tags match, attributes are quoted) and refuses what it does not need: a document
// type, another encoding than UTF-8.

// tokenKind tells what a token is.
type tokenKind int

const (
	textToken    tokenKind = iota // character data, and CDATA sections
	openToken                     // <a> or <a/>
	closeToken                    // </a>
	commentToken                  // <!-- -->
	otherToken                    // <? ?>
)

// token is one piece of markup or text: src[start:end].
type token struct {
	kind       tokenKind
	start, end int
	name       []byte // with its prefix
	attrs      []attr
	empty      bool // <a/>
}

// attr is an attribute of a tag. src[start:end] is all of it with the white space before it.
type attr struct {
	start, end int
	name       []byte // with its prefix
	value      []byte // between the quotes, as it stands
	from       int    // offset of value
}

// localName cuts the prefix off a name.
func localName(name []byte) []byte {
	return name[bytes.IndexByte(name, ':')+1:]
}

// find returns the attribute of that name, or, where no prefix is given, the first with that local name; nil without one.
func (t *token) find(name string) *attr {
	for i := range t.attrs {
		if string(t.attrs[i].name) == name {
			return &t.attrs[i]
		}
	}
	for i := range t.attrs {
		if string(localName(t.attrs[i].name)) == name {
			return &t.attrs[i]
		}
	}
	return nil
}

// value returns the value of the attribute that find finds, "" without one.
func (t *token) value(name string) string {
	if a := t.find(name); a != nil {
		return string(a.value)
	}
	return ""
}

// xmlScanner splits src into tokens.
type xmlScanner struct {
	src   []byte
	pos   int
	attrs []attr // of the last tag, for the next to reuse
}

const (
	utf8BOM  = "\xef\xbb\xbf"
	xmlSpace = " \t\r\n"
)

// Classes of bytes.
var isSpace, endsName = byteClass(xmlSpace), byteClass(xmlSpace + "/>=<\"'&")

func byteClass(members string) (class [256]bool) {
	for _, c := range []byte(members) {
		class[c] = true
	}
	return class
}

// isDeclaration reports whether b begins with an XML declaration, which stands first or nowhere.
func isDeclaration(b []byte) bool {
	return len(b) > 5 && string(b[:5]) == "<?xml" && isSpace[b[5]]
}

// checkEncoding refuses anything but UTF-8, by its first bytes, by its declaration and by every byte.
func checkEncoding(src []byte) error {
	if bytes.HasPrefix(src, []byte("\xfe\xff")) || bytes.HasPrefix(src, []byte("\xff\xfe")) || bytes.IndexByte(src, 0) >= 0 {
		return fmt.Errorf("%w: XML in UTF-16", ErrUnsupported)
	}
	body := bytes.TrimPrefix(src, []byte(utf8BOM))
	if end := bytes.Index(body, []byte("?>")); end >= 0 && isDeclaration(body) {
		s := xmlScanner{src: body[:end], pos: len("<?xml")}
		attrs, err := s.attributes()
		if err != nil {
			return err
		}
		t := token{attrs: attrs}
		switch foldASCII(t.value("encoding")) {
		case "", "utf-8", "utf8", "us-ascii":
		default:
			return fmt.Errorf("%w: XML encoding", ErrUnsupported)
		}
	}
	if !utf8.Valid(src) {
		return fmt.Errorf("%w: XML that is not UTF-8", ErrMalformed)
	}
	return nil
}

// next returns the next token, and false at the end. Its attributes are valid until the next call.
func (s *xmlScanner) next() (t token, ok bool, err error) {
	if s.pos == len(s.src) {
		return token{}, false, nil
	}
	rest := s.src[s.pos:]
	t.start = s.pos
	switch {
	case rest[0] != '<':
		t.kind, t.end = textToken, len(s.src)
		if n := bytes.IndexByte(rest, '<'); n >= 0 {
			t.end = s.pos + n
		}
	case bytes.HasPrefix(rest, []byte("<!--")):
		t.kind = commentToken
		t.end, err = s.until(4, "-->")
	case bytes.HasPrefix(rest, []byte("<![CDATA[")):
		t.kind = textToken
		t.end, err = s.until(9, "]]>")
	case bytes.HasPrefix(rest, []byte("<!")):
		err = fmt.Errorf("%w: XML declaration at byte %d", ErrUnsupported, s.pos)
	case isDeclaration(rest) && string(s.src[:s.pos]) != "" && string(s.src[:s.pos]) != utf8BOM:
		err = s.malformed()
	case bytes.HasPrefix(rest, []byte("<?")):
		t.kind = otherToken
		t.end, err = s.until(2, "?>")
	default:
		err = s.tag(&t)
	}
	if err != nil {
		return token{}, false, err
	}
	s.pos = t.end
	return t, true, nil
}

// until returns the offset behind the terminator, which is looked for from skip bytes on.
func (s *xmlScanner) until(skip int, terminator string) (int, error) {
	n := bytes.Index(s.src[s.pos+skip:], []byte(terminator))
	if n < 0 {
		return 0, s.malformed()
	}
	return s.pos + skip + n + len(terminator), nil
}

// tag reads an opening or closing tag.
func (s *xmlScanner) tag(t *token) error {
	t.kind = openToken
	s.pos++
	if s.at('/') {
		t.kind = closeToken
		s.pos++
	}
	if t.name = s.name(); len(t.name) == 0 {
		return s.malformed()
	}
	var err error
	if t.kind == openToken {
		if t.attrs, err = s.attributes(); err != nil {
			return err
		}
		if s.at('/') {
			t.empty = true
			s.pos++
		}
	} else {
		s.space()
	}
	if !s.at('>') {
		return s.malformed()
	}
	t.end = s.pos + 1
	return nil
}

// attributes reads attributes up to anything that is no name.
func (s *xmlScanner) attributes() ([]attr, error) {
	attrs := s.attrs[:0]
	for {
		a := attr{start: s.pos}
		spaced := s.space()
		if a.name = s.name(); len(a.name) == 0 {
			s.attrs = attrs
			return attrs, nil
		}
		s.space()
		if !spaced || !s.at('=') {
			return nil, s.malformed()
		}
		s.pos++
		s.space()
		if !s.at('"') && !s.at('\'') {
			return nil, s.malformed()
		}
		quote := s.src[s.pos]
		s.pos++
		n := bytes.IndexByte(s.src[s.pos:], quote)
		if n < 0 || bytes.IndexByte(s.src[s.pos:s.pos+n], '<') >= 0 {
			return nil, s.malformed()
		}
		a.from, a.value = s.pos, s.src[s.pos:s.pos+n]
		s.pos += n + 1
		a.end = s.pos
		for _, other := range attrs {
			if bytes.Equal(other.name, a.name) {
				return nil, s.malformed()
			}
		}
		if len(attrs) == maxAttrs {
			return nil, fmt.Errorf("%w: more than %d XML attributes", ErrTooLarge, maxAttrs)
		}
		attrs = append(attrs, a)
	}
}

// name reads everything up to a character that cannot stand in a name.
func (s *xmlScanner) name() []byte {
	start := s.pos
	for s.pos < len(s.src) && !endsName[s.src[s.pos]] {
		s.pos++
	}
	return s.src[start:s.pos]
}

// space moves past white space and reports whether there was any.
func (s *xmlScanner) space() bool {
	start := s.pos
	for s.pos < len(s.src) && isSpace[s.src[s.pos]] {
		s.pos++
	}
	return s.pos > start
}

func (s *xmlScanner) at(c byte) bool {
	return s.pos < len(s.src) && s.src[s.pos] == c
}

func (s *xmlScanner) malformed() error {
	return fmt.Errorf("%w: XML at byte %d", ErrMalformed, s.pos)
}

// blank is what the browser takes for a space, the no-break space of Latin-1 among them.
var blank = byteClass(" \t\n\v\f\r\xa0")

// hasText reports whether b is more than spaces and NULs.
func hasText(b []byte) bool {
	for _, c := range b {
		if c != 0 && !blank[c] {
			return true
		}
	}
	return false
}

// trimBlank takes spaces off the front.
func trimBlank(b []byte) []byte {
	for len(b) > 0 && blank[b[0]] {
		b = b[1:]
	}
	return b
}

// propertySays reports whether one of the names stands in text as an attribute or an element that has a value. XML may
// write the same in several ways, so it is not parsed.
func propertySays(text []byte, names []string) bool {
	for _, name := range names {
		for rest := text; ; {
			i := bytes.Index(rest, []byte(name))
			if i < 0 {
				break
			}
			begins := i > 0 && (blank[rest[i-1]] || rest[i-1] == '<' || rest[i-1] == ':')
			if begins && (attributeSays(rest[i+len(name):]) || elementSays(rest[i+len(name):])) {
				return true
			}
			rest = rest[i+len(name)-1:] // with the byte before what follows
		}
	}
	return false
}

// attributeSays looks behind the name of an attribute.
func attributeSays(b []byte) bool {
	b, found := bytes.CutPrefix(trimBlank(b), []byte("="))
	b = trimBlank(b)
	return found && len(b) > 0 && isQuote(b[0]) && valueSays(b[1:], isQuote)
}

func isQuote(c byte) bool { return c == '"' || c == '\'' }

func isLess(c byte) bool { return c == '<' }

// elementSays looks behind the name of an element, whose first text may stand in further elements.
func elementSays(b []byte) bool {
	if len(b) > 0 && blank[b[0]] {
		b = tagEnd(b[1:])
	}
	for range 10 {
		rest, found := bytes.CutPrefix(b, []byte(">"))
		if !found {
			return false
		}
		b = trimBlank(rest)
		if len(b) < 2 || b[0] != '<' || b[1]|0x20 < 'a' || b[1]|0x20 > 'z' {
			return valueSays(b, isLess)
		}
		b = tagEnd(b[2:])
	}
	return false
}

// tagEnd goes to the end of a tag, which is not far; nil if it is none.
func tagEnd(b []byte) []byte {
	i := bytes.IndexAny(b[:min(len(b), 501)], "<>")
	if i < 0 {
		return nil
	}
	return b[i:]
}

// neutral is what the filters put in place of people and times, and ids of Excel's threads.
var neutral = regexp.MustCompile(`^(Author \d|1970-01-01T00:00:00|tc=\{)`)

// valueSays reports whether a value begins, up to what ends it, that is not neutral.
func valueSays(b []byte, ends func(byte) bool) bool {
	b = trimBlank(b)
	return len(b) > 0 && !ends(b[0]) && !neutral.Match(b[:min(len(b), 32)])
}
