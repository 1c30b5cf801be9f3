package metadata

import (
	"fmt"
	"strings"
)

// neutralTime stands in for a time that the schema asks for. LibreOffice takes it as "no date" (its own option to remove
// personal information writes it).
const neutralTime = "1970-01-01T00:00:00"

// aliases gives the people and places of one document neutral names: the same name for the same person in all parts, so
// that a thread of comments still reads as one, numbered in the order in which they appear.
type aliases struct {
	names, ids, files map[string]string // as they stood → neutral
	targets           int               // how many targets were replaced
}

func newAliases() *aliases {
	return &aliases{names: map[string]string{}, ids: map[string]string{}, files: map[string]string{}}
}

// name returns "Author N" for a person's name, which is compared as it stands in the XML.
func (a *aliases) name(raw string) string {
	if raw == "" {
		return ""
	}
	if a.names[raw] == "" {
		a.names[raw] = fmt.Sprintf("Author %d", len(a.names)+1)
	}
	return a.names[raw]
}

// id returns a neutral GUID for a person's GUID. What is no GUID in braces (an index, say) stays.
func (a *aliases) id(raw string) string {
	if !strings.HasPrefix(raw, "{") {
		return raw
	}
	key := foldASCII(raw)
	if a.ids[key] == "" {
		a.ids[key] = fmt.Sprintf("{00000000-0000-0000-0000-%012d}", len(a.ids)+1)
	}
	return a.ids[key]
}

// target returns "removed-N", a relative address for a link to somewhere on the author's machine.
func (a *aliases) target() string {
	a.targets++
	return fmt.Sprintf("removed-%d", a.targets)
}

// file returns "file:///removed-N" for the address of a file.
func (a *aliases) file(address string) string {
	if a.files[address] == "" {
		a.files[address] = fmt.Sprintf("file:///removed-%d", len(a.files)+1)
	}
	return a.files[address]
}
