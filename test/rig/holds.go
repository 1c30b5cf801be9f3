package rig

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Holds lists where the running server holds what matches: in its data folder,
// its temporary files, its log, and its memory, as gcore would write it down.
func (s *Server) Holds(t testing.TB, word *regexp.Regexp) (places []string) {
	t.Helper()
	for _, folder := range []string{s.Data, s.Temp} {
		err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			content, err := os.ReadFile(path)
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if word.Match(content) || word.MatchString(path) {
				places = append(places, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if word.MatchString(s.Log()) {
		places = append(places, "the log")
	}
	return append(places, s.memoryWith(t, word)...)
}

// memoryWith searches the process's memory. It needs the right to trace another
// process, as root has.
func (s *Server) memoryWith(t testing.TB, word *regexp.Regexp) (places []string) {
	t.Helper()
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", s.PID()))
	if err != nil {
		t.Fatalf("%v: searching the server's memory needs root", err)
	}
	memory, err := os.Open(fmt.Sprintf("/proc/%d/mem", s.PID()))
	if err != nil {
		t.Fatalf("%v: searching the server's memory needs root", err)
	}
	defer memory.Close()
	searched := 0
	for l := range strings.Lines(string(maps)) {
		var from, to int64
		var rights string
		if _, err := fmt.Sscanf(l, "%x-%x %s", &from, &to, &rights); err != nil || !strings.HasPrefix(rights, "rw") {
			continue // what was compiled in is no secret
		}
		content := make([]byte, to-from)
		n, _ := memory.ReadAt(content, from) // some pages cannot be read
		searched += n
		if word.Match(content[:n]) {
			places = append(places, "the memory at "+strings.TrimSpace(l))
		}
	}
	if searched < 1<<20 {
		t.Fatalf("only %d bytes of memory were searched", searched)
	}
	return places
}

// Memory reads a figure of /proc/PID/status in bytes.
func Memory(tb testing.TB, pid int, name string) int64 {
	tb.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		tb.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			kb, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			if err != nil {
				tb.Fatal(err)
			}
			return kb << 10
		}
	}
	tb.Fatalf("no %s in /proc/%d/status", name, pid)
	return 0
}

// MB is how much more memory a server may take. The race detector needs several
// times as much for itself.
func MB(n int64) int64 {
	if race {
		n *= 12
	}
	return n << 20
}
