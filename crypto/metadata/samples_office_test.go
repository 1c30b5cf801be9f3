package metadata

import "testing"

const wordNS = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" ` +
	`xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" ` +
	`xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" ` +
	`xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" ` +
	`xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" ` +
	`xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml" ` +
	`xmlns:w16du="http://schemas.microsoft.com/office/word/2023/wordml/word16du" ` +
	`xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" ` +
	`mc:Ignorable="w14 w15 w16du"`

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\r\n"

// wordField is a complex field as Word writes it.
func wordField(code, text string) string {
	return `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> ` + code +
		` </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:rPr><w:noProof/></w:rPr><w:t>` + text +
		`</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`
}

// wordPicture is an inline picture, named as Word names it.
func wordPicture(id, rid, name, descr string) string {
	return `<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="914400" cy="609600"/>` +
		`<wp:docPr id="` + id + `" name="Picture ` + id + `" descr="` + descr + `"/>` +
		`<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">` +
		`<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:nvPicPr><pic:cNvPr id="0" name="` + name + `"/><pic:cNvPicPr/></pic:nvPicPr>` +
		`<pic:blipFill><a:blip r:embed="` + rid + `"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>` +
		`<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="914400" cy="609600"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>`
}

// wordDocument is a body with every trace that the rules name.
func wordDocument() string {
	return xmlHead + `<w:document ` + wordNS + `><!-- Canary generator --><w:body>` +
		`<w:p w:rsidR="00CANARY" w:rsidRDefault="00CANARY" w14:paraId="1A2B3C4D"><w:r w:rsidRPr="00CANARY"><w:t xml:space="preserve">Visible one &amp; 内部告発 ` + "\U0001F600" + ` </w:t></w:r>` +
		`<w:ins w:id="1" w:author="Hanako Canary" w:date="2024-05-06T07:08:09Z" w16du:dateUtc="2024-05-06T00:08:09Z"><w:r><w:t>VisibleInserted</w:t></w:r></w:ins>` +
		`<w:del w:id="2" w:author="Taro Canary" w:date="2024-05-06T07:08:09Z"><w:r w:rsidDel="00CANARY"><w:delText>VisibleDeleted</w:delText></w:r></w:del></w:p>` +
		`<w:p>` + wordField("AUTHOR", "Hanako Canary") + wordField(`FILENAME \p`, `C:\Users\canary\a.docx`) + wordField("TITLE", "VisibleTitle") +
		wordField(`DOCPROPERTY  Company`, "Canary Corp") + wordField("PAGE", "VisiblePage1") +
		wordField(`HYPERLINK "file:///C:\\Users\\canary\\b.docx"`, "VisibleLink") + `</w:p>` +
		`<w:p><w:fldSimple w:instr=" AUTHOR \* MERGEFORMAT "><w:r><w:t>Hanako Canary</w:t></w:r></w:fldSimple>` +
		`<w:fldSimple w:instr=" SUBJECT "><w:r><w:t>VisibleSubject</w:t></w:r></w:fldSimple></w:p>` +
		`<w:sdt><w:sdtPr><w:alias w:val="Author"/><w:dataBinding w:xpath="/ns1:coreProperties[1]/ns0:creator[1]" w:storeItemID="{6C3C8BC8-F283-45AE-878A-BAB7291924A1}"/></w:sdtPr>` +
		`<w:sdtContent><w:p><w:r><w:t>Hanako Canary</w:t></w:r></w:p></w:sdtContent></w:sdt>` +
		`<w:sdt><w:sdtPr><w:dataBinding w:xpath="/ns1:coreProperties[1]/ns0:title[1]" w:storeItemID="{6C3C8BC8-F283-45AE-878A-BAB7291924A1}"/></w:sdtPr>` +
		`<w:sdtContent><w:p><w:r><w:t>VisibleBoundTitle</w:t></w:r></w:p></w:sdtContent></w:sdt>` +
		`<w:p>` + wordPicture("1", "rId2", "canary_IMG_2031.JPG", `C:\Users\canary\Pictures\x.png`) +
		wordPicture("2", "rId3", "Picture 2", "Visible alternative text, written by hand") + `</w:p>` +
		`<w:p><w:hyperlink r:id="rId4"><w:r><w:t>VisibleWeb</w:t></w:r></w:hyperlink><w:hyperlink r:id="rId5"><w:r><w:t>VisibleFile</w:t></w:r></w:hyperlink>` +
		`<w:commentRangeStart w:id="0"/><w:r><w:t>VisibleCommented</w:t></w:r><w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>` +
		`<w:permStart w:id="7" w:ed="DOMAIN\canary"/><w:permEnd w:id="7"/></w:p>` +
		`<w:sectPr w:rsidR="00CANARY"><w:printerSettings r:id="rId6"/><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body></w:document>`
}

func wordSample(t testing.TB) []part {
	parts := append(rootParts(t, "word/document.xml"), []part{
		{"word/document.xml", wordDocument()},
		{"word/_rels/document.xml.rels", rels(
			rel("1", "settings", "settings.xml"), rel("2", "image", "media/image1.jpeg"), rel("3", "image", "/word/media/image2.png"),
			externalRel("4", "hyperlink", "https://example.test/visible"), externalRel("5", "hyperlink", `file:///C:\Users\canary\c.docx`),
			rel("6", "printerSettings", "printerSettings1.bin"), rel("7", "comments", "comments.xml"),
			rel("8", "http://schemas.microsoft.com/office/2011/relationships/people", "people.xml"), rel("9", "styles", "styles.xml"),
			rel("10", "customXml", "../customXml/item1.xml"))},
		{"word/_rels/settings.xml.rels", rels(externalRel("1", "attachedTemplate", `file:///C:\Users\canary\Canary.dotx`), externalRel("2", "mailMergeSource", `C:\Users\canary\d.xlsx`))},
		{"word/settings.xml", xmlHead + `<w:settings ` + wordNS + `><w:zoom w:percent="100"/><w:attachedTemplate r:id="rId1"/>` +
			`<w:mailMerge><w:connectString w:val="Canary"/><w:dataSource r:id="rId2"/></w:mailMerge><w:trackRevisions/>` +
			`<w:docVars><w:docVar w:name="x" w:val="Canary"/></w:docVars><w:rsids><w:rsidRoot w:val="00CANARY"/><w:rsid w:val="00CANARY"/></w:rsids>` +
			`<w14:docId w14:val="CANARY00"/><w15:docId w15:val="{CANARY00-0000-0000-0000-000000000000}"/><w:decimalSymbol w:val="."/></w:settings>`},
		{"word/styles.xml", xmlHead + `<w:styles ` + wordNS + `><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:rsid w:val="00CANARY"/></w:style></w:styles>`},
		{"word/comments.xml", xmlHead + `<w:comments ` + wordNS + `><w:comment w:id="0" w:author="Taro Canary" w:date="2024-05-06T07:08:09Z" w:initials="CN"><w:p><w:r><w:t>VisibleComment</w:t></w:r></w:p></w:comment></w:comments>`},
		{"word/people.xml", xmlHead + `<w15:people ` + wordNS + `><w15:person w15:author="Hanako Canary"><w15:presenceInfo w15:providerId="AD" w15:userId="S::canary@example.test"/></w15:person></w15:people>`},
		{"word/printerSettings1.bin", "Canary printer"},
		{"word/media/image1.jpeg", string(craftedJPEG(t))},
		{"word/media/image2.png", string(craftedPNG(t))},
		{"customXml/item1.xml", `<p:properties xmlns:p="x"><owner>Canary</owner></p:properties>`},
		{"customXml/_rels/item1.xml.rels", rels(rel("1", "customXmlProps", "itemProps1.xml"))},
		{"customXml/itemProps1.xml", `<ds:datastoreItem ds:itemID="{CANARY}" xmlns:ds="x"/>`},
	}...)
	types := contentTypes("", "/word/document.xml openxmlformats-officedocument.wordprocessingml.document.main",
		"/word/settings.xml openxmlformats-officedocument.wordprocessingml.settings",
		"/word/styles.xml openxmlformats-officedocument.wordprocessingml.styles",
		"/word/comments.xml openxmlformats-officedocument.wordprocessingml.comments",
		"/word/people.xml openxmlformats-officedocument.wordprocessingml.people",
		"/docProps/core.xml openxmlformats-package.core-properties", "/docProps/app.xml openxmlformats-officedocument.extended-properties",
		"/customXml/itemProps1.xml openxmlformats-officedocument.customXmlProperties")
	return append([]part{{"[Content_Types].xml", types}}, parts...)
}

const sheetNS = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" ` +
	`xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" ` +
	`xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" ` +
	`xmlns:x15="http://schemas.microsoft.com/office/spreadsheetml/2010/11/main" mc:Ignorable="x15"`

// excelVML is what Excel draws notes with. Its <br> is not closed.
const excelVML = `<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">` +
	`<v:shape id="_x0000_s1025" type="#_x0000_t202" alt="canary.png" style='position:absolute;visibility:hidden'><v:textbox><div style='text-align:left'>Visible<br>Vml</div></v:textbox>` +
	`<v:imagedata o:title="Canary scan" o:relid="rId1"/><x:ClientData ObjectType="Note"><x:Row>0</x:Row><x:Column>0</x:Column></x:ClientData></v:shape></xml>`

const (
	personA = "{AAAAAAAA-CA00-4A00-8000-00000000000A}"
	personB = "{BBBBBBBB-CA00-4A00-8000-00000000000B}"
	thread  = "{11111111-2222-4333-8444-555555555555}"
)

func excelSample(t testing.TB) []part {
	parts := append(rootParts(t, "xl/workbook.xml"), []part{
		{"xl/workbook.xml", xmlHead + `<workbook ` + sheetNS + `><fileSharing readOnlyRecommended="1" userName="Canary"/><workbookPr defaultThemeVersion="166925"/>` +
			`<mc:AlternateContent><mc:Choice Requires="x15"><x15ac:absPath url="C:\Users\canary\Documents\" xmlns:x15ac="http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac"/></mc:Choice></mc:AlternateContent>` +
			`<xr:revisionPtr revIDLastSave="0" documentId="13_ncr:1_{CANARY}" xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision"/>` +
			`<sheets><sheet name="VisibleSheet" sheetId="1" r:id="rId1"/></sheets><externalReferences><externalReference r:id="rId2"/></externalReferences></workbook>`},
		{"xl/_rels/workbook.xml.rels", rels(rel("1", "worksheet", "worksheets/sheet1.xml"), rel("2", "externalLink", "externalLinks/externalLink1.xml"),
			rel("3", "http://schemas.microsoft.com/office/2017/10/relationships/person", "persons/person.xml"), rel("4", "connections", "connections.xml"), rel("5", "styles", "styles.xml"))},
		{"xl/styles.xml", xmlHead + `<styleSheet ` + sheetNS + `><numFmts count="1"><numFmt numFmtId="164" formatCode="\\#,##0"/></numFmts><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="1"><xf/></cellXfs></styleSheet>`},
		{"xl/worksheets/sheet1.xml", xmlHead + `<worksheet ` + sheetNS + `><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>VisibleCell</t></is></c></row></sheetData>` +
			`<protectedRanges><protectedRange sqref="A1" name="x" securityDescriptor="O:WDG:WDD:(A;;CC;;;S-1-5-21-CANARY)"/></protectedRanges>` +
			`<hyperlinks><hyperlink ref="A1" r:id="rId4" display="C:\Users\canary\e.xlsx"/></hyperlinks><pageSetup paperSize="9" orientation="portrait" r:id="rId1"/><legacyDrawing r:id="rId2"/></worksheet>`},
		{"xl/worksheets/_rels/sheet1.xml.rels", rels(rel("1", "printerSettings", "../printerSettings/printerSettings1.bin"), rel("2", "vmlDrawing", "../drawings/vmlDrawing1.vml"),
			rel("3", "comments", "../comments1.xml"), externalRel("4", "hyperlink", `file:///\\server\canary\e.xlsx`),
			rel("5", "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment", "../threadedComments/threadedComment1.xml"))},
		{"xl/printerSettings/printerSettings1.bin", "Canary"},
		{"xl/drawings/vmlDrawing1.vml", excelVML},
		{"xl/comments1.xml", xmlHead + `<comments ` + sheetNS + `><authors><author>Hanako Canary</author><author>tc=` + thread + `</author></authors><commentList>` +
			`<comment ref="A1" authorId="0"><text><r><rPr><b/></rPr><t>Hanako Canary:</t></r><r><t xml:space="preserve">` + "\n" + `VisibleNote</t></r></text></comment>` +
			`<comment ref="B1" authorId="1"><text><t>VisibleThreadText</t></text></comment></commentList></comments>`},
		{"xl/threadedComments/threadedComment1.xml", xmlHead + `<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">` +
			`<threadedComment ref="B1" dT="2024-05-06T07:08:09.10" personId="` + personA + `" id="` + thread + `"><text>VisibleThread</text><mentions><mention mentionpersonId="` + personB + `" mentionId="{1}" startIndex="0" length="1"/></mentions></threadedComment></ThreadedComments>`},
		{"xl/persons/person.xml", xmlHead + `<personList xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">` +
			`<person displayName="Hanako Canary" id="` + personA + `" userId="S::canary@example.test::1" providerId="AD"/><person displayName="Taro Canary" id="` + personB + `" userId="canary" providerId="None"/></personList>`},
		{"xl/connections.xml", xmlHead + `<connections ` + sheetNS + `><connection id="1" name="Query" type="1" odcFile="C:\Users\canary\f.odc"><dbPr connection="DSN=x;User ID=canary" command="select canary"/></connection></connections>`},
		{"xl/externalLinks/externalLink1.xml", xmlHead + `<externalLink ` + sheetNS + `><externalBook r:id="rId1"><sheetNames><sheetName val="VisibleExternal"/></sheetNames></externalBook></externalLink>`},
		{"xl/externalLinks/_rels/externalLink1.xml.rels", rels(externalRel("1", "externalLinkPath", "https://corp.example.test/personal/canary/g.xlsx"))},
	}...)
	types := contentTypes("", "/xl/workbook.xml openxmlformats-officedocument.spreadsheetml.sheet.main",
		"/xl/worksheets/sheet1.xml openxmlformats-officedocument.spreadsheetml.worksheet", "/xl/styles.xml openxmlformats-officedocument.spreadsheetml.styles",
		"/xl/comments1.xml openxmlformats-officedocument.spreadsheetml.comments", "/xl/connections.xml openxmlformats-officedocument.spreadsheetml.connections",
		"/xl/externalLinks/externalLink1.xml openxmlformats-officedocument.spreadsheetml.externalLink",
		"/xl/persons/person.xml ms-excel.person", "/xl/threadedComments/threadedComment1.xml ms-excel.threadedcomments",
		"/docProps/core.xml openxmlformats-package.core-properties", "/docProps/app.xml openxmlformats-officedocument.extended-properties")
	return append([]part{{"[Content_Types].xml", types}}, parts...)
}

const slideNS = `xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" ` +
	`xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" ` +
	`xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`

// slideTree is the least that a slide, layout or master holds, with one text.
func slideTree(text string) string {
	return `<p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>` +
		`<p:sp><p:nvSpPr><p:cNvPr id="2" name="Title 1"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm><a:off x="914400" y="914400"/><a:ext cx="6096000" cy="914400"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>` +
		`<p:txBody><a:bodyPr/><a:p><a:r><a:t>` + text + `</a:t></a:r></a:p></p:txBody></p:sp></p:spTree>` +
		`<p:custDataLst><p:custData r:id="rId8"/><p:tags r:id="rId9"/></p:custDataLst></p:cSld>`
}

func powerPointSample(t testing.TB) []part {
	const colours = `<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"/>`
	parts := append(rootParts(t, "ppt/presentation.xml"), []part{
		{"ppt/presentation.xml", xmlHead + `<p:presentation ` + slideNS + `><p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst><p:sldIdLst><p:sldId id="256" r:id="rId2"/></p:sldIdLst><p:sldSz cx="9144000" cy="6858000"/><p:notesSz cx="6858000" cy="9144000"/></p:presentation>`},
		{"ppt/_rels/presentation.xml.rels", rels(rel("1", "slideMaster", "slideMasters/slideMaster1.xml"), rel("2", "slide", "slides/slide1.xml"),
			rel("3", "commentAuthors", "commentAuthors.xml"), rel("4", "http://schemas.microsoft.com/office/2018/10/relationships/authors", "authors.xml"),
			rel("5", "http://schemas.microsoft.com/office/2016/11/relationships/changesInfo", "changesInfos/changesInfo1.xml"),
			rel("6", "http://schemas.microsoft.com/office/2015/10/relationships/revisionInfo", "revisionInfo.xml"))},
		{"ppt/slideMasters/slideMaster1.xml", xmlHead + `<p:sldMaster ` + slideNS + `>` + slideTree("") + colours + `<p:sldLayoutIdLst><p:sldLayoutId id="2147483649" r:id="rId1"/></p:sldLayoutIdLst></p:sldMaster>`},
		{"ppt/slideMasters/_rels/slideMaster1.xml.rels", rels(rel("1", "slideLayout", "../slideLayouts/slideLayout1.xml"), rel("2", "theme", "../theme/theme1.xml"))},
		{"ppt/slideLayouts/slideLayout1.xml", xmlHead + `<p:sldLayout ` + slideNS + `>` + slideTree("") + `</p:sldLayout>`},
		{"ppt/slideLayouts/_rels/slideLayout1.xml.rels", rels(rel("1", "slideMaster", "../slideMasters/slideMaster1.xml"))},
		{"ppt/theme/theme1.xml", xmlHead + `<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Office Theme"/>`},
		{"ppt/slides/slide1.xml", xmlHead + `<p:sld ` + slideNS + `>` + slideTree("VisibleSlide") + `</p:sld>`},
		{"ppt/slides/_rels/slide1.xml.rels", rels(rel("1", "slideLayout", "../slideLayouts/slideLayout1.xml"), rel("2", "comments", "../comments/comment1.xml"),
			rel("3", "http://schemas.microsoft.com/office/2018/10/relationships/comments", "../comments/modernComment1.xml"),
			rel("8", "customXml", "../../customXml/item1.xml"), rel("9", "tags", "../tags/tag1.xml"))},
		{"ppt/tags/tag1.xml", `<p:tagLst ` + slideNS + `><p:tag name="ADDIN" val="Canary"/></p:tagLst>`},
		{"customXml/item1.xml", `<x>Canary</x>`},
		{"ppt/commentAuthors.xml", xmlHead + `<p:cmAuthorLst ` + slideNS + `><p:cmAuthor id="0" name="Hanako Canary" initials="CN" lastIdx="1" clrIdx="0"><p:extLst><p:ext uri="{19B8F6BF-5375-455C-9EA6-DF929625EA0E}"><p15:presenceInfo xmlns:p15="http://schemas.microsoft.com/office/powerpoint/2012/main" userId="canary@example.test" providerId="AD"/></p:ext></p:extLst></p:cmAuthor></p:cmAuthorLst>`},
		{"ppt/comments/comment1.xml", xmlHead + `<p:cmLst ` + slideNS + `><p:cm authorId="0" dt="2024-05-06T07:08:09.123" idx="1"><p:pos x="10" y="10"/><p:text>VisibleSlideComment</p:text></p:cm></p:cmLst>`},
		{"ppt/authors.xml", xmlHead + `<p188:authorLst xmlns:p188="http://schemas.microsoft.com/office/powerpoint/2018/8/main"><p188:author id="` + personA + `" name="Hanako Canary" initials="CN" userId="S::canary@example.test::1" providerId="AD"/></p188:authorLst>`},
		{"ppt/comments/modernComment1.xml", xmlHead + `<p188:cmLst ` + slideNS + ` xmlns:p188="http://schemas.microsoft.com/office/powerpoint/2018/8/main"><p188:cm id="` + thread + `" authorId="` + personA + `" created="2024-05-06T07:08:09.123" assignedTo="` + personB + `"><p188:txBody><a:bodyPr/><a:p><a:r><a:t>VisibleModern</a:t></a:r></a:p></p188:txBody></p188:cm></p188:cmLst>`},
		{"ppt/changesInfos/changesInfo1.xml", `<pc:chgInfo xmlns:pc="x"><pc:chgData name="Hanako Canary" userId="canary" providerId="AD"/></pc:chgInfo>`},
		{"ppt/revisionInfo.xml", `<p1510:revInfo xmlns:p1510="x"><p1510:revLst><p1510:client id="{CANARY}"/></p1510:revLst></p1510:revInfo>`},
	}...)
	types := contentTypes("", "/ppt/presentation.xml openxmlformats-officedocument.presentationml.presentation.main",
		"/ppt/slideMasters/slideMaster1.xml openxmlformats-officedocument.presentationml.slideMaster", "/ppt/slideLayouts/slideLayout1.xml openxmlformats-officedocument.presentationml.slideLayout",
		"/ppt/slides/slide1.xml openxmlformats-officedocument.presentationml.slide", "/ppt/theme/theme1.xml openxmlformats-officedocument.theme",
		"/ppt/commentAuthors.xml openxmlformats-officedocument.presentationml.commentAuthors", "/ppt/comments/comment1.xml openxmlformats-officedocument.presentationml.comments",
		"/ppt/authors.xml ms-powerpoint.authors", "/ppt/comments/modernComment1.xml ms-powerpoint.comments", "/ppt/tags/tag1.xml openxmlformats-officedocument.presentationml.tags",
		"/ppt/changesInfos/changesInfo1.xml ms-powerpoint.changesinfo", "/ppt/revisionInfo.xml ms-powerpoint.revisioninfo",
		"/docProps/core.xml openxmlformats-package.core-properties", "/docProps/app.xml openxmlformats-officedocument.extended-properties")
	return append([]part{{"[Content_Types].xml", types}}, parts...)
}

const odfNS = `xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" ` +
	`xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" ` +
	`xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" ` +
	`xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" ` +
	`xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2" xmlns:officeooo="http://openoffice.org/2009/office" xmlns:config="urn:oasis:names:tc:opendocument:xmlns:config:1.0" office:version="1.3"`

func odfContent() string {
	return `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<office:document-content ` + odfNS + `><office:automatic-styles>` +
		`<style:style style:name="T1" style:display-name="Profile: Visible" style:family="text"><style:text-properties officeooo:rsid="00CANARY" officeooo:paragraph-rsid="00CANARY"/></style:style></office:automatic-styles>` +
		`<office:body><office:text><text:tracked-changes><text:changed-region xml:id="ct1" text:id="ct1"><text:insertion><office:change-info><dc:creator>Hanako Canary</dc:creator><dc:date>2024-05-06T07:08:09</dc:date></office:change-info></text:insertion></text:changed-region></text:tracked-changes>` +
		`<text:p>VisibleOne &amp; 内部告発 <office:annotation office:name="1"><dc:creator>Taro Canary</dc:creator><dc:date>2024-05-06T07:08:09</dc:date><meta:creator-initials>CN</meta:creator-initials><text:p>VisibleComment</text:p></office:annotation>VisibleTwo</text:p>` +
		`<text:p><text:change-start text:change-id="ct1"/>VisibleInserted<text:change-end text:change-id="ct1"/></text:p>` +
		`<text:p><text:author-name text:fixed="false">Hanako Canary</text:author-name><text:initial-creator>Hanako Canary</text:initial-creator><text:sender-email>canary@example.test</text:sender-email><text:file-name text:display="full">/home/canary/a.odt</text:file-name><text:title>VisibleTitle</text:title></text:p>` +
		`<text:p><text:a xlink:type="simple" xlink:href="../../home/canary/b.odt">VisibleFile</text:a><text:a xlink:href="https://example.test/visible">VisibleWeb</text:a><text:a xlink:href="#VisibleAnchor">x</text:a></text:p>` +
		`<text:p><draw:frame draw:name="canary_IMG_1.jpg" text:anchor-type="as-char" svg:width="2cm" svg:height="2cm"><draw:image xlink:href="Pictures/photo.jpg" xlink:type="simple"/><svg:title>canary.png</svg:title><svg:desc>Visible description</svg:desc></draw:frame>` +
		`<draw:frame svg:width="2cm" svg:height="2cm" text:anchor-type="as-char"><draw:object xlink:href="./Object 1" xlink:type="simple"/><draw:image xlink:href="./ObjectReplacements/Object 1" xlink:type="simple"/></draw:frame></text:p>` +
		`<table:table table:name="t" ><table:table-column/><table:table-row><table:table-cell table:formula="of:=['file:///home/canary/c.ods'#$Sheet1.A1]+[&apos;file:///home/canary/d.ods&apos;#$S.A1]"><text:p>VisibleValue</text:p></table:table-cell></table:table-row></table:table>` +
		`</office:text></office:body></office:document-content>`
}

// odfSample is an ODT with an embedded formula.
func odfSample(t testing.TB) []part {
	return []part{
		{"mimetype", "application/vnd.oasis.opendocument.text"},
		{"Configurations2/accelerator/current.xml", `<x>Canary</x>`},
		{"manifest.rdf", `<rdf:RDF xmlns:rdf="x">Canary</rdf:RDF>`},
		{"meta.xml", `<office:document-meta ` + odfNS + `><office:meta><meta:initial-creator>Hanako Canary</meta:initial-creator></office:meta></office:document-meta>`},
		{"settings.xml", `<office:document-settings ` + odfNS + `><office:settings><config:config-item-set config:name="ooo:configuration-settings"><config:config-item config:name="PrinterName" config:type="string">Canary printer</config:config-item><config:config-item config:name="Rsid" config:type="int">123</config:config-item><config:config-item config:name="PrinterIndependentLayout" config:type="string">high-resolution</config:config-item><config:config-item config:name="Whatever" config:type="string">/home/canary/x</config:config-item></config:config-item-set></office:settings></office:document-settings>`},
		{"Thumbnails/thumbnail.png", pngSignature + "Canary"},
		{"content.xml", odfContent()},
		{"styles.xml", `<office:document-styles ` + odfNS + `><office:styles/></office:document-styles>`},
		{"Pictures/photo.jpg", string(craftedJPEG(t))},
		{"Object 1/content.xml", `<math:math xmlns:math="http://www.w3.org/1998/Math/MathML"><math:mi>VisibleX</math:mi></math:math>`},
		{"Object 1/meta.xml", `<office:document-meta ` + odfNS + `><office:meta><dc:creator>Canary</dc:creator></office:meta></office:document-meta>`},
		{"ObjectReplacements/Object 1", "VCLMTF Canary"},
		{"META-INF/documentsignatures.xml", `<document-signatures>Canary</document-signatures>`},
		{"META-INF/manifest.xml", `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">` +
			`<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/><manifest:file-entry manifest:full-path="Configurations2/" manifest:media-type="application/vnd.sun.xml.ui.configuration"/>` +
			`<manifest:file-entry manifest:full-path="manifest.rdf" manifest:media-type="application/rdf+xml"/><manifest:file-entry manifest:full-path="Thumbnails/thumbnail.png" manifest:media-type="image/png"/>` +
			`<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml" manifest:size="99"/><manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/><manifest:file-entry manifest:full-path="settings.xml" manifest:media-type="text/xml"/><manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/>` +
			`<manifest:file-entry manifest:full-path="Pictures/photo.jpg" manifest:media-type="image/jpeg"/><manifest:file-entry manifest:full-path="Object 1/" manifest:media-type="application/vnd.oasis.opendocument.formula"/><manifest:file-entry manifest:full-path="Object 1/content.xml" manifest:media-type="text/xml"/><manifest:file-entry manifest:full-path="Object 1/meta.xml" manifest:media-type="text/xml"/><manifest:file-entry manifest:full-path="Configurations2/accelerator/current.xml" manifest:media-type="text/xml"/>` +
			`<manifest:file-entry manifest:full-path="ObjectReplacements/Object 1" manifest:media-type="application/x-openoffice-gdimetafile"/></manifest:manifest>`},
	}
}
