package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const printed = `goos: linux
pkg: hotline/test/bench
BenchmarkReports/clients=16-2   1  9 ns/op  0 errors  0.41 ratio  300 reports/s
BenchmarkReports/clients=64-2   1  9 ns/op  2 errors  0.35 ratio  290 reports/s
BenchmarkUpload-2   1  9 ns/op  288 MB/s  1.25 MB-above-idle  0.2 ratio
BenchmarkFollowUp-2   1  9 ns/op  1.1 ratio  1000 µs-of-1,000,000
BenchmarkFollowUp-2   1  9 ns/op  9.9 ratio  1000 µs-of-1,000,000
BenchmarkFollowUp-2   1  9 ns/op  1.2 ratio  3000 µs-of-1,000,000
BenchmarkPages   1  9 ns/op  11 KB-of-the-smallest-form 11.9 KB-of-the-largest-form 9 KB-of-the-smallest-without-headers 10 KB-of-the-largest-without-headers 3 requests 35 KB-that-seal 47 KB-of-scripts
BenchmarkScripts-2   1  9 ns/op  700 ms-to-receipt-slowed-6× 190 ms-to-receipt 2.196 s-to-steps-on-a-slow-line 141 MB-above-idle-in-page 26 MB/s
BenchmarkDeskList/new-2   5  1.06 ratio  3400 µs/many
BenchmarkDeskList/all-by-due-2   5  1.7 ratio  5000 µs/many
BenchmarkList-2   1  12.5 KB-compressed  120 KB-plain
BenchmarkLongCase-2   1  1.1 ratio  1.2 ratio-of-bytes  14000 µs-of-1,000
BenchmarkSearch-2   1  9 ns/op  17.8 s-until-2000-cases-are-opened 46 ms-of-the-slowest-query
BenchmarkSignIn-2   1  0.51 AUC-salt  0.505 AUC-salt-of-two-unknown  0.47 AUC-password
BenchmarkStart-2   1  9 ns/op  64 ms-to-first-page 44 MB-resident 32 MB-binary
PASS
`

func TestTable(t *testing.T) {
	found, err := read(strings.NewReader(printed), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	table, err := render(found)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| ≥ 0.3, no errors | **missed:** 0.41 and 0.35 (300 and 290 reports/s), 2 errors |",
		"| ≥ 0.25 | **missed:** 0.20 (288 MB/s) |",
		"| ≤ 1.5 | 1.20 (1.0 ms) |",
		"| ≤ 12 KB, ≤ 3 requests | 11.0 to 11.9 KB (9.0 to 10.0 KB without headers), 3 requests |",
		"| ≤ 1.5 | **missed:** 1.06 to 1.70 (3.4 to 5.0 ms) |",
		"| ≤ 130 KB | 120.0 KB; 12.5 KB |",
		"| 0.45 to 0.55 | 0.51; 0.47 |",
		"|  | 64 ms; 44 MB; 32.0 MB |",
	} {
		if !strings.Contains(table, want) {
			t.Errorf("%q is not in\n%s", want, table)
		}
	}
}

func TestTableNeedsEveryFigure(t *testing.T) {
	for line := range strings.Lines(printed) {
		if !strings.HasPrefix(line, "Benchmark") || strings.HasPrefix(line, "BenchmarkFollowUp") || strings.HasPrefix(line, "BenchmarkDeskList") {
			continue // there are several of these
		}
		found, err := read(strings.NewReader(strings.Replace(printed, line, "", 1)), io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := render(found); err == nil {
			t.Errorf("the table does without %s", line)
		}
	}
	if _, err := read(strings.NewReader(printed+"--- FAIL: BenchmarkStart\n"), io.Discard); err == nil {
		t.Error("a failed benchmark is passed over")
	}
}

func TestInsert(t *testing.T) {
	path := filepath.Join(t.TempDir(), "README.md")
	for _, c := range []struct{ before, after string }{
		{"a\n" + begin + "old\n" + end + "z\n", "a\n" + begin + "new\n" + end + "z\n"},
		{"a\n" + begin + "z\n", ""},
		{"a\nz\n", ""},
	} {
		if err := os.WriteFile(path, []byte(c.before), 0o600); err != nil {
			t.Fatal(err)
		}
		err := insert(path, "new\n")
		after, readErr := os.ReadFile(path)
		if readErr != nil {
			t.Fatal(readErr)
		}
		if c.after == "" && err == nil || c.after != "" && string(after) != c.after {
			t.Errorf("%q became %q (%v)", c.before, after, err)
		}
	}
}
