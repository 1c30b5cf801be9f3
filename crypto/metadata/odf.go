package metadata

import (
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// OpenDocument packages, ODF 1.3 part 2: the first entry says what the document is, META-INF/manifest.xml lists the
// rest. Embedded charts and formulas are folders with a document of their own inside.

const (
	manifestName = "META-INF/manifest.xml"
	odfPrefix    = "application/vnd.oasis.opendocument."
	// emptyMeta stands in for every meta.xml.
	emptyMeta = `<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
		`<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2">` +
		`<office:meta/></office:document-meta>`
)

// odfKinds follow odfPrefix in the mimetype of documents that are cleaned.
var odfKinds = tables.ODF.Kinds.list()

// odfDropped are folders and files that a document does without: previews, window layouts, signatures (void after any
// change), statements about the document, the position of lines on one machine.
var odfDropped = tables.ODF.DroppedParts.list()

// odfPackage is an OpenDocument package on its way.
type odfPackage struct {
	a       *archive
	kept    map[*entry]bool
	names   []string // of what is kept, sorted
	aliases *aliases
}

func cleanODF(w io.Writer, a *archive) error {
	if err := checkMimetype(a); err != nil {
		return err
	}
	p := &odfPackage{a: a, kept: map[*entry]bool{}, aliases: newAliases()}
	for _, e := range a.entries {
		if e.name == manifestName || !odfDrops(e.name) {
			p.kept[e] = true
			p.names = append(p.names, e.name)
		}
	}
	slices.Sort(p.names)
	if !p.kept[a.find(manifestName)] || !p.kept[a.find("content.xml")] {
		return fmt.Errorf("%w: OpenDocument package without a document", ErrMalformed)
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

// checkMimetype refuses other packages that begin with an entry of that name, such as EPUB.
func checkMimetype(a *archive) error {
	e := a.entries[0]
	if e.method != methodStored || e.size > 100 {
		return fmt.Errorf("%w: mimetype entry", ErrUnsupported)
	}
	b, err := a.readAll(e)
	if err != nil {
		return err
	}
	kind, found := strings.CutPrefix(string(b), odfPrefix)
	if !found || !slices.Contains(odfKinds, kind) {
		return fmt.Errorf("%w: package of another kind", ErrUnsupported)
	}
	return nil
}

// odfDrops reports whether an entry is left out.
func odfDrops(name string) bool {
	for _, d := range odfDropped {
		if name == d || strings.HasSuffix(d, "/") && strings.HasPrefix(name, d) {
			return true
		}
	}
	return false
}

// part writes one kept entry.
func (p *odfPackage) part(z *zipWriter, e *entry) error {
	switch {
	case e.name == "mimetype":
		return z.raw(p.a, e)
	case e.name == manifestName:
		r := &manifestRules{p: p}
		if err := z.xml(p.a, e, r, false); err != nil {
			return err
		}
		if r.encrypted {
			return fmt.Errorf("%w: encrypted OpenDocument", ErrUnsupported)
		}
		return nil
	}
	folder, file := path.Split(e.name)
	switch file {
	case "meta.xml":
		return z.store(e.name, []byte(emptyMeta))
	case "content.xml", "styles.xml", "settings.xml":
		return z.xml(p.a, e, &odfRules{p: p, folder: folder}, false)
	}
	return z.media(p.a, e)
}

// holds reports whether a path of the package leads to a file or a folder that is kept.
func (p *odfPackage) holds(name string) bool {
	name = path.Clean(name)
	if p.kept[p.a.find(name)] {
		return true
	}
	i, _ := slices.BinarySearch(p.names, name+"/")
	return i < len(p.names) && strings.HasPrefix(p.names[i], name+"/")
}

// manifestRules take out the entries of what is not kept.
type manifestRules struct {
	p         *odfPackage
	encrypted bool
}

func (r *manifestRules) open(e *editor, t *token) {
	switch string(localName(t.name)) {
	case "encryption-data":
		r.encrypted = true
	case "file-entry":
		name := t.value("full-path")
		if name != "/" && !r.p.holds(name) {
			e.drop()
		} else if size := t.find("size"); size != nil {
			e.dropAttr(size) // it may no longer be so
		}
	}
}

func (r *manifestRules) close(*editor, *element) {}
