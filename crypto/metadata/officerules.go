package metadata

import (
	"bytes"
	"strconv"
	"strings"
)

// droppedElements go with all they hold, by their local names.
var droppedElements = tables.Office.DroppedElements.set()

// attrOp is what happens to an attribute.
type attrOp string

const (
	dropAttr  attrOp = "drop" // takes the attribute away; for optional ones
	setText   attrOp = "set"  // a fixed value
	setTime   attrOp = "time" // neutralTime; for times that must be there
	aliasName attrOp = "name" // a person's name
	aliasID   attrOp = "id"   // a person's GUID
	fileName  attrOp = "file" // "" if it is the name of a file
)

// attrRule applies to one attribute of the elements named, or of all.
type attrRule struct {
	op       attrOp
	text     string
	elements string // local names between spaces; "" is any
	prefixed bool   // only with a namespace prefix, as all of Word's attributes have one
}

// attrEntry is an attrRule as it stands in rules.json.
type attrEntry struct {
	Attribute, Of, Text string
	Do                  attrOp
	Prefixed            bool
}

// attrRules by the attribute's local name. The first that fits is applied. Attributes that begin with rsid are dropped
// as well, and any other whose value is a local path becomes "".
var attrRules = readAttrRules()

func readAttrRules() map[string][]attrRule {
	all := map[string][]attrRule{}
	for _, group := range tables.Office.Attributes {
		for _, entry := range group.Rules {
			rule := attrRule{op: entry.Do, text: entry.Text, prefixed: entry.Prefixed}
			if entry.Of != "" {
				rule.elements = " " + entry.Of + " "
			}
			all[entry.Attribute] = append(all[entry.Attribute], rule)
		}
	}
	return all
}

// officeRules edit one XML part of an OOXML package.
type officeRules struct {
	aliases *aliases
	word    wordState
	authors []string // of an Excel comments part, as they stand
	heading string   // "NAME:" of the author whose comment was opened, until its first text
}

func (r *officeRules) open(e *editor, t *token) {
	local := localName(t.name)
	if droppedElements[string(local)] {
		if string(local) == "dataBinding" {
			r.word.bound(t.value("xpath"))
		}
		e.drop()
		return
	}
	for i := range t.attrs {
		r.attribute(e, local, &t.attrs[i])
	}
	if string(local) == "comment" {
		r.heading = ""
		if i, err := strconv.Atoi(t.value("authorId")); err == nil && i >= 0 && i < len(r.authors) {
			r.heading = r.authors[i] + ":"
		}
	}
	r.word.open(e, t, local)
}

func (r *officeRules) attribute(e *editor, element []byte, a *attr) {
	local := localName(a.name)
	if string(a.name) == "xmlns" || bytes.HasPrefix(a.name, []byte("xmlns:")) {
		return
	}
	if bytes.HasPrefix(local, []byte("rsid")) {
		e.dropAttr(a)
		return
	}
	for _, rule := range attrRules[string(local)] {
		if rule.applies(element, len(local) < len(a.name)) {
			r.apply(e, rule, a)
			return
		}
	}
	if string(local) != "formatCode" && mayBePath(a.value) && isLocalPath(string(a.value)) {
		e.setAttr(a, "")
	}
}

func (rule attrRule) applies(element []byte, prefixed bool) bool {
	return (prefixed || !rule.prefixed) &&
		(rule.elements == "" || strings.Contains(rule.elements, " "+string(element)+" "))
}

func (r *officeRules) apply(e *editor, rule attrRule, a *attr) {
	value := string(a.value)
	switch rule.op {
	case dropAttr:
		e.dropAttr(a)
	case setText:
		e.setAttr(a, rule.text)
	case setTime:
		e.setAttr(a, neutralTime)
	case aliasName:
		e.setAttr(a, r.aliases.name(value))
	case aliasID:
		e.setAttr(a, r.aliases.id(value))
	case fileName:
		if isFileName(value) {
			e.setAttr(a, "")
		}
	}
}

func (r *officeRules) close(e *editor, el *element) {
	switch local := localName(el.name); string(local) {
	case "author":
		if e.around() == "authors" {
			r.author(e, el)
		}
	case "t":
		if r.heading != "" {
			// Excel begins a note with the name of its author, as text.
			if e.text(el) == r.heading {
				e.replace(el.from, el.to, r.aliases.name(strings.TrimSuffix(r.heading, ":"))+":")
			}
			r.heading = ""
		}
	default:
		r.word.close(e, el, local)
	}
}

// author handles an author of Excel's notes. They are counted from 0.
func (r *officeRules) author(e *editor, el *element) {
	name := e.text(el)
	r.authors = append(r.authors, name)
	if !strings.HasPrefix(name, "tc=") { // the id of a threaded comment
		e.replace(el.from, el.to, r.aliases.name(name))
	}
}
