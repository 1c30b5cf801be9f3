// Command table reads what the benchmarks print, shows it, and ends with
// README's table of the figures:
//
//	go test -bench . ./test/bench ./store | go run ./test/bench/table
//
// With -readme FILE it also puts the table into that file, between the lines
// that name `make bench`. It fails if a benchmark failed or a figure is missing.
package main

import (
	"bufio"
	"cmp"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

const (
	begin = "<!-- printed by make bench -->\n"
	end   = "<!-- end of what make bench prints -->\n"
)

func main() {
	readme := flag.String("readme", "", "`file` to put the table into")
	flag.Parse()
	conditions := conditions() // before the benchmarks load the machine
	found, err := read(os.Stdin, os.Stdout)
	if err == nil {
		var table string
		if table, err = render(found); err == nil {
			table = conditions + "\n\n" + table
			fmt.Printf("\n%s", table)
			if *readme != "" {
				err = insert(*readme, table)
			}
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// conditions says in a sentence what the figures were measured on.
func conditions() string {
	commit := cmp.Or(output("git", "rev-parse", "--short", "HEAD"), "an unknown commit")
	if output("git", "status", "--porcelain", "--untracked-files=no") != "" {
		commit += " with changes"
	}
	load, _, _ := strings.Cut(file("/proc/loadavg"), " ")
	return fmt.Sprintf("Measured with `make bench` at %s on %s: %d cores (%s), %s, %s/%s, load at the start %s. "+
		"Ratios are of turns within one run, medians of several; absolute figures depend on the machine. KB and MB are 1,000 and 1,000,000 bytes.",
		commit, time.Now().Format(time.DateOnly), runtime.NumCPU(), cmp.Or(processor(), "unknown"), runtime.Version(), runtime.GOOS, runtime.GOARCH, cmp.Or(load, "unknown"))
}

func output(command string, args ...string) string {
	out, _ := exec.Command(command, args...).Output()
	return strings.TrimSpace(string(out))
}

func file(path string) string {
	content, _ := os.ReadFile(path)
	return string(content)
}

func processor() string {
	for line := range strings.Lines(file("/proc/cpuinfo")) {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return strings.TrimSpace(strings.TrimLeft(name, "\t :"))
		}
	}
	return ""
}

// read takes the metrics out of what go test prints, and passes it on.
func read(from io.Reader, to io.Writer) (figures, error) {
	found := figures{}
	failed := false
	lines := bufio.NewScanner(from)
	for lines.Scan() {
		fmt.Fprintln(to, lines.Text())
		failed = failed || strings.HasPrefix(strings.TrimSpace(lines.Text()), "--- FAIL") || strings.HasPrefix(lines.Text(), "FAIL")
		found.take(lines.Text())
	}
	if lines.Err() != nil {
		return nil, lines.Err()
	}
	if failed {
		return nil, fmt.Errorf("a benchmark failed")
	}
	return found, nil
}

// insert puts the table between the two lines of a file that mark its place.
func insert(path, table string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, found := strings.Cut(string(content), begin)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		return fmt.Errorf("%s has no place for the table", path)
	}
	return os.WriteFile(path, []byte(before+begin+table+end+after), 0o644)
}
