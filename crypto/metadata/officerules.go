package metadata

import (
	"bytes"
	"strconv"
	"strings"
)

// droppedElements go with all they hold, by their local names.
var droppedElements = map[string]bool{
	// Word: the sessions in which the text was written, ids that join copies of a document, the template, mail merge
	"rsids": true, "rsid": true, "docId": true, "docVars": true, "attachedTemplate": true, "mailMerge": true,
	"saveThroughXslt": true, "printerSettings": true,
	// Word: a binding would overwrite the text by a property that is gone
	"dataBinding": true,
	// Excel: who saved last; property parts; the accounts that may edit a range
	"revisionPtr": true, "customProperties": true, "securityDescriptor": true,
	// PowerPoint: tags of add-ins, tasks
	"custDataLst": true, "taskHistory": true,
}

// attrOp is what happens to an attribute.
type attrOp int

const (
	dropAttr  attrOp = iota // takes the attribute away; for optional ones
	setText                 // a fixed value
	aliasName               // a person's name
	aliasID                 // a person's GUID
	fileName                // "" if it is the name of a file
)

// attrRule applies to one attribute of the elements named, or of all.
type attrRule struct {
	op       attrOp
	text     string
	elements string // local names between spaces; "" is any
	prefixed bool   // only with a namespace prefix, as all of Word's attributes have one
}

// attrRules by the attribute's local name. The first that fits is applied. Attributes that begin with rsid are dropped
// as well, and any other whose value is a local path becomes "".
var attrRules = map[string][]attrRule{
	// tracked changes and comments
	"author":   {{op: aliasName}},
	"initials": {{op: setText, text: "A"}},
	"date":     {{op: dropAttr, prefixed: true}},
	"dateUtc":  {{op: dropAttr, prefixed: true}},
	"dt":       {{op: dropAttr, elements: " cm "}},
	"dT":       {{op: setText, text: neutralTime, elements: " threadedComment "}},
	"created":  {{op: setText, text: neutralTime, elements: " cm reply "}},
	"dateTime": {{op: setText, text: neutralTime, elements: " header userInfo "}},
	// ink
	"timeString": {{op: setText, text: neutralTime, elements: " timestamp "}},
	// people
	"name": {
		{op: aliasName, elements: " cmAuthor author userInfo customWorkbookView "},
		{op: fileName, elements: " cNvPr docPr "},
	},
	"displayName":     {{op: aliasName, elements: " person "}},
	"userName":        {{op: aliasName}},
	"userId":          {{op: setText, text: "Author", elements: " presenceInfo person author "}},
	"providerId":      {{op: setText, text: "None", elements: " presenceInfo person author "}},
	"id":              {{op: aliasID, elements: " person author "}, {op: dropAttr, elements: " pageSetup ", prefixed: true}},
	"personId":        {{op: aliasID}},
	"authorId":        {{op: aliasID}},
	"mentionpersonId": {{op: aliasID}},
	"assignedTo":      {{op: dropAttr}},
	"refreshedBy":     {{op: dropAttr}},
	"refreshedDate":   {{op: dropAttr}}, "refreshedDateIso": {{op: dropAttr}},
	"ed":                 {{op: dropAttr, elements: " permStart "}},
	"securityDescriptor": {{op: dropAttr}},
	// where files were
	"url":     {{op: setText, elements: " absPath "}},
	"driveId": {{op: dropAttr}}, "itemId": {{op: dropAttr, elements: " alternateUrls "}},
	"connection": {{op: setText, elements: " dbPr "}}, "command": {{op: setText, elements: " dbPr "}},
	"sourceFile": {{op: setText}}, "odcFile": {{op: setText}},
	"title":   {{op: dropAttr, elements: " imagedata "}, {op: fileName, elements: " cNvPr docPr "}},
	"descr":   {{op: fileName}},
	"alt":     {{op: fileName}},
	"gfxdata": {{op: dropAttr}}, // VML: a package of its own, for drawing the shape once more
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
