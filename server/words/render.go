// Package words shows what the organisation wrote for reporters: which text stands on
// a page, and as HTML that holds nothing but headings, lists, emphasis and links.
package words

import (
	"bytes"
	"fmt"
	"html/template"
	"regexp"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"hotline/store/casework"
)

// markdown reads headings, lists, emphasis and links. Everything else of Markdown, raw
// HTML among it, is text like any other: it shows, so that who wrote it sees that it
// has no meaning here. A line end stays one.
var markdown = sync.OnceValue(func() goldmark.Markdown {
	links := extension.NewLinkify(extension.WithLinkifyAllowedProtocols([]string{"http:", "https:"}))
	return goldmark.New(
		goldmark.WithParser(parser.NewParser(
			parser.WithBlockParsers(
				util.Prioritized(parser.NewListParser(), 300), util.Prioritized(parser.NewListItemParser(), 400),
				util.Prioritized(parser.NewATXHeadingParser(), 600), util.Prioritized(paragraphs{parser.NewParagraphParser()}, 1000),
			),
			parser.WithInlineParsers(
				util.Prioritized(parser.NewLinkParser(), 200), util.Prioritized(parser.NewAutoLinkParser(), 300), util.Prioritized(parser.NewEmphasisParser(), 500),
			),
			parser.WithASTTransformers(util.Prioritized(plainImages{}, 100)),
		)),
		goldmark.WithExtensions(links),
		goldmark.WithRendererOptions(html.WithHardWraps()),
	)
})

// policy is what HTML may hold, whatever made it.
var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("h2", "h3", "h4", "h5", "h6", "p", "br", "ul", "ol", "li", "em", "strong")
	p.AllowAttrs("start").Matching(regexp.MustCompile(`^[0-9]{1,9}$`)).OnElements("ol")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	p.AllowRelativeURLs(false)
	p.RequireParseableURLs(true)
	p.RequireNoReferrerOnLinks(true)
	return p
})

// plainImages puts the description of an image in its place.
type plainImages struct{}

func (plainImages) Transform(document *ast.Document, _ text.Reader, _ parser.Context) {
	var images []ast.Node
	_ = ast.Walk(document, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering && n.Kind() == ast.KindImage {
			images = append(images, n)
		}
		return ast.WalkContinue, nil
	})
	for _, image := range images {
		for child := image.FirstChild(); child != nil; child = image.FirstChild() {
			image.Parent().InsertBefore(image.Parent(), image, child)
		}
		image.Parent().RemoveChild(image.Parent(), image)
	}
}

// paragraphs takes lines that are set in as well: in Markdown they are source text of
// a program, which nobody writes here.
type paragraphs struct{ parser.BlockParser }

func (paragraphs) CanAcceptIndentedLine() bool { return true }

// parsed is a text before its headings have their level on the page.
type parsed struct {
	source   []byte
	document ast.Node
	top      int // the highest heading's level
	nesting  int // of lists
}

// read parses a text. A character that hides or turns text is shown as its code point.
func read(source string) parsed {
	var b strings.Builder
	for _, r := range source {
		if casework.Marked(r) {
			fmt.Fprintf(&b, "[%U]", r)
			continue
		}
		b.WriteRune(r)
	}
	p := parsed{source: []byte(b.String()), top: 6}
	p.document = markdown().Parser().Parse(text.NewReader(p.source))
	depth := 0
	_ = ast.Walk(p.document, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.Heading:
			p.top = min(p.top, n.Level)
		case *ast.List:
			if !entering {
				depth--
			} else if depth++; depth > p.nesting {
				p.nesting = depth
			}
		}
		return ast.WalkContinue, nil
	})
	return p
}

// Render returns a text as HTML whose highest heading has a level from 2 to 6.
func Render(source string, level int) (template.HTML, error) {
	p := read(source)
	_ = ast.Walk(p.document, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if heading, ok := n.(*ast.Heading); ok && entering {
			heading.Level = min(6, heading.Level-p.top+level)
		}
		return ast.WalkContinue, nil
	})
	var b bytes.Buffer
	if err := markdown().Renderer().Render(&b, p.source, p.document); err != nil {
		return "", fmt.Errorf("words: %w", err)
	}
	return template.HTML(policy().SanitizeBytes(b.Bytes())), nil
}

// Nested reports whether more lists stand inside each other than a page can show.
func Nested(source string) bool { return read(source).nesting > casework.WordsNesting }
