package metadata

import (
	"net/url"
	"path"
	"strings"
)

// odfBlanked are elements whose content goes, wherever they stand: initials, and dates in words.
var odfBlanked = map[string]bool{"creator-initials": true, "sender-initials": true, "date-string": true}

// odfPersonalFields print a person or the name of a file into the text (ODF 1.3 part 3, 7.3 and 7.5): what they printed
// goes. text:sender-… belong to them as well.
var odfPersonalFields = map[string]bool{
	"text:author-name": true, "text:author-initials": true, "text:initial-creator": true, "text:creator": true,
	"text:printed-by": true, "text:file-name": true, "text:template-name": true,
}

// odfPropertyFields print a property of the document: what they printed stays, and is fixed, because programs would print
// the property anew, and it is gone.
var odfPropertyFields = map[string]bool{
	"text:title": true, "text:subject": true, "text:description": true, "text:keywords": true,
	"text:user-defined": true, "text:creation-date": true, "text:creation-time": true,
	"text:modification-date": true, "text:modification-time": true, "text:print-date": true,
	"text:print-time": true, "text:editing-cycles": true, "text:editing-duration": true,
}

// odfSettings are settings that go: the printer and its set-up, sessions, paths of palettes, databases.
var odfSettings = map[string]bool{
	"PrinterName": true, "PrinterSetup": true, "PrinterPaperFromSetup": true, "PrintFaxName": true, "Rsid": true, "RsidRoot": true,
	"CurrentDatabaseDataSource": true, "CurrentDatabaseCommand": true, "CurrentDatabaseCommandType": true,
	"EmbeddedDatabaseName": true, "ColorTableURL": true, "DashTableURL": true, "LineEndTableURL": true,
	"HatchTableURL": true, "GradientTableURL": true, "BitmapTableURL": true,
}

// odfRules edit content.xml, styles.xml and settings.xml.
type odfRules struct {
	p      *odfPackage
	folder string // of the part, with its final slash; "" is the top
}

func (r *odfRules) open(e *editor, t *token) {
	name, local := string(t.name), string(localName(t.name))
	if local == "config-item" && odfSettings[t.value("name")] {
		e.drop()
		return
	}
	for i := range t.attrs {
		r.attribute(e, &t.attrs[i])
	}
	switch {
	case odfPersonalFields[name] || strings.HasPrefix(name, "text:sender-"):
		e.blank()
		if name != "text:template-name" { // which has no such attribute
			fix(e, t)
		}
	case odfPropertyFields[name]:
		fix(e, t)
	case odfBlanked[local]:
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
	name, value := string(a.name), string(a.value)
	local := string(localName(a.name))
	switch {
	case name == "xmlns" || strings.HasPrefix(name, "xmlns:"):
	case local == "rsid" || local == "paragraph-rsid":
		e.dropAttr(a)
	case local == "href":
		if !isWebAddress(value) && !r.internal(value) {
			e.setAttr(a, "")
		}
	case name == "draw:name" && isFileName(value):
		e.setAttr(a, "")
	case strings.Contains(value, "file:/"):
		e.setAttr(a, r.neutralFiles(value))
	case isLocalPath(value):
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
		end := len(value)
		for _, stop := range []string{"'", "\"", "#", "&apos;", "&quot;"} {
			if j := strings.Index(value, stop); j >= 0 {
				end = min(end, j)
			}
		}
		out.WriteString(r.p.aliases.file(value[:end]))
		value = value[end:]
	}
}

func (r *odfRules) close(e *editor, el *element) {
	content := string(e.src[el.from:el.to])
	around := e.around()
	switch name := string(el.name); string(localName(el.name)) {
	case "creator":
		if around == "annotation" || around == "change-info" {
			e.replace(el.from, el.to, r.p.aliases.name(content))
		}
	case "date":
		if (around == "annotation" || around == "change-info") && content != "" {
			e.replace(el.from, el.to, neutralTime)
		}
	case "title", "desc":
		if strings.HasPrefix(name, "svg:") && isFileName(content) {
			e.cut(el.from, el.to)
		}
	case "config-item":
		if isLocalPath(content) {
			e.cut(el.from, el.to)
		}
	}
}
