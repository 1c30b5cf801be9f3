package metadata

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
)

// rules decide what is edited in one XML part.
type rules interface {
	// open is called for every opening tag that stays. It may call the editor's drop, blank, replace and cut.
	open(e *editor, t *token)
	// close is called when an element ends that stays, with the range of its content.
	close(e *editor, el *element)
}

// element is an element that is open.
type element struct {
	name      []byte // with its prefix
	start     int    // of the opening tag
	from, to  int    // content
	end       int    // behind the closing tag
	leaf      bool   // there is no element inside
	treatment treatment
}

// treatment says what becomes of an element whose inside is not looked at.
type treatment int

const (
	untouched treatment = iota
	dropped             // the element goes
	blanked             // its content goes
)

// edit replaces src[start:end] by text.
type edit struct {
	start, end int
	text       string
}

// editor walks one XML part and collects edits.
type editor struct {
	src    []byte
	rules  rules
	stack  []element
	hidden int // open elements that are dropped or blanked, or inside one
	edits  []edit
	// unnested is for VML, in which Excel leaves HTML's <br> open: tags are read, but what they enclose is not.
	unnested bool
}

// editXML applies rules to a part. Comments go as well. changed is false if out would be src.
func editXML(src []byte, r rules, unnested bool) (out []byte, changed bool, err error) {
	if err := checkEncoding(src); err != nil {
		return nil, false, err
	}
	e := &editor{src: src, rules: r, unnested: unnested}
	s := xmlScanner{src: src}
	var t token
	for {
		var ok bool
		if t, ok, err = s.next(); err != nil {
			return nil, false, err
		}
		if !ok {
			break
		}
		if err := e.token(&t); err != nil {
			return nil, false, err
		}
	}
	if len(e.stack) > 0 {
		return nil, false, fmt.Errorf("%w: XML element left open", ErrMalformed)
	}
	if len(e.edits) == 0 {
		return src, false, nil
	}
	return e.apply(), true, nil
}

func (e *editor) token(t *token) error {
	switch t.kind {
	case commentToken:
		if e.hidden == 0 {
			e.cut(t.start, t.end)
		}
	case openToken:
		return e.openTag(t)
	case closeToken:
		return e.closeTag(t)
	}
	return nil
}

func (e *editor) openTag(t *token) error {
	if len(e.stack) == maxDepth {
		return fmt.Errorf("%w: XML nested too deep", ErrMalformed)
	}
	if len(e.stack) > 0 {
		e.top().leaf = false
	}
	e.stack = append(e.stack, element{name: t.name, start: t.start, from: t.end, leaf: true})
	if e.hidden > 0 {
		e.hidden++
	} else {
		e.rules.open(e, t)
		if e.top().treatment != untouched {
			e.hidden++
		}
	}
	if t.empty || e.unnested {
		e.pop(t.end, t.end)
	}
	return nil
}

func (e *editor) closeTag(t *token) error {
	if e.unnested {
		return nil
	}
	if len(e.stack) == 0 || !bytes.Equal(e.top().name, t.name) {
		return fmt.Errorf("%w: XML closing tag at byte %d", ErrMalformed, t.start)
	}
	e.pop(t.start, t.end)
	return nil
}

// pop ends the innermost element.
func (e *editor) pop(to, end int) {
	el := *e.top()
	e.stack = e.stack[:len(e.stack)-1]
	el.to, el.end = to, end
	if e.hidden > 0 {
		e.hidden--
	}
	if e.hidden > 0 {
		return
	}
	switch el.treatment {
	case dropped:
		e.cut(el.start, el.end)
		return
	case blanked:
		e.cut(el.from, el.to)
	}
	e.rules.close(e, &el)
}

// top is the element whose tag was read last.
func (e *editor) top() *element {
	return &e.stack[len(e.stack)-1]
}

// parent is the local name of the element around the top one.
func (e *editor) parent() string {
	if len(e.stack) < 2 {
		return ""
	}
	return string(localName(e.stack[len(e.stack)-2].name))
}

// drop takes the element out whose tag was read last, blank its content. Neither holds for VML.
func (e *editor) drop()  { e.treat(dropped) }
func (e *editor) blank() { e.treat(blanked) }

func (e *editor) treat(t treatment) {
	if !e.unnested {
		e.top().treatment = t
	}
}

func (e *editor) cut(start, end int) {
	e.replace(start, end, "")
}

func (e *editor) replace(start, end int, text string) {
	if string(e.src[start:end]) != text {
		e.edits = append(e.edits, edit{start, end, text})
	}
}

func (e *editor) dropAttr(a *attr) {
	e.cut(a.start, a.end)
}

func (e *editor) setAttr(a *attr, text string) {
	e.replace(a.from, a.from+len(a.value), text)
}

// apply makes the edits, which may have come in any order. One that begins inside an earlier one is void.
func (e *editor) apply() []byte {
	slices.SortStableFunc(e.edits, func(a, b edit) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end))
	})
	out := make([]byte, 0, len(e.src))
	pos := 0
	for _, d := range e.edits {
		if d.start < pos {
			continue
		}
		out = append(append(out, e.src[pos:d.start]...), d.text...)
		pos = d.end
	}
	return append(out, e.src[pos:]...)
}

// text is the content of a leaf, "" of any other element. Only leaves are looked into, so that the work stays linear.
func (e *editor) text(el *element) string {
	if !el.leaf {
		return ""
	}
	return string(e.src[el.from:el.to])
}

// around is the local name of the element around one that has just been closed.
func (e *editor) around() string {
	if len(e.stack) == 0 {
		return ""
	}
	return string(localName(e.top().name))
}
