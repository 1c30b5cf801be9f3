package arch

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// imports says what the packages of the program may import besides the standard
// library: packages by their path, and with "/…" those below. A package that is
// not in the list belongs into it, with a thought.
var imports = map[string][]string{
	"hotline/cmd/hotline":              {"hotline/cmd/hotline/…", "hotline/store/casework", "github.com/alecthomas/kong", "golang.org/x/sys/unix"},
	"hotline/cmd/hotline/cli":          {"hotline/server/mail", "hotline/server/settings", "hotline/store", "hotline/store/casework", "hotline/store/export", "github.com/alecthomas/kong", "github.com/mattn/go-isatty", "golang.org/x/sys/unix"},
	"hotline/cmd/hotline/cases":        {"hotline/cmd/hotline/cli", "hotline/store", "hotline/store/blob", "hotline/store/casework", "hotline/store/casework/law", "hotline/store/export", "hotline/crypto"},
	"hotline/cmd/hotline/handler":      {"hotline/cmd/hotline/cli", "hotline/server/session", "hotline/store", "hotline/store/casework", "hotline/crypto", "hotline/i18n"},
	"hotline/cmd/hotline/purge":        {"hotline/cmd/hotline/cli", "hotline/server/purge", "hotline/server/settings", "hotline/store", "hotline/store/blob", "hotline/store/casework/law"},
	"hotline/cmd/hotline/mail":         {"hotline/cmd/hotline/cli", "hotline/server/notify", "hotline/server/settings", "hotline/i18n"},
	"hotline/cmd/hotline/organization": {"hotline/cmd/hotline/cli", "hotline/server/countries", "hotline/server/settings", "hotline/store", "hotline/store/casework", "hotline/store/casework/law", "hotline/i18n"},
	"hotline/cmd/hotline/doctor":       {"hotline/cmd/hotline/cli", "hotline/server", "hotline/server/respond", "hotline/server/settings", "hotline/store", "hotline/store/blob", "hotline/store/casework", "hotline/crypto", "hotline/i18n", "golang.org/x/net/html"},
	"hotline/cmd/hotline/demo":         {"hotline/cmd/hotline/cli", "hotline/server/countries", "hotline/store", "hotline/store/blob", "hotline/store/casework", "hotline/crypto", "hotline/i18n"},
	"hotline/cmd/hotline/serve":        {"hotline/cmd/hotline/cli", "hotline/cmd/hotline/demo", "hotline/server", "hotline/server/intake", "hotline/server/ops", "hotline/server/session", "hotline/store", "hotline/store/blob", "hotline/store/folder", "hotline/i18n", "golang.org/x/sys/unix"},

	"hotline/server":                {"hotline/server/…", "hotline/store/…", "hotline/i18n", "hotline/web", fiber, fasthttp},
	"hotline/server/respond":        {"hotline/server/guard", "hotline/store", "hotline/store/blob", "hotline/store/casework", "hotline/i18n", fiber, fasthttp, "github.com/andybalholm/brotli"},
	"hotline/server/view":           {"hotline/server/countries", "hotline/server/words", "hotline/server/respond", "hotline/server/caseview", "hotline/store", "hotline/store/casework", "hotline/store/casework/law", "hotline/i18n", "hotline/web", fiber, fasthttp},
	"hotline/server/caseview":       {"hotline/store", "hotline/store/casework", "hotline/store/casework/law"},
	"hotline/server/guard":          {"hotline/crypto", "hotline/store/casework", fiber, fasthttp, "golang.org/x/time/rate", "golang.org/x/sys/unix"},
	"hotline/server/intake":         {"hotline/server/view", "hotline/server/caseview", "hotline/server/guard", "hotline/server/settings", "hotline/server/uploads", "hotline/store", "hotline/store/blob", "hotline/store/casework", "hotline/crypto", fiber},
	"hotline/server/intake/form":    {"hotline/server/intake", "hotline/server/words", "hotline/server/respond", "hotline/server/view", "hotline/server/caseview", "hotline/server/guard", "hotline/server/settings", "hotline/store", "hotline/store/blob", "hotline/store/casework", "hotline/crypto", "hotline/crypto/metadata", "hotline/i18n", fiber, "golang.org/x/text/encoding/japanese"},
	"hotline/server/intake/api":     {"hotline/server/intake", "hotline/server/respond", "hotline/server/view", "hotline/server/caseview", "hotline/server/guard", "hotline/server/uploads", "hotline/store", "hotline/store/blob", "hotline/store/casework", "hotline/crypto", "hotline/i18n", fiber},
	"hotline/server/desk/auth":      {"hotline/server/respond", "hotline/server/qrcode", "hotline/server/view", "hotline/server/guard", "hotline/server/session", "hotline/server/settings", "hotline/store", "hotline/store/casework", "hotline/crypto", "hotline/i18n", fiber, "github.com/go-webauthn/webauthn/…", "github.com/pquerna/otp/…", "golang.org/x/text/unicode/norm", "github.com/boombuler/barcode/qr"},
	"hotline/server/desk/cases":     {"hotline/server/purge", "hotline/store/casework/law", "hotline/server/respond", "hotline/server/words", "hotline/server/view", "hotline/server/caseview", "hotline/server/guard", "hotline/server/session", "hotline/server/settings", "hotline/server/uploads", "hotline/store", "hotline/store/blob", "hotline/store/export", "hotline/store/casework", "hotline/crypto", "hotline/i18n", fiber},
	"hotline/server/admin":          {"hotline/server/countries", "hotline/server/respond", "hotline/server/view", "hotline/server/session", "hotline/server/settings", "hotline/server/notify", "hotline/store", "hotline/store/casework", "hotline/store/casework/law", "hotline/crypto", "hotline/i18n", "hotline/server/poster", "hotline/server/words", "hotline/server/notify/webhook", fiber},
	"hotline/server/audit":          {"hotline/server/respond", "hotline/server/view", "hotline/server/session", "hotline/server/settings", "hotline/store", "hotline/store/casework", "hotline/crypto", "hotline/i18n", fiber},
	"hotline/server/onbehalf":       {"hotline/i18n", "hotline/server/intake", "hotline/server/intake/api", "hotline/server/respond", "hotline/server/view", "hotline/server/session", "hotline/store/casework", fiber},
	"hotline/server/session":        {"hotline/server/respond", "hotline/server/view", "hotline/store", "hotline/store/casework", "hotline/crypto", fiber},
	"hotline/server/remind":         {"hotline/server/purge", "hotline/server/settings", "hotline/store", "hotline/store/blob", "hotline/store/casework"},
	"hotline/server/purge":          {"hotline/store", "hotline/store/blob"},
	"hotline/server/poster":         {"hotline/server/qrcode", "hotline/server/view", "hotline/store", "hotline/store/casework", "hotline/i18n", "golang.org/x/text/width"},
	"hotline/server/qrcode":         {"github.com/boombuler/barcode/qr"},
	"hotline/server/settings":       {"hotline/store", "hotline/store/casework", "hotline/store/casework/law", "hotline/i18n"},
	"hotline/server/countries":      {"hotline/store/casework"},
	"hotline/server/words":          {"hotline/server/settings", "hotline/store", "hotline/store/casework", "hotline/i18n", "github.com/yuin/goldmark/…", "github.com/microcosm-cc/bluemonday"},
	"hotline/server/uploads":        {"hotline/server/respond", "hotline/server/guard", "hotline/store", "hotline/store/blob", "hotline/crypto", fiber},
	"hotline/server/mail":           {"hotline/store/casework", "github.com/wneessen/go-mail/…"},
	"hotline/server/notify":         {"hotline/server/mail", "hotline/server/settings", "hotline/store", "hotline/store/casework", "hotline/i18n"},
	"hotline/server/ops":            {"github.com/prometheus/client_golang/…"},
	"hotline/server/notify/webhook": {"hotline/server/notify", "hotline/store", "hotline/store/casework", "hotline/crypto", "hotline/i18n"},

	"hotline/store/export":       {"hotline/store", "hotline/store/blob", "hotline/store/casework", "hotline/store/casework/law", "hotline/crypto"},
	"hotline/store":              {"hotline/store/engine", "hotline/store/fault", "hotline/store/casework", "hotline/store/casework/law"},
	"hotline/store/engine":       {"hotline/store/fault", "hotline/store/folder", "modernc.org/sqlite/…", "github.com/jackc/pgx/v5/…", "github.com/pressly/goose/v3/…"},
	"hotline/store/blob":         {"hotline/store/fault", "hotline/store/folder"},
	"hotline/store/fault":        {},
	"hotline/store/folder":       {},
	"hotline/store/casework":     {},
	"hotline/store/casework/law": {"hotline/store/casework"},

	"hotline/crypto":          {"hotline/crypto/…", "filippo.io/age/…", "golang.org/x/…"},
	"hotline/crypto/metadata": {"golang.org/x/…"},
	"hotline/i18n":            {"github.com/nicksnyder/go-i18n/v2/…", "github.com/BurntSushi/toml", "golang.org/x/text/…"},
	"hotline/web":             {},
}

const (
	fiber    = "github.com/gofiber/fiber/v2"
	fasthttp = "github.com/valyala/fasthttp"
)

// forTests are packages that only tests use.
var forTests = []string{"hotline/test", "hotline/store/pgtest", "hotline/web/precompress", "hotline/store/storetest"}

// forbidden packages would tell of a running server, or run what is not ours.
var forbidden = []string{"net/http/pprof", "expvar", "plugin", "os/user", "unsafe"}

// ioPackages have no place where there is nothing but rules.
var ioPackages = []string{"os", "net", "net/http", "database/sql", "io", "io/fs", "bufio", "log", "log/slog", "os/exec", "crypto/rand", "math/rand", "math/rand/v2"}

type listedPackage struct {
	ImportPath, Dir                    string
	GoFiles                            []string
	Imports, TestImports, XTestImports []string
}

func packages(t *testing.T) (all []listedPackage) {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,GoFiles,Imports,TestImports,XTestImports", "hotline/...")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listedPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func below(path, prefix string) bool { return path == prefix || strings.HasPrefix(path, prefix+"/") }

func allowed(path string, rules []string) bool {
	return slices.ContainsFunc(rules, func(rule string) bool {
		prefix, open := strings.CutSuffix(rule, "/…")
		return path == prefix || open && below(path, prefix)
	})
}

func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return first != "hotline" && !strings.Contains(first, ".")
}

// Dependencies run one way: a package imports what the list says and no more.
func TestWhoImportsWhom(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if slices.ContainsFunc(forTests, func(prefix string) bool { return below(p.ImportPath, prefix) }) {
			continue
		}
		rules, known := imports[p.ImportPath]
		if !known {
			t.Errorf("%s is not in the list", p.ImportPath)
		}
		for _, path := range p.Imports {
			if !standard(path) && !allowed(path, rules) {
				t.Errorf("%s imports %s", p.ImportPath, path)
			}
			if slices.Contains(forbidden, path) || path == "testing" {
				t.Errorf("%s imports %s", p.ImportPath, path)
			}
			if below(p.ImportPath, "hotline/store/casework") && slices.Contains(ioPackages, path) {
				t.Errorf("%s, which only has rules, imports %s", p.ImportPath, path)
			}
		}
		for _, path := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			if (below(path, fiber) || below(path, fasthttp)) && !below(p.ImportPath, "hotline/server") {
				t.Errorf("%s, outside of server, imports %s", p.ImportPath, path)
			}
		}
	}
}

// The rules above can fail.
func TestImportRulesCanFail(t *testing.T) {
	t.Parallel()
	for _, rule := range [][2]string{
		{"hotline/server/intake/form", "hotline/server/intake/api"}, {"hotline/server/intake/api", "hotline/server/intake/form"},
		{"hotline/server/intake", "hotline/server/intake/form"}, {"hotline/server/intake", "hotline/server/intake/api"},
		{"hotline/server/intake/api", "hotline/server/session"}, {"hotline/server/intake/form", "hotline/server/uploads"},
		{"hotline/server/desk/auth", "hotline/server/intake"}, {"hotline/server/desk/cases", "hotline/server/intake/api"},
		{"hotline/server/intake", "hotline/server/desk/cases"}, {"hotline/server/desk/cases", "hotline/server/intake"},
		{"hotline/server/desk/cases", "hotline/server/desk/auth"}, {"hotline/server/desk/auth", "hotline/server/desk/cases"},
		{"hotline/server/intake", "hotline/server/admin"}, {"hotline/server/admin", "hotline/server/intake"}, {"hotline/server/view", "hotline/server"}, {"hotline/server/respond", "hotline/server/view"}, {"hotline/server/words", "hotline/server/view"},
		{"hotline/server/caseview", "hotline/server/view"}, {"hotline/server/caseview", "hotline/server/respond"}, {"hotline/server/uploads", "hotline/server/view"}, {"hotline/server/uploads", "hotline/server/session"},
		{"hotline/store", "hotline/crypto"}, {"hotline/crypto", "hotline/store"}, {"hotline/store", fiber},
		{"hotline/store/engine", "hotline/store"}, {"hotline/store/engine", "hotline/store/casework"}, {"hotline/store/blob", "hotline/store/engine"}, {"hotline/cmd/hotline/demo", "hotline/cmd/hotline/serve"},
		{"hotline/crypto", "github.com/other/module"}, {"hotline/store/casework", "hotline/i18n"},
	} {
		importer, path := rule[0], rule[1]
		if imports[importer] == nil {
			t.Errorf("%s is not in the list", importer)
		}
		if standard(path) || allowed(path, imports[importer]) {
			t.Errorf("%s may import %s", importer, path)
		}
	}
}

// The code of server must not use what parses, stores or believes a request
// behind our back: Fiber's body and form functions read bodies whole and write
// files in the clear, its address functions believe proxy headers. Cookies belong
// to the desk's sessions alone.
func TestDangerousFunctionsAreNotUsed(t *testing.T) {
	t.Parallel()
	dangerous := []string{"FormValue", "FormFile", "MultipartForm", "BodyParser", "SaveFile", "SaveFileToStorage", "BodyRaw", "PostBody", "PostArgs", "RequestBodyStreamAll",
		"IP", "IPs", "RemoteIP", "BaseURL", "Protocol", "Cookie", "Cookies", "SetCookie", "Download", "SendFile", "TempDir", "MkdirTemp", "RedirectBack"}
	for _, p := range packages(t) {
		if !below(p.ImportPath, "hotline/server") {
			continue
		}
		for _, name := range p.GoFiles {
			eachNode(t, filepath.Join(p.Dir, name), func(at token.Position, n ast.Node) {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return
				}
				f, ok := call.Fun.(*ast.SelectorExpr)
				if !ok {
					return
				}
				receiver, _ := f.X.(*ast.Ident)
				ofContext := receiver != nil && (receiver.Name == "c" || receiver.Name == "ctx")
				cookies := p.ImportPath == "hotline/server/session" && (f.Sel.Name == "Cookie" || f.Sel.Name == "Cookies")
				if slices.Contains(dangerous, f.Sel.Name) && !cookies || (f.Sel.Name == "Body" || f.Sel.Name == "Hostname") && ofContext {
					t.Errorf("%s calls %s", at, f.Sel.Name)
				}
			})
		}
	}
}

// Strings that Fiber hands out must be copies: without this setting they become
// the next request's data as soon as somebody keeps one.
func TestFiberHandsOutCopies(t *testing.T) {
	t.Parallel()
	set := 0
	eachNode(t, "../../server/server.go", func(_ token.Position, n ast.Node) {
		pair, ok := n.(*ast.KeyValueExpr)
		if !ok {
			return
		}
		key, _ := pair.Key.(*ast.Ident)
		value, _ := pair.Value.(*ast.Ident)
		if key != nil && value != nil && key.Name == "Immutable" && value.Name == "true" {
			set++
		}
	})
	if set != 1 {
		t.Errorf("Immutable is set %d times", set)
	}
}

func eachNode(t *testing.T, path string, look func(token.Position, ast.Node)) {
	t.Helper()
	files := token.NewFileSet()
	f, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if n != nil {
			look(files.Position(n.Pos()), n)
		}
		return true
	})
}

// Limits of size: what is longer is two things. The schema of an engine is one file.
const (
	fileLines     = 450
	schemaLines   = 900
	functionLines = 65
)

func TestFilesAndFunctionsAreShort(t *testing.T) {
	t.Parallel()
	eachFile(t, func(path string, content []byte) {
		limit := fileLines
		if filepath.Ext(path) == ".sql" {
			limit = schemaLines
		}
		if n := bytes.Count(content, []byte("\n")); n > limit {
			t.Errorf("%s has %d lines, more than %d", path, n, limit)
		}
		for _, word := range []string{"TO" + "DO", "FIX" + "ME", "XX" + "X:"} {
			if bytes.Contains(content, []byte(word)) {
				t.Errorf("%s has a %s", path, word)
			}
		}
		if filepath.Ext(path) != ".go" {
			return
		}
		eachNode(t, path, func(at token.Position, n ast.Node) {
			f, ok := n.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				return
			}
			body := content[at.Offset : at.Offset+int(f.End()-f.Pos())]
			if lines := bytes.Count(body, []byte("\n")); lines > functionLines {
				t.Errorf("%s: %s has %d lines, more than %d", at, f.Name.Name, lines, functionLines)
			}
		})
	})
}

// eachFile looks at all code that people write.
func eachFile(t *testing.T, look func(path string, content []byte)) {
	t.Helper()
	seen := 0
	err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name := entry.Name(); name == "node_modules" || name == "testdata" || path == "../../web/static" || len(name) > 2 && name[0] == '.' {
				return filepath.SkipDir
			}
			return nil
		}
		if !slices.Contains([]string{".go", ".ts", ".mjs", ".js", ".html", ".css", ".sql"}, filepath.Ext(path)) {
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		seen++
		look(path, content)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 100 {
		t.Errorf("%d files: this test sees nothing", seen)
	}
}
