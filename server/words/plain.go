package words

import (
	"context"
	"errors"
	"strings"

	"github.com/yuin/goldmark/ast"

	"hotline/store"
)

// Plain returns a text for a message, which has no headings, lists or links: each stands
// on lines of its own, and an address behind what it is the link of.
func Plain(source string) string {
	p := read(source)
	var b strings.Builder
	_ = ast.Walk(p.document, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.Text:
			if entering {
				b.Write(n.Segment.Value(p.source))
				if n.SoftLineBreak() || n.HardLineBreak() {
					b.WriteByte('\n')
				}
			}
		case *ast.String:
			if entering {
				b.Write(n.Value)
			}
		case *ast.AutoLink:
			if entering {
				b.Write(n.Label(p.source))
			}
		case *ast.Link:
			if !entering {
				b.WriteString(" (" + strings.TrimPrefix(strings.TrimPrefix(string(n.Destination), "mailto:"), "tel:") + ")")
			}
		case *ast.ListItem:
			if entering {
				b.WriteString("- ")
			}
		case *ast.Heading, *ast.Paragraph, *ast.TextBlock:
			if !entering {
				b.WriteByte('\n')
				if n.NextSibling() != nil && n.Parent().Kind() == ast.KindDocument {
					b.WriteByte('\n')
				}
			}
		case *ast.List:
			if !entering && n.NextSibling() != nil && n.Parent().Kind() == ast.KindDocument {
				b.WriteByte('\n')
			}
		}
		return ast.WalkContinue, nil
	})
	return strings.TrimSpace(b.String())
}

// PlainText is Plain of the text that reporters see at an entity; "" where there is none
// in the language.
func (w *Words) PlainText(ctx context.Context, entity, part, language string) (string, error) {
	v, found := w.Find(entity, part, language)
	if !found || v.Language != language {
		return "", nil
	}
	source, err := w.store.WordsText(ctx, v.WordsKey, v.Version)
	if errors.Is(err, store.ErrNotFound) {
		err = nil
	}
	return Plain(source), err
}
