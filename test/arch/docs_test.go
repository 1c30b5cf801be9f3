package arch

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hotline/test/rig"
)

// link is a relative link of a document, and the name in its file that the document
// puts behind it in backquotes: [message.go](../server/message.go) `PostMessage`.
var link = regexp.MustCompile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)(?: `([A-Za-z.]+)`)?")

// brokenLinks lists the links of a text, as of a document in a folder, that lead to no
// file, or to one in which the name does not stand.
func brokenLinks(folder, text string) (broken []string) {
	for _, found := range link.FindAllStringSubmatch(text, -1) {
		path, name := filepath.Join(folder, found[1]), found[2]
		if strings.HasPrefix(found[1], "http") {
			continue
		}
		if info, err := os.Stat(path); err != nil {
			broken = append(broken, found[1])
		} else if name = name[strings.LastIndex(name, ".")+1:]; name != "" && !info.IsDir() {
			content, err := os.ReadFile(path)
			if err != nil || !regexp.MustCompile(`\b`+name+`\b`).Match(content) {
				broken = append(broken, found[1]+" "+name)
			}
		}
	}
	return broken
}

// What documents say about the code stays true at least as far as names go.
func TestLinksOfDocuments(t *testing.T) {
	root := rig.Root(t)
	files, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil || len(files) < 5 {
		t.Fatalf("%d documents, %v", len(files), err)
	}
	for _, file := range append(files, filepath.Join(root, "README.md"), filepath.Join(root, "CONTRIBUTING.md")) {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, broken := range brokenLinks(filepath.Dir(file), string(content)) {
			t.Errorf("%s: %s", filepath.Base(file), broken)
		}
	}
	sample := "[a](architecture.md) [b](nothing.md) [c](../go.mod) `module` [d](../go.mod) `fiber.nonsense` [e](https://example.org/)"
	if got := strings.Join(brokenLinks(filepath.Join(root, "docs"), sample), ", "); got != "nothing.md, ../go.mod nonsense" {
		t.Errorf("of the sample: %s", got)
	}
}
