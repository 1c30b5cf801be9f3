package words

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"hotline/store/casework"
)

func TestRender(t *testing.T) {
	for _, c := range []struct{ typed, want string }{
		{"", ""},
		{"one\ntwo\n\nthree", "<p>one<br>\ntwo</p>\n<p>three</p>\n"},
		{"# A\n## B\n#### C", "<h3>A</h3>\n<h4>B</h4>\n<h6>C</h6>\n"},
		{"### only\n###### deep", "<h3>only</h3>\n<h6>deep</h6>\n"}, // the highest heading comes first
		{"*a* **b**", "<p><em>a</em> <strong>b</strong></p>\n"},
		{"- a\n- b\n  1. c", "<ul>\n<li>a</li>\n<li>b\n<ol>\n<li>c</li>\n</ol>\n</li>\n</ul>\n"},
		{"3. c\n4. d", "<ol start=\"3\">\n<li>c</li>\n<li>d</li>\n</ol>\n"},
		{"[a](https://a.example/x?y=1&z=2 \"title\")", `<p><a href="https://a.example/x?y=1&amp;z=2" rel="noreferrer">a</a></p>` + "\n"},
		{"https://a.example and who@a.example", `<p><a href="https://a.example" rel="noreferrer">https://a.example</a> and <a href="mailto:who@a.example" rel="noreferrer">who@a.example</a></p>` + "\n"},
		{"[call](tel:+81300000000) <mailto:who@a.example>", `<p><a href="tel:+81300000000" rel="noreferrer">call</a> <a href="mailto:who@a.example" rel="noreferrer">mailto:who@a.example</a></p>` + "\n"},
		// What is not meant here shows as it was typed, and nothing of it is lost.
		{"    set in\n\nafter", "<p>set in</p>\n<p>after</p>\n"},
		{"[a][1]\n\n[1]: x", "<p>[a][1]</p>\n<p>[1]: x</p>\n"},
		{"`code` | a | b |\n\n> quote\n\n```\nfence\n```", "<p>`code` | a | b |</p>\n<p>&gt; quote</p>\n<p>```<br>\nfence<br>\n```</p>\n"},
		{"<b>bold</b> <!-- gone? --> &lt;", "<p>&lt;b&gt;bold&lt;/b&gt; &lt;!-- gone? --&gt; &lt;</p>\n"},
		{"![a *picture*](https://a.example/x.png)", "<p>a <em>picture</em></p>\n"},
		{"a\u202eb\u200bc", "<p>a[U+202E]b[U+200B]c</p>\n"},
	} {
		got, err := Render(c.typed, 3)
		if err != nil || string(got) != c.want {
			t.Errorf("%q:\n%s (%v)\nwant\n%s", c.typed, got, err, c.want)
		}
	}
	if got, err := Render("## A\n\n### B", 2); err != nil || string(got) != "<h2>A</h2>\n<h3>B</h3>\n" {
		t.Errorf("below a page's title: %s, %v", got, err)
	}
}

// hostile are texts that would do harm if they came through, or take for ever.
var hostile = func() []string {
	long := func(s string) string { return strings.Repeat(s, casework.WordsLimit/len(s)) }
	all := []string{
		"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<iframe src=//evil.example>", "<a href='javascript:alert(1)'>x</a>", "<style>*{display:none}</style>", "<p style=position:fixed>x", "<div\n<script>alert(1)</script>",
		"[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](java&#115;cript:alert(1))", "[x](java\tscript:alert(1))", "[x](\x01javascript:alert(1))", "[x](vbscript:x)", "[x](data:text/html;base64,PHNjcmlwdD4=)", "[x](file:///etc/passwd)", "[x](ftp://a.example)",
		"[x](//evil.example)", "[x](/en/desk)", "[x](?a=1)", "[x](#main)", "[x](\\\\evil.example)", "[x][1]\n\n[1]: javascript:alert(1)", "<javascript:alert(1)>", "<data:text/html,x>", "[x](https://a.example\" onclick=alert(1) \")", "[x](https://a.example 'y\" onmouseover=\"alert(1)')",
		"![x](https://evil.example/pixel.png)", "![x](data:image/png;base64,AAAA)", "[![x](https://evil.example/p.png)](javascript:alert(1))", "![x][1]\n\n[1]: https://evil.example/p.png", "# <script>alert(1)</script>", "- <img src=x onerror=alert(1)>", "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;img src=x onerror=alert(1)&#62;",
		"\u202egnp.exe \u2066x\u2069 \u200f \ufeff \u0000", "{{.}} {{template \"x\"}}", "x\u2028y",
	}
	for _, s := range []string{"[", "](", "![", "*a", "**a ", "_a_", "- ", "1. ", "> ", "# ", "<a", "<!--", "&amp;", "a@", "www.", "http://a", "[a](", "[a](b", "[a]: b\n", "- a\n", "\n", "`", "\\", "\t", "a"} {
		all = append(all, long(s))
	}
	return append(all, strings.Repeat("[", 6000)+"x"+strings.Repeat("](https://a.example)", 600), strings.Repeat("![", 4000)+"x"+strings.Repeat("](x)", 3000))
}()

// allowed are the elements that may come out, with their attributes.
var allowed = map[string]string{"h2": "", "h3": "", "h4": "", "h5": "", "h6": "", "p": "", "br": "", "ul": "", "ol": "start", "li": "", "em": "", "strong": "", "a": "href rel"}

var (
	linked   = regexp.MustCompile(`^(https?|mailto|tel):`)
	unopened = regexp.MustCompile(`[\p{Cf}\x{2028}\x{2029}]|[\x00-\x08\x0b-\x1f]`)
)

// harm says what a page must not hold.
func harm(shown string) string {
	for tokens := html.NewTokenizer(strings.NewReader(shown)); ; {
		kind := tokens.Next()
		token := tokens.Token()
		switch kind {
		case html.ErrorToken:
			if found := unopened.FindString(shown); found != "" {
				return fmt.Sprintf("the character %q", found)
			}
			return ""
		case html.CommentToken, html.DoctypeToken:
			return "a comment"
		case html.StartTagToken, html.SelfClosingTagToken:
			attributes, known := allowed[token.Data]
			if !known {
				return "the element " + token.Data
			}
			for _, a := range token.Attr {
				if !strings.Contains(" "+attributes+" ", " "+a.Key+" ") || a.Key == "href" && !linked.MatchString(a.Val) || a.Key == "rel" && a.Val != "noreferrer" {
					return "the attribute " + a.Key + "=" + a.Val
				}
			}
		}
	}
}

func TestNothingHostileComesThrough(t *testing.T) {
	for _, typed := range hostile {
		got, err := Render(typed, 3)
		if err != nil {
			t.Errorf("%.40q: %v", typed, err)
		}
		if found := harm(string(got)); found != "" {
			t.Errorf("%.40q: %s in %.200s", typed, found, got)
		}
	}
	for _, shown := range []string{`<script>`, `<img src="x">`, `<a href="javascript:x">`, `<p style="x">`, `<a href="/x">`, `<p onclick="x">`, `<!-- x -->`, "\u202e", `<a href="https://x" rel="me">`} {
		if harm(shown) == "" {
			t.Errorf("%s is no harm: the test sees nothing", shown)
		}
	}
}

func TestNested(t *testing.T) {
	list := func(levels int) string {
		var b strings.Builder
		for i := range levels {
			fmt.Fprintf(&b, "%s- level %d\n", strings.Repeat("  ", i), i+1)
		}
		return b.String()
	}
	for text, want := range map[string]bool{"": false, list(casework.WordsNesting): false, list(casework.WordsNesting + 1): true, strings.Repeat("- ", casework.WordsNesting+1) + "x": true, strings.Repeat("- a\n", 500): false} {
		if Nested(text) != want {
			t.Errorf("%.60q: %v, want %v", text, !want, want)
		}
	}
}

func FuzzRender(f *testing.F) {
	for _, typed := range hostile[:40] {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		got, err := Render(typed, 3)
		if err != nil {
			t.Fatal(err)
		}
		if found := harm(string(got)); found != "" {
			t.Errorf("%q: %s in %q", typed, found, got)
		}
	})
}
