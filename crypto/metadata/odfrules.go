package metadata

import (
	"bytes"
	"net/url"
	"path"
	"strings"
)

// odfBlanked are elements whose content goes, wherever they stand: initials, and dates in words.
var odfBlanked = tables.ODF.Blanked.set()

// odfPersonalFields print a person or the name of a file into the text (ODF 1.3 part 3, 7.3 and 7.5): what they printed
// goes. text:sender-… belong to them as well.
var odfPersonalFields = tables.ODF.PersonalFields.set()

// odfPropertyFields print a property of the document: what they printed stays, and is fixed, because programs would print
// the property anew, and it is gone.
var odfPropertyFields = tables.ODF.PropertyFields.set()

// odfSettings are settings that go: the printer and its set-up, sessions, paths of palettes, databases.
var odfSettings = tables.ODF.Settings.set()

// odfRules edit content.xml, styles.xml and settings.xml.
type odfRules struct {
	p      *odfPackage
	folder string // of the part, with its final slash; "" is the top
}

func (r *odfRules) open(e *editor, t *token) {
	local := localName(t.name)
	if string(local) == "config-item" && odfSettings[t.value("name")] {
		e.drop()
		return
	}
	for i := range t.attrs {
		r.attribute(e, &t.attrs[i])
	}
	switch {
	case odfPersonalFields[string(t.name)] || bytes.HasPrefix(t.name, []byte("text:sender-")):
		e.blank()
		if string(t.name) != "text:template-name" { // which has no such attribute
			fix(e, t)
		}
	case odfPropertyFields[string(t.name)]:
		fix(e, t)
	case odfBlanked[string(local)]:
		e.blank()
	}
}

// fix sets text:fixed, so that the field keeps the text it has.
func fix(e *editor, t *token) {
	if a := t.find("fixed"); a != nil {
		e.setAttr(a, "true")
		return
	}
	at := t.end - 1
	if t.empty {
		at--
	}
	e.replace(at, at, ` text:fixed="true"`)
}

func (r *odfRules) attribute(e *editor, a *attr) {
	switch local := localName(a.name); {
	case string(a.name) == "xmlns" || bytes.HasPrefix(a.name, []byte("xmlns:")):
	case string(local) == "rsid" || string(local) == "paragraph-rsid":
		e.dropAttr(a)
	case string(local) == "href":
		if value := string(a.value); !isWebAddress(value) && !r.internal(value) {
			e.setAttr(a, "")
		}
	case string(a.name) == "draw:name":
		if isFileName(string(a.value)) {
			e.setAttr(a, "")
		}
	case !mayBePath(a.value):
	case bytes.Contains(a.value, []byte("file:/")):
		e.setAttr(a, r.neutralFiles(string(a.value)))
	case isLocalPath(string(a.value)):
		e.setAttr(a, "")
	}
}

// internal reports whether a reference stays within the package. "../" leaves it: an embedded document refers to parts of
// its own folder, or by their place from the top.
func (r *odfRules) internal(ref string) bool {
	ref, _, _ = strings.Cut(ref, "#")
	if ref == "" {
		return true
	}
	plain, err := url.PathUnescape(ref)
	if err != nil {
		plain = ref
	}
	for _, name := range []string{ref, plain} {
		if r.p.holds(path.Join(r.folder, name)) || r.p.holds(path.Join(".", name)) {
			return true
		}
	}
	return false
}

// neutralFiles replaces every file: address within a value, such as a formula: ['file:///home/kim/a.ods'#$Sheet1.A1].
// The same address gets the same name everywhere, so that formulas still find their cached tables.
func (r *odfRules) neutralFiles(value string) string {
	var out strings.Builder
	for {
		i := strings.Index(value, "file:/")
		if i < 0 {
			out.WriteString(value)
			return out.String()
		}
		out.WriteString(value[:i])
		value = value[i:]
		end := addressEnd(value)
		out.WriteString(r.p.aliases.file(value[:end]))
		value = value[end:]
	}
}

// addressEnd is where an address at the start of s ends: at a quote or at the name of a sheet.
func addressEnd(s string) int {
	for i := range len(s) {
		switch s[i] {
		case '\'', '"', '#':
			return i
		case '&':
			if strings.HasPrefix(s[i:], "&apos;") || strings.HasPrefix(s[i:], "&quot;") {
				return i
			}
		}
	}
	return len(s)
}

func (r *odfRules) close(e *editor, el *element) {
	switch string(localName(el.name)) {
	case "creator":
		if isRemark(e.around()) {
			e.replace(el.from, el.to, r.p.aliases.name(e.text(el)))
		}
	case "date":
		if isRemark(e.around()) && el.from < el.to {
			e.replace(el.from, el.to, neutralTime)
		}
	case "title", "desc":
		if bytes.HasPrefix(el.name, []byte("svg:")) && isFileName(e.text(el)) {
			e.cut(el.from, el.to)
		}
	case "config-item":
		if isLocalPath(e.text(el)) {
			e.cut(el.from, el.to)
		}
	}
}

// isRemark reports whether an element holds what somebody said or changed, and when.
func isRemark(local string) bool {
	return local == "annotation" || local == "change-info"
}
