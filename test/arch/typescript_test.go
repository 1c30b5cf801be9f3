package arch

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// scriptImports says what the scripts of a folder of web/src may import besides
// those of the same folder: other folders, and packages of npm by their name. A
// folder that is not in the list belongs into it, with a thought.
var scriptImports = map[string][]string{
	"crypto": {"@noble/hashes", "@scure/base", "age-encryption", "../../crypto/testdata/receipts.json", "../../crypto/testdata/sealed.json"},
	// The filters for files are loaded apart, by index.ts alone.
	"metadata":        {"metadata/base", "metadata/image", "metadata/office"},
	"metadata/base":   {"../../crypto/metadata/rules.json"},
	"metadata/image":  {"metadata/base"},
	"metadata/office": {"metadata/base", "metadata/image"},
	"lib":             {"crypto", "metadata"},
	"reporter":        {"lib", "crypto"},

	"desk/ui":      {"lib", "crypto"},
	"desk/session": {"desk/ui", "lib", "crypto", "@noble/hashes", "@scure/base", "age-encryption"},
	"desk/account": {"desk/session", "desk/ui", "lib", "crypto", "@zxcvbn-ts/core", "@zxcvbn-ts/language-common"},
	"desk/keys":    {"desk/session", "desk/ui", "lib", "crypto"},
	// What the organisation wrote for its handlers to send.
	"desk/letters": {"lib"},
	"desk/case":    {"desk/letters", "desk/session", "desk/ui", "lib", "crypto"},
	"desk/search":  {"desk/ui", "lib", "crypto"},
	// Who reads a case, and why that changes.
	"desk/transfer": {"desk/case", "desk/session", "desk/ui", "lib", "crypto"},
	// What a case is classified as, from what its report says.
	"desk/classification": {"desk/case", "desk/ui", "lib", "crypto"},
	"desk/tasks":          {"desk/case", "desk/session", "desk/ui", "lib", "crypto"},
	"desk/retention":      {"desk/case", "desk/session", "desk/transfer", "desk/ui", "lib"},
	"desk/meeting":        {"desk/case", "desk/ui", "lib"},
	"desk/steps":          {"desk/case", "lib"},
	"desk/links":          {"desk/case", "desk/search", "desk/session", "desk/ui", "lib", "crypto"},
	// What stands first on the page of a case.
	"desk/head": {"desk/case", "desk/session", "desk/ui", "lib", "crypto"},
	// What is exported is an opened case.
	"desk/export": {"desk/case", "desk/classification", "desk/session", "desk/ui", "lib", "crypto", "metadata/base"},
	// A report on behalf is sealed, and its receipt shown, as the reporter's own.
	"desk/onbehalf": {"reporter", "desk/ui", "lib"},
	// Lists open cases, and act on several at once.
	"desk/list": {"desk/case", "desk/session", "desk/ui", "lib", "crypto"},
	"desk/pages": {"desk/account", "desk/case", "desk/classification", "desk/export", "desk/head", "desk/keys", "desk/letters", "desk/links", "desk/list", "desk/meeting", "desk/onbehalf", "desk/retention", "desk/search", "desk/session", "desk/steps", "desk/tasks", "desk/transfer", "desk/ui",
		"reporter", "lib", "crypto"},
}

// smallScript is a number of lines: a shorter script has two importers, or it is
// part of the one that uses it.
const smallScript = 40

// entryScripts are those that a page or a worker starts from.
var entryScripts = regexp.MustCompile(`^(desk/pages/[^/]+|reporter/(page|report|follow-up)|.*-worker)\.ts$`)

// anImport is a place where a script imports something. Whether it is a type, a
// value, a part that is loaded later or the script of a worker makes no difference.
var anImport = regexp.MustCompile(`(?m)^(?:import|export)\b[^;"'()]*?\bfrom\s*["']([^"']+)["']|^import\s*["']([^"']+)["']|\b(import)\(\s*(?:["'` + "`" + `]([^"'` + "`" + `]*)["'` + "`" + `])?|\bnew URL\(\s*["'](\.[^"']*)["']`)

// scripts are files of web/src by their path there.
type scripts map[string]string

// importsOf returns what a script imports, relative paths from web/src, and which
// of these are loaded later.
func (all scripts) importsOf(name string) (static, later []string) {
	for _, found := range anImport.FindAllStringSubmatch(all[name], -1) {
		target := found[1] + found[2] + found[4] + found[5]
		if strings.HasPrefix(target, ".") {
			target = path.Join(path.Dir(name), target)
		}
		if found[3] != "" {
			later = append(later, target) // "" where it is no constant
		} else {
			static = append(static, target)
		}
	}
	return static, later
}

func isScriptTest(name string) bool { return strings.HasSuffix(name, ".test.ts") }

// check names what breaks the rules. Unit tests may import what they need.
func (all scripts) check(table map[string][]string) (wrong []string) {
	importers := map[string]map[string]bool{}
	graph := map[string][]string{}
	entries := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if isScriptTest(name) {
			continue
		}
		static, later := all.importsOf(name)
		for _, target := range later {
			entries[target] = true
		}
		for _, target := range slices.Concat(static, later) {
			wrong = append(wrong, all.checkImport(table, name, target)...)
			graph[name] = append(graph[name], target)
			if importers[target] == nil {
				importers[target] = map[string]bool{}
			}
			importers[target][name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		lines := strings.Count(all[name], "\n")
		if lines < smallScript && len(importers[name]) < 2 && !isScriptTest(name) && !entryScripts.MatchString(name) && !entries[name] {
			wrong = append(wrong, fmt.Sprintf("%s has %d lines and %d importers: it belongs into the script that uses it", name, lines, len(importers[name])))
		}
	}
	wrong = append(wrong, circles(graph)...)
	return append(wrong, circles(table)...)
}

// loadsTexts is the one script that imports by an address that the page gives it:
// that of the texts, which are no script.
const loadsTexts = "lib/texts.ts"

func (all scripts) checkImport(table map[string][]string, name, target string) []string {
	folder := path.Dir(name)
	rules, known := table[folder]
	if !known {
		return []string{folder + " is not in the list"}
	}
	_, isScript := all[target]
	switch {
	case target == "" && name == loadsTexts:
		return nil
	case target == "":
		return []string{name + " imports what only shows when it runs"}
	case strings.HasPrefix(target, "../"):
		if slices.Contains(rules, target) {
			return nil
		}
	case isScript:
		if isScriptTest(target) {
			return []string{name + " imports a test, " + target}
		}
		if to := path.Dir(target); to == folder || slices.Contains(rules, to) {
			return nil
		}
	case slices.ContainsFunc(rules, func(rule string) bool { return table[rule] == nil && below(target, rule) }):
		return nil // a package of npm
	}
	return []string{name + " imports " + target}
}

// circles names each node from which a way leads back to it.
func circles(graph map[string][]string) (wrong []string) {
	const entered, left = 1, 2
	state := map[string]int{}
	var visit func(node string, way []string)
	visit = func(node string, way []string) {
		way = append(way, node)
		state[node] = entered
		for _, next := range graph[node] {
			switch state[next] {
			case 0:
				visit(next, way)
			case entered:
				wrong = append(wrong, "a circle: "+strings.Join(append(way[slices.Index(way, next):], next), " → "))
			}
		}
		state[node] = left
	}
	for _, node := range slices.Sorted(maps.Keys(graph)) {
		if state[node] == 0 {
			visit(node, nil)
		}
	}
	return wrong
}

// Scripts import what the list says and no more; reporter never imports desk.
func TestWhichScriptImportsWhich(t *testing.T) {
	t.Parallel()
	all := scripts{}
	src := os.DirFS("../../web/src")
	err := fs.WalkDir(src, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".ts" {
			return err
		}
		content, err := fs.ReadFile(src, name)
		all[name] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	imported := 0
	for name := range all {
		static, later := all.importsOf(name)
		imported += len(static) + len(later)
	}
	if len(all) < 100 || imported < 500 {
		t.Errorf("%d scripts, %d imports: this test sees nothing", len(all), imported)
	}
	for _, wrong := range all.check(scriptImports) {
		t.Error(wrong)
	}
}

// The rules above can fail, for every way in which a script can be imported.
func TestScriptRulesCanFail(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("const line = 0;\n", smallScript)
	table := map[string][]string{"lib": {}, "reporter": {"lib", "pack"}, "desk": {"lib", "reporter", "../../rules.json"}}
	for _, test := range []struct {
		name string
		all  scripts
		want string
	}{
		{"what is allowed", scripts{
			"lib/a.ts": long, "reporter/b.ts": "import { a } from \"../lib/a.ts\";\nimport pack from \"pack/deep.js\";\n" + long,
			"desk/c.ts":     "import type {\n  b,\n} from '../reporter/b.ts'\nexport { a } from \"../lib/a.ts\";\nimport rules from \"../../../rules.json\";\n" + long,
			"lib/a.test.ts": "import { c } from \"../desk/c.ts\";\n",
		}, ""},
		{"a static import", scripts{"reporter/b.ts": "import { c } from \"../desk/c.ts\";\n" + long, "desk/c.ts": long}, "reporter/b.ts imports desk/c.ts"},
		{"over several lines", scripts{"reporter/b.ts": "import {\n  c,\n} from \"../desk/c.ts\";\n" + long, "desk/c.ts": long}, "reporter/b.ts imports desk/c.ts"},
		{"a type", scripts{"reporter/b.ts": "import type { C } from '../desk/c.ts'\n" + long, "desk/c.ts": long}, "reporter/b.ts imports desk/c.ts"},
		{"for its effect", scripts{"reporter/b.ts": "import \"../desk/c.ts\";\n" + long, "desk/c.ts": long}, "reporter/b.ts imports desk/c.ts"},
		{"handed on", scripts{"reporter/b.ts": "export * from \"../desk/c.ts\";\n" + long, "desk/c.ts": long}, "reporter/b.ts imports desk/c.ts"},
		{"loaded later", scripts{"reporter/b.ts": "  const c = await import(\"../desk/c.ts\");\n" + long, "desk/c.ts": long}, "reporter/b.ts imports desk/c.ts"},
		{"loaded later, by a variable", scripts{"reporter/b.ts": "const c = import(name);\n" + long}, "reporter/b.ts imports what only shows when it runs"},
		{"a worker", scripts{"reporter/b.ts": "new Worker(new URL(\"../desk/c.ts\", import.meta.url));\n" + long, "desk/c.ts": long}, "reporter/b.ts imports desk/c.ts"},
		{"a package", scripts{"lib/a.ts": "import pack from \"pack\";\n" + long}, "lib/a.ts imports pack"},
		{"a script that is not there", scripts{"desk/c.ts": "import { a } from \"../lib/a.ts\";\n" + long}, "desk/c.ts imports lib/a.ts"},
		{"a file elsewhere", scripts{"lib/a.ts": "import rules from \"../../../rules.json\";\n" + long}, "lib/a.ts imports ../../rules.json"},
		{"a test", scripts{"lib/a.ts": "import { b } from \"./b.test.ts\";\n" + long, "lib/b.test.ts": long}, "lib/a.ts imports a test, lib/b.test.ts"},
		{"an unknown folder", scripts{"other/a.ts": "import { b } from \"./b.ts\";\n" + long, "other/b.ts": long}, "other is not in the list"},
		{"a circle", scripts{"lib/a.ts": "import { b } from \"./b.ts\";\n" + long, "lib/b.ts": "import { c } from \"./c.ts\";\n" + long, "lib/c.ts": "import type { A } from \"./a.ts\";\n" + long}, "a circle: lib/a.ts → lib/b.ts → lib/c.ts → lib/a.ts"},
		{"a small script with one importer", scripts{"lib/a.ts": "import { b } from \"./b.ts\";\n" + long, "lib/b.ts": "export const b = 0;\n"}, "lib/b.ts has 1 lines and 1 importers: it belongs into the script that uses it"},
		{"a small script with two", scripts{"lib/a.ts": "import { b } from \"./b.ts\";\n" + long, "lib/b.ts": "export const b = 0;\n", "lib/c.ts": "import { b } from \"./b.ts\";\n" + long}, ""},
		{"a small script that is loaded later", scripts{"lib/a.ts": "const b = import(\"./b.ts\");\n" + long, "lib/b.ts": "export const b = 0;\n"}, ""},
	} {
		if got := strings.Join(test.all.check(table), "; "); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	if got := circles(map[string][]string{"a": {"b"}, "b": {"a"}}); len(got) != 1 {
		t.Errorf("folders that import each other: %q", got)
	}
	for folder, rules := range scriptImports {
		if folder == "reporter" || folder == "lib" || folder == "crypto" || strings.HasPrefix(folder, "metadata") {
			if slices.ContainsFunc(rules, func(rule string) bool { return strings.HasPrefix(rule, "desk") }) {
				t.Errorf("%s may import the desk", folder)
			}
		}
	}
}
