package metadata

import (
	"path"
	"strings"
)

// droppedRelationships are kinds of parts that a document does without, by the last word of the relationship's type in
// lower case (transitional and strict types differ before it). From the package itself, only the document is kept.
var droppedRelationships = tables.Office.DroppedRelationships.set()

// relRules edit a relationships part and collect the parts it leads to.
type relRules struct {
	aliases *aliases
	archive *archive
	root    bool   // relationships of the package itself
	folder  string // of the part that the relationships belong to; "." is the top
	found   []*entry
	foreign bool // a document of another format is embedded (altChunk), perhaps as XML
}

func (r *relRules) open(e *editor, t *token) {
	if string(localName(t.name)) != "Relationship" {
		return
	}
	kind := t.value("Type")
	kind = foldASCII(kind[strings.LastIndexByte(kind, '/')+1:])
	if r.root && kind != "officedocument" || droppedRelationships[kind] {
		e.drop()
		return
	}
	r.foreign = r.foreign || kind == "afchunk"
	target := t.find("Target")
	if target == nil {
		return
	}
	address := string(target.value)
	if foldASCII(t.value("TargetMode")) == "external" {
		if kind != "hyperlink" || !isWebAddress(address) {
			e.setAttr(target, r.aliases.target())
		}
		return
	}
	if part := r.resolve(address); part != nil {
		r.found = append(r.found, part)
	} else if isLocalPath(address) {
		e.setAttr(target, "removed")
	}
}

func (r *relRules) close(*editor, *element) {}

// resolve finds the part that a target means, relative to the folder of its source.
func (r *relRules) resolve(target string) *entry {
	target, _, _ = strings.Cut(target, "#")
	if target == "" {
		return nil
	}
	if !strings.HasPrefix(target, "/") {
		target = path.Join(r.folder, target)
	}
	return r.archive.find(strings.TrimPrefix(path.Clean(target), "/"))
}

// typeRules edit [Content_Types].xml, and read it where types is not nil.
type typeRules struct {
	keep  func(part string) bool
	types map[string]string // extension, or "/" and part name, both folded → content type
}

func (r *typeRules) open(e *editor, t *token) {
	part := strings.TrimPrefix(t.value("PartName"), "/")
	switch string(localName(t.name)) {
	case "Override":
		if r.types != nil {
			r.types["/"+foldASCII(part)] = t.value("ContentType")
		} else if !r.keep(part) {
			e.drop()
		}
	case "Default":
		if r.types != nil {
			r.types[foldASCII(t.value("Extension"))] = t.value("ContentType")
		}
	}
}

func (r *typeRules) close(*editor, *element) {}
