package arch

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// folderFiles is how many source files a folder may hold: what is more are two
// rooms. Tests do not count, programs of browser tests do.
const folderFiles = 25

// crowded names the folders in which more source files are.
func crowded(files []string) (wrong []string) {
	count := map[string]int{}
	for _, name := range files {
		isTest := strings.HasSuffix(name, "_test.go") || isScriptTest(name)
		if slices.Contains([]string{".go", ".ts", ".mjs"}, path.Ext(name)) && !isTest {
			count[path.Dir(name)]++
		}
	}
	for folder, n := range count {
		if n > folderFiles {
			wrong = append(wrong, fmt.Sprintf("%s holds %d source files, more than %d", folder, n, folderFiles))
		}
	}
	slices.Sort(wrong)
	return wrong
}

func TestFoldersAreSmall(t *testing.T) {
	t.Parallel()
	var files []string
	err := filepath.WalkDir("../..", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if base := entry.Name(); entry.IsDir() && (base == "node_modules" || name == "../../web/static" || len(base) > 2 && base[0] == '.') {
			return filepath.SkipDir
		}
		if !entry.IsDir() {
			files = append(files, filepath.ToSlash(name))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 500 {
		t.Errorf("%d files: this test sees nothing", len(files))
	}
	for _, wrong := range crowded(files) {
		t.Error(wrong)
	}
}

// The rule can fail, and counts what it should.
func TestFolderRuleCanFail(t *testing.T) {
	t.Parallel()
	many := func(n int, pattern string) (names []string) {
		for i := range n {
			names = append(names, fmt.Sprintf(pattern, i))
		}
		return names
	}
	for _, test := range []struct {
		name  string
		files []string
		want  string
	}{
		{"as many as may be", many(25, "store/f%d.go"), ""},
		{"one more", many(26, "store/f%d.go"), "store holds 26 source files, more than 25"},
		{"TypeScript", many(26, "web/src/lib/f%d.ts"), "web/src/lib holds 26 source files, more than 25"},
		{"programs of browser tests", many(26, "test/browser/desk/f%d.mjs"), "test/browser/desk holds 26 source files, more than 25"},
		{"several kinds", slices.Concat(many(13, "a/f%d.go"), many(13, "a/f%d.ts")), "a holds 26 source files, more than 25"},
		{"tests and other files", slices.Concat(many(25, "a/f%d.go"), many(30, "a/f%d_test.go"), many(30, "a/f%d.test.ts"), many(30, "a/f%d.html")), ""},
		{"folders below", slices.Concat(many(25, "a/f%d.go"), many(25, "a/b/f%d.go")), ""},
	} {
		if got := strings.Join(crowded(test.files), "; "); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	if _, err := os.Stat("../../go.mod"); err != nil {
		t.Errorf("the root of the project is elsewhere: %v", err)
	}
}
