package metadata

import (
	"bytes"
	"strings"
	"testing"
)

// The rules one by one, each on the least XML that shows it.

func TestOfficeRules(t *testing.T) {
	for in, want := range map[string]string{
		`<w:ins w:author="Kim" w:date="2024-05-06T07:08:09Z" w16du:dateUtc="x"/>`: `<w:ins w:author="Author 1"/>`,
		`<w:del w:author=""/>`:                                            `<w:del w:author=""/>`,
		`<x date="1" w:dateFormat="2"/>`:                                  `<x date="1" w:dateFormat="2"/>`,
		`<w:comment w:initials="KM"/>`:                                    `<w:comment w:initials="A"/>`,
		`<w:tr w:rsidR="1" w:rsidTr="2" x="3"/>`:                          `<w:tr x="3"/>`,
		`<p:cm dt="x" idx="1"/>`:                                          `<p:cm idx="1"/>`,
		`<x dt="x"/>`:                                                     `<x dt="x"/>`,
		`<threadedComment dT="x"/>`:                                       `<threadedComment dT="` + neutralTime + `"/>`,
		`<p188:reply created="x" assignedTo="{1}"/>`:                      `<p188:reply created="` + neutralTime + `"/>`,
		`<header dateTime="x" userName="Kim" guid="{1}"/>`:                `<header dateTime="` + neutralTime + `" userName="Author 1" guid="{1}"/>`,
		`<userInfo dateTime="x" name="Kim" id="-1"/>`:                     `<userInfo dateTime="` + neutralTime + `" name="Author 1" id="-1"/>`,
		`<inkml:timestamp timeString="x"/>`:                               `<inkml:timestamp timeString="` + neutralTime + `"/>`,
		`<rcmt author="Kim"/>`:                                            `<rcmt author="Author 1"/>`,
		`<customWorkbookView name="Kim - Personal View"/>`:                `<customWorkbookView name="Author 1"/>`,
		`<sheet name="Kim"/>`:                                             `<sheet name="Kim"/>`,
		`<person displayName="K" userId="k" providerId="AD"/>`:            `<person displayName="Author 1" userId="Author" providerId="None"/>`,
		`<table displayName="T" userId="x"/>`:                             `<table displayName="T" userId="x"/>`,
		`<a personId="{A}"/>`:                                             `<a personId="{00000000-0000-0000-0000-000000000001}"/>`,
		`<a personId="{A}"><b authorId="{a}" mentionpersonId="{B}"/></a>`: `<a personId="{00000000-0000-0000-0000-000000000001}"><b authorId="{00000000-0000-0000-0000-000000000001}" mentionpersonId="{00000000-0000-0000-0000-000000000002}"/></a>`,
		`<cm authorId="0"/>`:                                              `<cm authorId="0"/>`,
		`<pivotCacheDefinition refreshedBy="Kim" refreshedDate="1" refreshedDateIso="2" r:id="rId1"/>`: `<pivotCacheDefinition r:id="rId1"/>`,
		`<pageSetup id="1" r:id="rId1"/>`:         `<pageSetup id="1"/>`,
		`<w:permStart w:ed="D\kim" w:edGrp="x"/>`: `<w:permStart w:edGrp="x"/>`,
		`<protectedRange securityDescriptor="x"><securityDescriptor>x</securityDescriptor></protectedRange>`: `<protectedRange></protectedRange>`,
		`<x15ac:absPath url="https://corp.example.test/kim/"/>`:                                              `<x15ac:absPath url=""/>`,
		`<webPr url="https://example.test/"/>`:                                                               `<webPr url="https://example.test/"/>`,
		`<xxl21:alternateUrls driveId="x" itemId="y"/>`:                                                      `<xxl21:alternateUrls/>`,
		`<dbPr connection="x" command="y" commandType="3"/>`:                                                 `<dbPr connection="" command="" commandType="3"/>`,
		`<textPr sourceFile="kim.txt"/>`:                                                                     `<textPr sourceFile=""/>`,
		`<connection odcFile="kim.odc" name="Visible"/>`:                                                     `<connection odcFile="" name="Visible"/>`,
		`<v:imagedata o:title="scan"/>`:                                                                      `<v:imagedata/>`,
		`<v:shape alt="IMG_1.jpg" o:gfxdata="UEsDB"/>`:                                                       `<v:shape alt=""/>`,
		`<a:cNvPr name="a.png" descr="b.JPG" title="c.tif"/>`:                                                `<a:cNvPr name="" descr="" title=""/>`,
		`<a:cNvPr name="A cat" descr="sits" title="here"/>`:                                                  `<a:cNvPr name="A cat" descr="sits" title="here"/>`,
		`<webPublishItem destinationFile="C:\Users\kim\x.htm"/>`:                                             `<webPublishItem destinationFile=""/>`,
		`<x xmlns="file:///kim" xmlns:y="C:\kim"/>`:                                                          `<x xmlns="file:///kim" xmlns:y="C:\kim"/>`,
		`<numFmt formatCode="C:\Users"/>`:                                                                    `<numFmt formatCode="C:\Users"/>`,

		`<a><w:rsids><b/></w:rsids><w:rsid/><w14:docId/><w:docVars/><w:attachedTemplate/><w:mailMerge/></a>`:                  `<a></a>`,
		`<a><w:saveThroughXslt/><w:printerSettings/><w:dataBinding/><xr:revisionPtr/><customProperties/><p:custDataLst/></a>`: `<a></a>`,
		`<p188:cm><p:ext><p223:taskHistory><p223:event time="x"/></p223:taskHistory></p:ext></p188:cm>`:                       `<p188:cm><p:ext></p:ext></p188:cm>`,
		`<authors><author>Kim</author><author/><author>tc={1}</author></authors>`:                                             `<authors><author>Author 1</author><author/><author>tc={1}</author></authors>`,
		`<a><author>Kim</author></a>`: `<a><author>Kim</author></a>`,
		`<c><authors><author>Kim</author></authors><comment authorId="0"><t>Kim: x</t></comment><t>Kim:</t></c>`:                            `<c><authors><author>Author 1</author></authors><comment authorId="0"><t>Kim: x</t></comment><t>Kim:</t></c>`,
		`<c><authors><author>Kim</author></authors><comment authorId="0"><t>Kim:</t></comment><comment authorId="7"><t>:</t></comment></c>`: `<c><authors><author>Author 1</author></authors><comment authorId="0"><t>Author 1:</t></comment><comment authorId="7"><t>:</t></comment></c>`,
	} {
		check(t, in, want, &officeRules{aliases: newAliases()})
	}
}

func check(t *testing.T, in, want string, r rules) {
	t.Helper()
	out, _, err := editXML([]byte(in), r, false)
	if err != nil || string(out) != want {
		t.Errorf("%s\nbecame %s\nwant   %s, %v", in, out, want, err)
	}
}

func TestFieldUses(t *testing.T) {
	blanked := "AUTHOR LASTSAVEDBY USERNAME USERINITIALS USERADDRESS FILENAME TEMPLATE"
	unlinked := "TITLE SUBJECT KEYWORDS COMMENTS DOCPROPERTY INFO DOCVARIABLE CREATEDATE SAVEDATE PRINTDATE REVNUM EDITTIME MERGEFIELD"
	for list, want := range map[string]fieldUse{blanked: fieldBlanked, unlinked: fieldUnlinked, "PAGE TOC REF DATE": fieldStays} {
		for code := range strings.FieldsSeq(list) {
			if got := useOf("\r\n " + strings.ToLower(code) + ` \* MERGEFORMAT `); got != want {
				t.Errorf("%s: %v", code, got)
			}
		}
	}
	for _, property := range personalProperties {
		if got := useOf(` INFO "` + strings.ToUpper(property) + `" `); got != fieldBlanked {
			t.Errorf("%s: %v", property, got)
		}
		in := `<w:sdt><w:dataBinding w:xpath="/ns1:x[1]/ns0:` + property + `[1]"/><w:t>Kim</w:t></w:sdt>`
		check(t, in, `<w:sdt><w:t></w:t></w:sdt>`, &officeRules{aliases: newAliases()})
	}
}

func TestRelationshipRules(t *testing.T) {
	a, err := openArchive(bytes.NewReader(rawZip(smallest(), nil)), int64(len(rawZip(smallest(), nil))))
	if err != nil {
		t.Fatal(err)
	}
	dropped := "thumbnail people documenttasks documenttask revisionInfo changesInfo changesInfos intelligence2 attachedTemplate printerSettings " +
		"keyMapCustomizations attachedToolbars customProperty tags transform customXml customXmlProps mailMergeSource mailMergeHeaderSource " +
		"mailMergeRecipientData recipientData"
	for kind := range strings.FieldsSeq(dropped) {
		check(t, "<r>"+rel("1", kind, "x")+"</r>", "<r></r>", &relRules{aliases: newAliases(), archive: a, folder: "."})
	}
	for kind := range strings.FieldsSeq("officeDocument styles") {
		want := "<r></r>"
		if kind == "officeDocument" {
			want = "<r>" + rel("1", kind, "x") + "</r>"
		}
		check(t, "<r>"+rel("1", kind, "x")+"</r>", want, &relRules{aliases: newAliases(), archive: a, folder: ".", root: true})
	}
	for _, target := range []string{"document.xml", "./document.xml", "../word/Document.XML", "/word/document.xml", "/word/../word/document.xml#top"} {
		r := &relRules{aliases: newAliases(), archive: a, folder: "word"}
		check(t, rel("1", "x", target), rel("1", "x", target), r)
		if len(r.found) != 1 || r.found[0].name != "word/document.xml" {
			t.Errorf("%s: %v", target, r.found)
		}
	}
	for in, want := range map[string]string{
		rel("1", "hyperlink", "#Sheet1!A1"):                                         rel("1", "hyperlink", "#Sheet1!A1"),
		rel("1", "x", "../../../document.xml"):                                      rel("1", "x", "../../../document.xml"),
		rel("1", "x", `C:\Users\kim\a`):                                             rel("1", "x", "removed"),
		externalRel("1", "hyperlink", "mailto:a@example.test"):                      externalRel("1", "hyperlink", "mailto:a@example.test"),
		externalRel("1", "hyperlink", "../kim/a.docx"):                              externalRel("1", "hyperlink", "removed-1"),
		externalRel("1", "image", "https://example.test/kim.png"):                   externalRel("1", "image", "removed-1"),
		externalRel("1", "attachedTemplate", "x"):                                   "",
		strings.Replace(rel("1", "x", "a"), ` Target="a"`, "", 1):                   strings.Replace(rel("1", "x", "a"), ` Target="a"`, "", 1),
		strings.Replace(externalRel("1", "x", "b"), ` Id=`, ` x:Target="a" Id=`, 1): strings.Replace(externalRel("1", "x", "removed-1"), ` Id=`, ` x:Target="a" Id=`, 1),
	} {
		check(t, in, want, &relRules{aliases: newAliases(), archive: a, folder: "word"})
	}
}

func TestODFRules(t *testing.T) {
	b := buildZip(t, odfSample(t)...)
	a, err := openArchive(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	picture := a.find("Pictures/photo.jpg")
	for in, want := range map[string]string{
		`<annotation><dc:creator>Kim</dc:creator><dc:date>x</dc:date><meta:date-string>x</meta:date-string><loext:sender-initials>K</loext:sender-initials></annotation>`: `<annotation><dc:creator>Author 1</dc:creator><dc:date>` + neutralTime + `</dc:date><meta:date-string></meta:date-string><loext:sender-initials></loext:sender-initials></annotation>`,
		`<change-info><dc:creator/><dc:date/></change-info>`:                `<change-info><dc:creator/><dc:date/></change-info>`,
		`<annotation><dc:creator>K<x/></dc:creator></annotation>`:           `<annotation><dc:creator></dc:creator></annotation>`,
		`<text:date text:date-value="x">today</text:date>`:                  `<text:date text:date-value="x">today</text:date>`,
		`<text:template-name>x</text:template-name>`:                        `<text:template-name></text:template-name>`,
		`<text:creator text:fixed="false">K</text:creator>`:                 `<text:creator text:fixed="true"></text:creator>`,
		`<text:p xlink:href="file:///kim"/>`:                                `<text:p xlink:href=""/>`,
		`<text:p xlink:href="Pictures/photo%2ejpg"/>`:                       `<text:p xlink:href="Pictures/photo%2ejpg"/>`,
		`<text:p xlink:href="./Pictures/"/>`:                                `<text:p xlink:href="./Pictures/"/>`,
		`<text:p xlink:href="../Pictures/photo.jpg"/>`:                      `<text:p xlink:href=""/>`,
		`<text:p xlink:href="Pictures/%zz"/>`:                               `<text:p xlink:href=""/>`,
		`<text:p office:dde-topic="C:\kim\x"/>`:                             `<text:p office:dde-topic=""/>`,
		`<x a="'file:///a b'#$S.A1;file:/c" b="file:///a b"/>`:              `<x a="'file:///removed-1'#$S.A1;file:///removed-2" b="file:///removed-1"/>`,
		`<x a="&quot;file:///a&quot;&amp;file:///b&amp;c"/>`:                `<x a="&quot;file:///removed-1&quot;&amp;file:///removed-2"/>`,
		`<draw:frame draw:name="A cat" table:name="a.png"/>`:                `<draw:frame draw:name="A cat" table:name="a.png"/>`,
		`<a><svg:title>A cat</svg:title><text:title>a.png</text:title></a>`: `<a><svg:title>A cat</svg:title><text:title text:fixed="true">a.png</text:title></a>`,
	} {
		p := &odfPackage{a: a, kept: map[*entry]bool{picture: true}, names: []string{picture.name}, aliases: newAliases()}
		check(t, in, want, &odfRules{p: p})
	}
	personal := "author-name author-initials initial-creator creator printed-by file-name sender-firstname sender-phone-work"
	property := "title subject description keywords user-defined creation-date creation-time modification-date modification-time print-date " +
		"print-time editing-cycles editing-duration"
	for list, text := range map[string]string{personal: "", property: "x"} {
		for name := range strings.FieldsSeq(list) {
			check(t, "<text:"+name+">x</text:"+name+">", "<text:"+name+` text:fixed="true">`+text+"</text:"+name+">", &odfRules{})
			check(t, "<other:"+name+">x</other:"+name+">", "<other:"+name+">x</other:"+name+">", &odfRules{})
		}
	}
	settings := "PrinterName PrinterSetup PrinterPaperFromSetup PrintFaxName Rsid RsidRoot CurrentDatabaseDataSource CurrentDatabaseCommand " +
		"CurrentDatabaseCommandType EmbeddedDatabaseName ColorTableURL DashTableURL LineEndTableURL HatchTableURL GradientTableURL BitmapTableURL"
	for name := range strings.FieldsSeq(settings) {
		check(t, `<s><config:config-item config:name="`+name+`">x</config:config-item></s>`, "<s></s>", &odfRules{})
	}
}

// Each chunk that colours or placement hang on stays, at its longest, and goes when it is longer.
func TestPNGRules(t *testing.T) {
	plain := plainPNG(t)
	with := func(c []byte) []byte { return append(append(bytes.Clone(plain[:8+25]), c...), plain[8+25:]...) }
	for name, n := range map[string]int{
		"gAMA": 4, "cHRM": 32, "sRGB": 1, "cICP": 4, "sBIT": 4, "bKGD": 6, "pHYs": 9, "tRNS": 256,
		"mDCV": 24, "mDCv": 24, "cLLI": 8, "cLLi": 8, "acTL": 8, "fcTL": 26,
	} {
		in := with(pngChunk(name, make([]byte, n)))
		if out := cleaned(t, in, PNG); !bytes.Equal(out, in) {
			t.Errorf("%s goes", name)
		}
		if out := cleaned(t, with(pngChunk(name, make([]byte, n+1))), PNG); !bytes.Equal(out, plain) {
			t.Errorf("%s of %d bytes stays", name, n+1)
		}
	}
	for _, name := range []string{"tEXt", "zTXt", "iTXt", "tIME", "hIST", "sPLT", "dSIG", "caBX", "vpAg", "eXIf"} {
		if out := cleaned(t, with(pngChunk(name, []byte("x"))), PNG); !bytes.Equal(out, plain) {
			t.Errorf("%s stays", name)
		}
	}
}

// Each tag that a colour transform reads stays, and those that describe a device go.
func TestProfileRules(t *testing.T) {
	kept := "rXYZ gXYZ bXYZ rTRC gTRC bTRC kTRC aarg aagg aabg A2B0 A2B1 A2B2 A2B3 B2A0 B2A1 B2A2 B2A3 D2B0 D2B1 D2B2 D2B3 " +
		"B2D0 B2D1 B2D2 B2D3 gamt pre0 pre1 pre2 wtpt bkpt chad cicp"
	for name := range strings.FieldsSeq(kept) {
		p := bytes.Replace(sampleProfile(2, "Canary"), []byte("rXYZ"), []byte(name), 1)
		if out := cleanProfile(p); !bytes.Contains(out, []byte(name+"\x00\x00")) || !bytes.Contains(out, []byte("VisibleRed12")) {
			t.Errorf("%s goes", name)
		}
	}
	for name := range strings.FieldsSeq("mmod dscm vcgt ndin meta targ psid dmnd dmdd vued") {
		p := bytes.Replace(sampleProfile(2, "Canary"), []byte("rXYZ"), []byte(name), 1)
		if out := cleanProfile(p); out == nil || bytes.Contains(out, []byte("VisibleRed12")) {
			t.Errorf("%s stays", name)
		}
	}
}
