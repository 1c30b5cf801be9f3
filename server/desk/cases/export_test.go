package cases

import (
	"fmt"
	"strings"
	"testing"

	"hotline/store/export"
)

// A file's id leads to its case, so an export that breaks off does not name it.
func TestAnExportThatBreaksNamesNoFile(t *testing.T) {
	const id = "0123456789abcdef0123456789abcdef"
	for _, broken := range []*export.FileError{{ID: id, Missing: true}, {ID: id, Size: 1, Want: 2}} {
		if got := withoutID(fmt.Errorf("writing: %w", broken)).Error(); strings.Contains(got, id) {
			t.Errorf("the error says %q", got)
		}
	}
	if err := withoutID(nil); err != nil {
		t.Errorf("no error became %v", err)
	}
}
