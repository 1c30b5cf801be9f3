package metadata

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
)

// checkText reports what is missing of want, and what is there of unwanted.
func checkText(t *testing.T, name, text string, want, unwanted []string) {
	t.Helper()
	for _, s := range want {
		if !strings.Contains(text, s) {
			t.Errorf("%s lacks %q", name, s)
		}
	}
	for _, s := range unwanted {
		if strings.Contains(text, s) {
			t.Errorf("%s still has %q", name, s)
		}
	}
}

func partNames(all map[string][]byte) []string {
	var list []string
	for name := range all {
		if name != "" {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list
}

func TestWord(t *testing.T) {
	all := unpackAll(t, cleaned(t, buildZip(t, wordSample(t)...), OOXML))
	want := []string{"[Content_Types].xml", "_rels/.rels", "word/_rels/document.xml.rels", "word/_rels/settings.xml.rels",
		"word/comments.xml", "word/document.xml", "word/media/image1.jpeg", "word/media/image2.png", "word/settings.xml", "word/styles.xml"}
	if got := partNames(all); !slices.Equal(got, want) {
		t.Errorf("parts %q", got)
	}
	checkText(t, "document.xml", string(all["word/document.xml"]), []string{
		`<w:p w14:paraId="1A2B3C4D"><w:r><w:t xml:space="preserve">Visible one &amp; 内部告発 ` + "\U0001F600" + ` </w:t></w:r>`,
		`<w:ins w:id="1" w:author="Author 1"><w:r><w:t>VisibleInserted`, `<w:del w:id="2" w:author="Author 2"><w:r><w:delText>VisibleDeleted`,
		// fields: a page number stays alive, a title becomes text, a name goes
		`<w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:rPr><w:noProof/></w:rPr><w:t>VisiblePage1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/>`,
		`<w:r></w:r><w:r></w:r><w:r></w:r><w:r><w:rPr><w:noProof/></w:rPr><w:t>VisibleTitle</w:t></w:r><w:r></w:r>`,
		`<w:r></w:r><w:r></w:r><w:r></w:r><w:r><w:rPr><w:noProof/></w:rPr><w:t></w:t></w:r><w:r></w:r>`,
		`<w:p><w:r><w:t></w:t></w:r><w:r><w:t>VisibleSubject</w:t></w:r></w:p>`,
		`<w:sdtPr><w:alias w:val="Author"/></w:sdtPr><w:sdtContent><w:p><w:r><w:t></w:t></w:r></w:p></w:sdtContent>`,
		`<wp:docPr id="1" name="Picture 1" descr=""/>`, `<pic:cNvPr id="0" name=""/>`,
		`<wp:docPr id="2" name="Picture 2" descr="Visible alternative text, written by hand"/>`, `<w:permStart w:id="7"/>`,
	}, []string{"rsid", "w:date", "dateUtc", "dataBinding", "AUTHOR", "printerSettings", "<!--"})
	checkText(t, "settings.xml", string(all["word/settings.xml"]), []string{`<w:zoom w:percent="100"/><w:trackRevisions/><w:decimalSymbol w:val="."/></w:settings>`}, nil)
	checkText(t, "comments.xml", string(all["word/comments.xml"]), []string{`<w:comment w:id="0" w:author="Author 2" w:initials="A"><w:p>`}, nil)
	checkText(t, "document.xml.rels", string(all["word/_rels/document.xml.rels"]), []string{
		`Target="https://example.test/visible" TargetMode="External"`, `Target="removed-1" TargetMode="External"`, `Target="media/image1.jpeg"`,
	}, []string{"people", "printerSettings", "customXml"})
	checkText(t, "[Content_Types].xml", string(all["[Content_Types].xml"]), []string{"/word/comments.xml"}, []string{"docProps", "people", "customXml"})
	samePixels(t, decodeJPEG, craftedJPEG(t), all["word/media/image1.jpeg"])
	samePixels(t, decodePNG, craftedPNG(t), all["word/media/image2.png"])
}

func TestExcel(t *testing.T) {
	all := unpackAll(t, cleaned(t, buildZip(t, excelSample(t)...), OOXML))
	for _, name := range []string{"xl/printerSettings/printerSettings1.bin", "docProps/core.xml", "[trash]/0000.dat"} {
		if all[name] != nil {
			t.Errorf("%s is kept", name)
		}
	}
	checkText(t, "workbook.xml", string(all["xl/workbook.xml"]), []string{`<x15ac:absPath url="" xmlns`, `userName="Author 1"`}, []string{"revisionPtr"})
	checkText(t, "sheet1.xml", string(all["xl/worksheets/sheet1.xml"]),
		[]string{`<pageSetup paperSize="9" orientation="portrait"/><legacyDrawing r:id="rId2"/>`, `display=""`, `name="x"/></protectedRanges>`}, nil)
	checkText(t, "styles.xml", string(all["xl/styles.xml"]), []string{`formatCode="\\#,##0"`}, nil)
	checkText(t, "vmlDrawing1.vml", string(all["xl/drawings/vmlDrawing1.vml"]),
		[]string{`alt="" style='position:absolute;visibility:hidden'>`, `Visible<br>Vml`, `<v:imagedata o:relid="rId1"/>`}, nil)
	checkText(t, "comments1.xml", string(all["xl/comments1.xml"]),
		[]string{`<author>Author 2</author><author>tc=` + thread + `</author>`, `<t>Author 2:</t></r><r><t xml:space="preserve">` + "\nVisibleNote"}, nil)
	checkText(t, "threadedComment1.xml", string(all["xl/threadedComments/threadedComment1.xml"]), []string{
		`dT="` + neutralTime + `" personId="{00000000-0000-0000-0000-000000000001}" id="` + thread + `"`, `mentionpersonId="{00000000-0000-0000-0000-000000000002}" mentionId="{1}"`}, nil)
	checkText(t, "person.xml", string(all["xl/persons/person.xml"]), []string{
		`displayName="Author 2" id="{00000000-0000-0000-0000-000000000001}" userId="Author" providerId="None"`, `displayName="Author 3" id="{00000000-0000-0000-0000-000000000002}"`}, nil)
	checkText(t, "connections.xml", string(all["xl/connections.xml"]), []string{`odcFile=""><dbPr connection="" command=""/>`}, nil)
	checkText(t, "externalLink1.xml.rels", string(all["xl/externalLinks/_rels/externalLink1.xml.rels"]), []string{`Target="removed-2" TargetMode="External"`}, nil)
}

func TestPowerPoint(t *testing.T) {
	all := unpackAll(t, cleaned(t, buildZip(t, powerPointSample(t)...), OOXML))
	for _, name := range []string{"ppt/tags/tag1.xml", "ppt/revisionInfo.xml", "ppt/changesInfos/changesInfo1.xml", "customXml/item1.xml"} {
		if all[name] != nil {
			t.Errorf("%s is kept", name)
		}
	}
	checkText(t, "slide1.xml", string(all["ppt/slides/slide1.xml"]), []string{`name="Title 1"`, `</p:spTree></p:cSld></p:sld>`}, nil)
	checkText(t, "commentAuthors.xml", string(all["ppt/commentAuthors.xml"]), []string{
		`<p:cmAuthor id="0" name="Author 1" initials="A" lastIdx="1" clrIdx="0">`, `userId="Author" providerId="None"`}, nil)
	checkText(t, "comment1.xml", string(all["ppt/comments/comment1.xml"]), []string{`<p:cm authorId="0" idx="1">`}, nil)
	checkText(t, "authors.xml", string(all["ppt/authors.xml"]), []string{`id="{00000000-0000-0000-0000-000000000001}" name="Author 1" initials="A" userId="Author" providerId="None"`}, nil)
	checkText(t, "modernComment1.xml", string(all["ppt/comments/modernComment1.xml"]), []string{
		`<p188:cm id="` + thread + `" authorId="{00000000-0000-0000-0000-000000000001}" created="` + neutralTime + `"><p188:txBody>`}, nil)
}

// replaced returns the parts with one exchanged or added.
func replaced(parts []part, name, content string) []part {
	parts = slices.Clone(parts)
	for i := range parts {
		if parts[i].name == name {
			parts[i].content = content
			return parts
		}
	}
	return append(parts, part{name, content})
}

func TestOfficeRefuses(t *testing.T) {
	word, document := wordSample(t), "word/document.xml"
	picture := "word/media/image1.jpeg"
	withRel := func(kind, target, content string) []part {
		parts := replaced(word, "word/_rels/document.xml.rels", rels(rel("1", kind, target)))
		return replaced(parts, "word/"+target, content)
	}
	for name, c := range map[string]struct {
		parts []part
		want  error
	}{
		"plain archive":      {[]part{{"a.txt", "x"}, {"b.txt", "y"}}, ErrUnsupported},
		"no document":        {replaced(word, rootRels, rels()), ErrUnsupported},
		"missing document":   {replaced(word, rootRels, rels(rel("1", "officeDocument", "word/none.xml"))), ErrUnsupported},
		"other package":      {replaced(word, contentTypesName, contentTypes("", "/word/document.xml ms-visio.drawing.main")), ErrUnsupported},
		"document type":      {replaced(word, document, `<!DOCTYPE x [<!ENTITY e "x">]><x/>`), ErrUnsupported},
		"UTF-16":             {replaced(word, document, "\xff\xfe<\x00x\x00/\x00>\x00"), ErrUnsupported},
		"UTF-16 without BOM": {replaced(word, document, "<\x00?\x00x\x00"), ErrUnsupported},
		"other encoding":     {replaced(word, document, `<?xml version="1.0" encoding="Shift_JIS"?><x/>`), ErrUnsupported},
		"broken UTF-8":       {replaced(word, document, "<x>\xff</x>"), ErrMalformed},
		"open element":       {replaced(word, document, "<x><y></y>"), ErrMalformed},
		"crossed elements":   {replaced(word, document, "<x><y></x></y>"), ErrMalformed},
		"broken relations":   {replaced(word, "word/_rels/document.xml.rels", "<x"), ErrMalformed},
		"damaged picture":    {replaced(word, picture, string(craftedJPEG(t)[:400])), ErrMalformed},
		"TIFF":               {replaced(word, picture, "II*\x00"), ErrUnsupported},
		"GIF":                {replaced(word, picture, "GIF89a"), ErrUnsupported},
		"SVG":                {withRel("image", "media/image9.svg", `<svg xmlns="http://www.w3.org/2000/svg"/>`), ErrUnsupported},
		"EMF":                {withRel("image", "media/image9.emf", "\x01\x00\x00\x00"), ErrUnsupported},
		"embedded workbook":  {withRel("package", "embeddings/a.xlsx", "PK\x03\x04"), ErrUnsupported},
		"OLE object":         {withRel("oleObject", "embeddings/oleObject1.bin", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), ErrUnsupported},
		"macros":             {withRel("vbaProject", "vbaProject.bin", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), ErrUnsupported},
		"archive as a font":  {withRel("font", "fonts/font1.odttf", "PK\x03\x04"), ErrUnsupported},
		"embedded XML":       {withRel("aFChunk", "chunk.xml", "<x/>"), ErrUnsupported},
	} {
		if _, _, err := run(buildZip(t, c.parts...)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	fonts := smallest(stored("word/_rels/document.xml.rels", rels(rel("1", "font", "fonts/font1.odttf"))), stored("word/fonts/font1.odttf", "VisibleFont"))
	cleaned(t, rawZip(fonts, nil), OOXML)
}

// Macro-enabled kinds and templates are the same packages under other content types, also through Default.
func TestOfficeKinds(t *testing.T) {
	for _, types := range []string{
		contentTypes("", "/word/document.xml ms-word.document.macroEnabled.main"),
		contentTypes("", "/word/document.xml openxmlformats-officedocument.wordprocessingml.template.main"),
		strings.Replace(contentTypes(""), `"application/xml"`, `"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"`, 1),
	} {
		doc := smallest()
		doc[0] = stored(contentTypesName, types)
		cleaned(t, rawZip(doc, nil), OOXML)
	}
}

func TestODF(t *testing.T) {
	out := cleaned(t, buildZip(t, odfSample(t)...), ODF)
	if want := "PK\x03\x04\x14\x00\x00\x00\x00\x00\x00\x00\x21\x00"; !bytes.HasPrefix(out, []byte(want)) ||
		string(out[localSize:localSize+46]) != "mimetypeapplication/vnd.oasis.opendocument.tex" || out[28] != 0 {
		t.Errorf("begins with %q", out[:80])
	}
	all := unpackAll(t, out)
	want := []string{"META-INF/manifest.xml", "Object 1/content.xml", "Object 1/meta.xml", "Pictures/photo.jpg", "content.xml", "meta.xml", "mimetype", "settings.xml", "styles.xml"}
	if got := partNames(all); !slices.Equal(got, want) {
		t.Errorf("parts %q", got)
	}
	checkText(t, "content.xml", string(all["content.xml"]), []string{
		`style:display-name="Profile: Visible"`, `<style:text-properties/>`,
		`<dc:creator>Author 1</dc:creator><dc:date>` + neutralTime + `</dc:date></office:change-info>`,
		`<text:p>VisibleOne &amp; 内部告発 <office:annotation office:name="1"><dc:creator>Author 2</dc:creator><dc:date>` + neutralTime + `</dc:date><meta:creator-initials></meta:creator-initials><text:p>VisibleComment`,
		`<text:author-name text:fixed="true"></text:author-name><text:initial-creator text:fixed="true"></text:initial-creator><text:sender-email text:fixed="true"></text:sender-email>`,
		`<text:file-name text:display="full" text:fixed="true"></text:file-name><text:title text:fixed="true">VisibleTitle</text:title>`,
		`xlink:href="">VisibleFile`, `xlink:href="https://example.test/visible">VisibleWeb`, `xlink:href="#VisibleAnchor"`,
		`<draw:frame draw:name="" `, `xlink:href="Pictures/photo.jpg"`, `<svg:title></svg:title><svg:desc>Visible description</svg:desc>`,
		`<draw:object xlink:href="./Object 1"`, `<draw:image xlink:href="" xlink:type="simple"/></draw:frame></text:p>`,
		`['file:///removed-1'#$Sheet1.A1]+[&apos;file:///removed-2&apos;#$S.A1]`,
	}, []string{"rsid", "xml:id=\"\""})
	checkText(t, "settings.xml", string(all["settings.xml"]), []string{"PrinterIndependentLayout", `config:name="Whatever" config:type="string"></config:config-item>`}, []string{"PrinterName", "Rsid"})
	checkText(t, "manifest.xml", string(all[manifestName]), []string{
		`manifest:full-path="/"`, `manifest:full-path="Object 1/"`, `manifest:full-path="content.xml" manifest:media-type="text/xml"/>`,
	}, []string{"Thumbnails", "Configurations2", "rdf", "ObjectReplacements"})
	if string(all["meta.xml"]) != emptyMeta || string(all["Object 1/meta.xml"]) != emptyMeta {
		t.Error("meta.xml")
	}
	samePixels(t, decodeJPEG, craftedJPEG(t), all["Pictures/photo.jpg"])
}

func TestODFRefuses(t *testing.T) {
	odf := odfSample(t)
	manifest := `<manifest:manifest xmlns:manifest="x"><manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry></manifest:manifest>`
	for name, c := range map[string]struct {
		parts []part
		want  error
	}{
		"EPUB":             {replaced(odf, "mimetype", "application/epub+zip"), ErrUnsupported},
		"database":         {replaced(odf, "mimetype", odfPrefix+"base"), ErrUnsupported},
		"encrypted":        {replaced(odf, manifestName, manifest), ErrUnsupported},
		"macros":           {replaced(odf, "Basic/Standard/Module1.xml", "<x/>"), ErrUnsupported},
		"old versions":     {replaced(odf, "Versions/Version1", "PK\x03\x04"), ErrUnsupported},
		"metafile":         {replaced(odf, "Pictures/a.svm", "VCLMTF"), ErrUnsupported},
		"OLE object":       {replaced(odf, "Object 2", "\xd0\xcf\x11\xe0"), ErrUnsupported},
		"unknown XML":      {replaced(odf, "other.xml", "<x/>"), ErrUnsupported},
		"damaged picture":  {replaced(odf, "Pictures/photo.jpg", "\xff\xd8\xff\xd9"), ErrMalformed},
		"document type":    {replaced(odf, "content.xml", "<!DOCTYPE x><x/>"), ErrUnsupported},
		"no content":       {slices.DeleteFunc(slices.Clone(odf), func(p part) bool { return p.name == "content.xml" }), ErrMalformed},
		"no manifest":      {slices.DeleteFunc(slices.Clone(odf), func(p part) bool { return p.name == manifestName }), ErrMalformed},
		"mimetype not 1st": {append(slices.Clone(odf[1:]), odf[0]), ErrUnsupported},
	} {
		if _, _, err := run(buildZip(t, c.parts...)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}
