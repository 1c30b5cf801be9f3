package metadata

import "strings"

// Word's fields (ECMA-376 part 1, 17.16) print properties of the document or the names of people into the text. What
// they printed stands in the file, between a code and an end. Programs that print it anew would find the properties
// gone, so such a field is unlinked: its machinery goes, its text stays. Where the text is a person's name or the name
// of the file, it goes too.

// fieldUse tells what becomes of a field.
type fieldUse int

const (
	fieldStays    fieldUse = iota
	fieldUnlinked          // the text stays as plain text
	fieldBlanked           // the text goes too
)

// fieldUses by the first word of the code. DOCPROPERTY and INFO name the property in the second.
var fieldUses = readFieldUses()

func readFieldUses() map[string]fieldUse {
	uses := map[string]fieldUse{}
	for _, name := range tables.WordFields.Blanked.list() {
		uses[name] = fieldBlanked
	}
	for _, name := range tables.WordFields.Unlinked.list() {
		uses[name] = fieldUnlinked
	}
	return uses
}

// personalProperties, in lower case, are people and organisations.
var personalProperties = tables.WordFields.Personal.list()

func useOf(code string) fieldUse {
	words := strings.FieldsFunc(code, func(c rune) bool { return c == ' ' || c == '"' || c == '\t' || c == '\n' || c == '\r' })
	if len(words) == 0 {
		return fieldStays
	}
	kind := upperASCII(words[0])
	use := fieldUses[kind]
	if (kind == "DOCPROPERTY" || kind == "INFO") && len(words) > 1 && isPersonal(words[1]) {
		use = fieldBlanked
	}
	if use == fieldStays && holdsLocalPath(code) {
		use = fieldUnlinked
	}
	return use
}

func isPersonal(property string) bool {
	for _, p := range personalProperties {
		if foldASCII(property) == p {
			return true
		}
	}
	return false
}

func upperASCII(s string) string {
	return strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' {
			return c - 'a' + 'A'
		}
		return c
	}, s)
}

// field is a complex field: runs with fldChar begin, instrText, separate, the text, end.
type field struct {
	code    strings.Builder
	marks   []edit // the machinery, to be cut if the field is unlinked
	whole   bool   // all of the machinery can be cut
	printed bool   // the text has begun
	use     fieldUse
}

// wordState follows fields and content controls through a part.
type wordState struct {
	fields  []*field
	kind    string     // of the fldChar that is open
	simple  []fieldUse // open fldSimple elements
	control []bool     // open content controls (sdt): bound to a personal property
	hiding  int        // open fields and controls whose text goes
}

func (w *wordState) open(e *editor, t *token, local []byte) {
	switch string(local) {
	case "fldChar":
		w.kind = t.value("fldCharType")
	case "fldSimple":
		use := useOf(t.value("instr"))
		w.simple = append(w.simple, use)
		if use != fieldStays {
			e.cut(t.start, t.end)
		}
		w.hide(use == fieldBlanked)
	case "fldData":
		if n := len(w.simple); n > 0 && w.simple[n-1] != fieldStays && e.parent() == "fldSimple" {
			e.drop()
		}
	case "sdt":
		w.control = append(w.control, false)
	case "t", "delText":
		if w.hiding > 0 {
			e.blank()
		}
	}
}

func (w *wordState) close(e *editor, el *element, local []byte) {
	switch string(local) {
	case "fldChar":
		w.mark(e, el)
	case "instrText", "delInstrText":
		if len(w.fields) > 0 {
			w.instruction(e, el)
		}
	case "fldSimple":
		if len(w.simple) > 0 {
			s := w.simple[len(w.simple)-1]
			w.simple = w.simple[:len(w.simple)-1]
			if s != fieldStays {
				e.cut(el.to, el.end)
			}
			w.show(s == fieldBlanked)
		}
	case "sdt":
		if n := len(w.control) - 1; n >= 0 {
			w.show(w.control[n])
			w.control = w.control[:n]
		}
	}
}

// bound notes what property the innermost content control shows. Its properties stand before its content.
func (w *wordState) bound(xpath string) {
	n := len(w.control) - 1
	if n < 0 || w.control[n] {
		return
	}
	for _, p := range personalProperties {
		if strings.Contains(foldASCII(xpath), ":"+p) {
			w.control[n] = true
			w.hide(true)
			return
		}
	}
}

// instruction adds a piece of the code of the innermost field.
func (w *wordState) instruction(e *editor, el *element) {
	f := w.fields[len(w.fields)-1]
	f.marks = append(f.marks, edit{start: el.start, end: el.end})
	if !f.printed && f.code.Len()+el.to-el.from <= maxFieldCode {
		f.code.WriteString(e.text(el))
	}
}

// mark handles fldChar. A field can be unlinked if its marks hold nothing of their own.
func (w *wordState) mark(e *editor, el *element) {
	cut, whole := edit{start: el.start, end: el.end}, el.from == el.to
	if w.kind == "begin" {
		if len(w.fields) < maxDepth {
			w.fields = append(w.fields, &field{marks: []edit{cut}, whole: whole})
		}
		return
	}
	if len(w.fields) == 0 {
		return
	}
	f := w.fields[len(w.fields)-1]
	f.marks = append(f.marks, cut)
	f.whole = f.whole && whole
	if !f.printed {
		f.printed = true
		f.use = useOf(f.code.String())
		w.hide(f.use == fieldBlanked)
	}
	if w.kind == "end" {
		w.fields = w.fields[:len(w.fields)-1]
		w.show(f.use == fieldBlanked)
		if f.use != fieldStays && f.whole {
			e.edits = append(e.edits, f.marks...)
		}
	}
}

func (w *wordState) hide(yes bool) {
	if yes {
		w.hiding++
	}
}

func (w *wordState) show(yes bool) {
	if yes {
		w.hiding--
	}
}
