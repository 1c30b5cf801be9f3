package metadata

import (
	"errors"
	"strings"
	"testing"
)

// idle rules leave everything.
type idle struct{}

func (idle) open(*editor, *token)    {}
func (idle) close(*editor, *element) {}

// testRules drop <drop>, blank <blank>, and take the attribute "gone" away.
type testRules struct{}

func (testRules) open(e *editor, t *token) {
	switch string(localName(t.name)) {
	case "drop":
		e.drop()
	case "blank":
		e.blank()
	}
	if a := t.find("gone"); a != nil {
		e.dropAttr(a)
	}
}

func (testRules) close(*editor, *element) {}

func TestEditXML(t *testing.T) {
	for in, want := range map[string]string{
		`<a/>`: `<a/>`,
		"\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?>\r\n<a\tb = 'c>d'  ></a >\n": "\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?>\r\n<a\tb = 'c>d'  ></a >\n",
		`<a><!-- x --><b/><!----></a>`:                   `<a><b/></a>`,
		`<a><![CDATA[<drop>]]></a>`:                      `<a><![CDATA[<drop>]]></a>`,
		`<a><drop/>x<n:drop y="z"><drop/></n:drop>`:      "",
		`<a><drop/>x<n:drop y="z"><drop/></n:drop>y</a>`: `<a>xy</a>`,
		`<a><blank x="y"><b/><!-- c -->t</blank></a>`:    `<a><blank x="y"></blank></a>`,
		`<a><blank/></a>`:                                `<a><blank/></a>`,
		`<a gone="1" b="2"  p:gone='3' c=""/>`:           `<a b="2"  p:gone='3' c=""/>`,
		`<drop gone="1"><a/></drop>`:                     ``,
		`<a>&lt;drop&gt; &amp; > "'</a>`:                 `<a>&lt;drop&gt; &amp; > "'</a>`,
		`<a><?pi <drop> ?></a>`:                          `<a><?pi <drop> ?></a>`,
	} {
		out, changed, err := editXML([]byte(in), testRules{}, false)
		if want == "" && in[:2] == "<a" {
			if !errors.Is(err, ErrMalformed) {
				t.Errorf("%s: %v", in, err)
			}
			continue
		}
		if err != nil || string(out) != want || changed != (in != want) {
			t.Errorf("%s became %s, changed %v, %v", in, out, changed, err)
		}
	}
}

func TestEditXMLMalformed(t *testing.T) {
	for _, in := range []string{
		"<", "<a", "<a ", "<a b", "<a b=", `<a b="`, `<a b="c"`, "<a b=c/>", `<a b="<"/>`, `<a b="1"c="2"/>`, "</a>", "<a></b>",
		"<a>", "<a/ >", "< a/>", "<>", "</>", "<a", "<!--", "<a><!-- </a>", "<![CDATA[ ]]", "<?x", "<a></a b>", `<a ="b"/>`, `<a b="1" c="2" b="3"/>`,
		`<a/><?xml version="1.0"?>`, ` <?xml version="1.0"?><a/>`,
	} {
		if _, _, err := editXML([]byte(in), idle{}, false); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", in, err)
		}
	}
	for _, in := range []string{"<!DOCTYPE a><a/>", "<a><!ELEMENT b></a>", `<?xml version="1.0" encoding="utf-16"?><a/>`, "\xfe\xff\x00<", "\x00<\x00a", "<a>\x00</a>"} {
		if _, _, err := editXML([]byte(in), idle{}, false); !errors.Is(err, ErrUnsupported) {
			t.Errorf("%q: %v", in, err)
		}
	}
	deep := strings.Repeat("<a>", maxDepth) + strings.Repeat("</a>", maxDepth)
	if _, _, err := editXML([]byte(deep), idle{}, false); err != nil {
		t.Error(err)
	}
}

func TestPaths(t *testing.T) {
	for s, want := range map[string]bool{
		`C:\Users\kim\a.docx`: true, `c:/users/kim`: true, `\\server\share\a`: true, `\\10.0.0.1\c$`: true, "file:///home/kim/a": true,
		`FILE:\\x`: true, "/Users/kim/Desktop/": true, "/home/kim": true, "~/a": true,
		"": false, "C:": false, "CD:\\x": false, `\\#,##0`: false, `\\`: false, `\\a`: false, `\\a\`: false, "/ppt/slides/slide1.xml": false,
		"File: a scan of the contract": false, "https://example.test/home/": false, "Visible text": false, "urn:x": false,
	} {
		if got := isLocalPath(s); got != want {
			t.Errorf("isLocalPath(%q) = %v", s, got)
		}
	}
	for s, want := range map[string]bool{
		"IMG_2031.JPG": true, "写真 1.heic": true, `C:\x`: true, "a.b.png": true,
		"": false, "A cat, by the window": false, "Picture 1": false, "png": false,
	} {
		if got := isFileName(s); got != want {
			t.Errorf("isFileName(%q) = %v", s, got)
		}
	}
	for s, want := range map[string]bool{
		`HYPERLINK "C:\\Users\\kim"`: true, `LINK Excel.Sheet.12 \\\\server\\share`: true, `INCLUDEPICTURE "file:///x"`: true,
		`HYPERLINK "https://example.test/" \l "x"`: false, `TOC \o "1-3" \h`: false, `DATE \@ "h:\mm"`: false,
	} {
		if got := holdsLocalPath(s); got != want {
			t.Errorf("holdsLocalPath(%q) = %v", s, got)
		}
	}
}

// fields runs the rules of Word's fields over runs.
func fields(t *testing.T, in string) string {
	t.Helper()
	out, _, err := editXML([]byte("<w:p>"+in+"</w:p>"), &officeRules{aliases: newAliases()}, false)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(strings.TrimPrefix(string(out), "<w:p>"), "</w:p>")
}

func TestWordFields(t *testing.T) {
	const begin, separate, end = `<w:fldChar w:fldCharType="begin"></w:fldChar>`, `<w:fldChar w:fldCharType="separate"/>`, `<w:fldChar w:fldCharType="end"/>`
	code := func(s string) string { return "<w:instrText>" + s + "</w:instrText>" }
	text := func(s string) string { return "<w:t>" + s + "</w:t>" }
	toc := begin + code(" TOC ") + separate + text("a") + begin + code(" PAGEREF ") + separate + text("7") + end + end
	form := strings.Replace(begin, "><", "><w:ffData/><", 1)
	for in, want := range map[string]string{
		begin + code(" AU") + code("THOR ") + separate + text("Kim") + end + text("x"): text("") + text("x"),
		begin + code(" author ") + separate + text("Kim") + text("Lee") + end:          text("") + text(""),
		begin + code(" AUTHOR ") + end + text("x"):                                     text("x"),
		begin + code(" title ") + separate + text("T") + end:                           text("T"),
		begin + code(` DOCPROPERTY "Company" `) + separate + text("C") + end:           text(""),
		begin + code(` DOCPROPERTY "Project" `) + separate + text("P") + end:           text("P"),
		toc: toc,
		begin + code(" TITLE ") + separate + begin + code(" PAGE ") + separate + text("7") + end + end:              begin + code(" PAGE ") + separate + text("7") + end,
		begin + code(" PAGE ") + separate + begin + code(" AUTHOR ") + separate + text("7") + end + text("x") + end: begin + code(" PAGE ") + separate + text("") + text("x") + end,
		form + code(" AUTHOR ") + separate + text("Kim") + end:                                                      form + code(" AUTHOR ") + separate + text("") + end,
		end + separate + text("x"):                                                             end + separate + text("x"),
		begin + code(" AUTHOR ") + separate + text("Kim"):                                      begin + code(" AUTHOR ") + separate + text(""),
		`<w:fldSimple w:instr="AUTHOR"/>` + text("x"):                                          text("x"),
		`<w:fldSimple w:instr="TITLE"><w:fldData>x</w:fldData>` + text("T") + `</w:fldSimple>`: text("T"),
		`<w:fldSimple w:instr="PAGE"><w:fldData>x</w:fldData>` + text("7") + `</w:fldSimple>`:  `<w:fldSimple w:instr="PAGE"><w:fldData>x</w:fldData>` + text("7") + `</w:fldSimple>`,
	} {
		if got := fields(t, in); got != want {
			t.Errorf("%s\nbecame %s\nwant   %s", in, got, want)
		}
	}
}
