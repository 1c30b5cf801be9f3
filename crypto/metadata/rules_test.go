package metadata

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The rules one by one, each on the least XML that shows it.

// edits are the pairs of in and out in a file that the tests of the browser's filters read as well.
func edits(t *testing.T, name string) map[string]string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata/edits", name))
	if err != nil {
		t.Fatal(err)
	}
	pairs := map[string]string{}
	for block := range strings.SplitSeq(strings.TrimSpace(string(b)), "\n\n") {
		in, want, found := strings.Cut(block, "\n")
		if !found && !strings.HasPrefix(in, "#") {
			t.Fatalf("%s: no pair: %s", name, block)
		}
		if found {
			pairs[in] = want
		}
	}
	return pairs
}

func TestOfficeRules(t *testing.T) {
	for in, want := range edits(t, "office.txt") {
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
	for in, want := range edits(t, "odf.txt") {
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

// rules.json is well formed: every rule does something known, no rule or name stands there twice, no list is empty.
func TestTables(t *testing.T) {
	known := []attrOp{dropAttr, setText, setTime, aliasName, aliasID, fileName}
	seen := map[string]bool{}
	for _, group := range tables.Office.Attributes {
		for _, e := range group.Rules {
			key := e.Attribute + "|" + e.Of
			if e.Attribute == "" || !slices.Contains(known, e.Do) || e.Text != "" && e.Do != setText || seen[key] {
				t.Errorf("rule %+v", e)
			}
			seen[key] = true
		}
	}
	var all any
	if err := json.Unmarshal(rulesJSON, &all); err != nil {
		t.Fatal(err)
	}
	checkNames(t, "rules", all)
	defer func() {
		if recover() == nil {
			t.Error("an unknown field is read over")
		}
	}()
	readTables([]byte(`{"unknown": 1}`))
}

// checkNames looks at every list under a part of rules.json.
func checkNames(t *testing.T, at string, v any) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			checkNames(t, at, x)
		}
	case map[string]any:
		for key, x := range v {
			checkNames(t, at+"."+key, x)
		}
	case string:
		list := strings.Split(v, " ")
		for i, name := range list {
			if strings.HasSuffix(at, ".names") && (name == "" || slices.Contains(list[:i], name)) {
				t.Errorf("%s: %q in %q", at, name, v)
			}
		}
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
