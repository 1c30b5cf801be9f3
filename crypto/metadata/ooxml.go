package metadata

import (
	"bytes"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// OOXML packages, ECMA-376 part 2 (Open Packaging Conventions): parts in a ZIP container, joined by relationships that
// stand in parts of their own. A cleaned package holds what can be reached from the document through relationships that
// are kept; that alone takes away properties, thumbnails, signatures, printer settings, and leftovers.

const (
	contentTypesName = "[Content_Types].xml"
	rootRels         = "_rels/.rels"
)

// documentKinds are parts of the content types of main documents.
var documentKinds = tables.Office.Documents.list()

// officePackage is an OOXML package on its way.
type officePackage struct {
	a       *archive
	kept    map[*entry]bool
	aliases *aliases
}

func cleanOOXML(w io.Writer, a *archive) error {
	p := &officePackage{a: a, kept: map[*entry]bool{}, aliases: newAliases()}
	if err := p.reach(); err != nil {
		return err
	}
	z := &zipWriter{w: w, limit: cleanedLimit(a.size)}
	for _, e := range a.entries {
		if p.kept[e] {
			if err := p.part(z, e); err != nil {
				return fmt.Errorf("%w (in %s)", err, e.name)
			}
		}
	}
	return z.close()
}

// reach marks what is kept: the parts that lead from the document, their relationships, the content types.
func (p *officePackage) reach() error {
	types := p.a.find(contentTypesName)
	p.kept[types] = true
	queue, err := p.targets("", true)
	if err != nil {
		return err
	}
	if err := p.checkKind(types, queue); err != nil {
		return err
	}
	for len(queue) > 0 {
		e := queue[0]
		queue = queue[1:]
		if p.kept[e] {
			continue
		}
		p.kept[e] = true
		more, err := p.targets(e.name, false)
		if err != nil {
			return err
		}
		queue = append(queue, more...)
	}
	return nil
}

// targets returns the parts that the part of that name leads to, and marks its relationships as kept.
func (p *officePackage) targets(name string, root bool) ([]*entry, error) {
	rels := p.a.find(relsName(name))
	if rels == nil {
		return nil, nil
	}
	p.kept[rels] = true
	b, err := p.a.readAll(rels)
	if err != nil {
		return nil, err
	}
	r := &relRules{aliases: newAliases(), archive: p.a, root: root, folder: path.Dir(name)}
	if _, _, err = editXML(b, r, false); err != nil {
		return nil, err
	}
	if r.foreign {
		return nil, fmt.Errorf("%w: embedded document", ErrUnsupported)
	}
	return r.found, nil
}

// relsName is where the relationships of a part stand: a/b.xml → a/_rels/b.xml.rels.
func relsName(name string) string {
	if name == "" {
		return rootRels
	}
	folder, file := path.Split(name)
	return folder + "_rels/" + file + ".rels"
}

// checkKind refuses packages of other programs, by the content types of their documents.
func (p *officePackage) checkKind(types *entry, documents []*entry) error {
	b, err := p.a.readAll(types)
	if err != nil {
		return err
	}
	r := &typeRules{types: map[string]string{}}
	if _, _, err := editXML(b, r, false); err != nil {
		return err
	}
	if len(documents) == 0 {
		return fmt.Errorf("%w: package without a document", ErrUnsupported)
	}
	for _, e := range documents {
		kind := r.types["/"+foldASCII(e.name)]
		if kind == "" {
			kind = r.types[strings.TrimPrefix(path.Ext(foldASCII(e.name)), ".")]
		}
		if !slices.ContainsFunc(documentKinds, func(s string) bool { return strings.Contains(kind, s) }) {
			return fmt.Errorf("%w: package with a document of another kind", ErrUnsupported)
		}
	}
	return nil
}

// part writes one kept part.
func (p *officePackage) part(z *zipWriter, e *entry) error {
	extension := path.Ext(foldASCII(e.name))
	switch {
	case e == p.a.find(contentTypesName):
		return z.xml(p.a, e, &typeRules{keep: func(part string) bool { return p.kept[p.a.find(part)] }}, false)
	case extension == ".rels":
		folder := path.Dir(path.Dir(e.name)) // of the part that the relationships belong to
		return z.xml(p.a, e, &relRules{aliases: p.aliases, archive: p.a, root: e == p.a.find(rootRels), folder: folder}, false)
	case extension == ".xml":
		return z.xml(p.a, e, &officeRules{aliases: p.aliases}, false)
	case extension == ".vml":
		return z.xml(p.a, e, &officeRules{aliases: p.aliases}, true)
	}
	return z.media(p.a, e)
}

// xml writes an XML part: edited and stored, or, if nothing was to be edited, as it was packed.
func (z *zipWriter) xml(a *archive, e *entry, r rules, unnested bool) error {
	b, err := a.readAll(e)
	if err != nil {
		return err
	}
	out, changed, err := editXML(b, r, unnested)
	if err != nil {
		return err
	}
	if !changed {
		return z.raw(a, e)
	}
	return z.store(e.name, out)
}

// fontExtensions end the names of fonts.
var fontExtensions = tables.Paths.Fonts.set()

// containerMagic begins files that hold other files.
var containerMagic = tables.Containers.unhexed()

// media writes a part that is not XML: pictures cleaned, fonts as they are. Everything else is refused, because it may
// carry metadata of its own.
func (z *zipWriter) media(a *archive, e *entry) error {
	head, err := a.verify(e)
	if err != nil {
		return err
	}
	switch format := sniff(head); format {
	case JPEG, PNG, WebP:
		src := a.content(e)
		l, err := planImage(format, src, e.size)
		if err != nil {
			return err
		}
		return z.image(e.name, l, src)
	}
	for _, magic := range containerMagic {
		if bytes.HasPrefix(head, []byte(magic)) {
			return fmt.Errorf("%w: nested container", ErrUnsupported)
		}
	}
	if e.size == 0 || fontExtensions[path.Ext(foldASCII(e.name))] {
		return z.raw(a, e)
	}
	return fmt.Errorf("%w: embedded file of unknown kind", ErrUnsupported)
}
