package fault

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"hotline/test/rig"
)

// F12: headers of 40 KB, and ten thousand parameters in an address or a form, many at
// once. Each has a clear answer with our headers, and the process lives on as small as it
// was.
func TestHugeHeadersAndManyParameters(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	s.Report(t, "en", rig.Typed())
	pid, memory := s.PID(), rig.Memory(t, s.PID(), "VmRSS")
	filler := strings.Repeat("a", 40<<10)
	many := strings.Repeat("a=b&", 10_000)
	const head = " HTTP/1.1\r\nHost: x\r\n"
	form := rig.FieldPart("form", s.FormToken(t, "/en/report")) + strings.Repeat(rig.FieldPart("a", "b"), 10_000)
	requests := map[string]struct {
		raw  string
		want []int
	}{
		"a header of 40 KB":       {"GET %s" + head + "X-Filler: " + filler + "\r\n\r\n", []int{431}},
		"cookies of 40 KB":        {"GET %s" + head + "Cookie: hotline=" + filler + "\r\n\r\n", []int{431}},
		"5,000 headers":           {"GET %s" + head + strings.Repeat("A: b\r\n", 7_000) + "\r\n", []int{431}},
		"a POST's header":         {"POST %s" + head + "X-Filler: " + filler + "\r\nContent-Length: 4\r\n\r\na=b&", []int{431}},
		"an address of 40 KB":     {"GET %s?" + many + head + "\r\n", []int{431}},
		"2,000 in an address":     {"GET %s?" + many[:7000] + head + "Connection: close\r\n\r\n", []int{200, 303, 401, 404, 405}},
		"10,000 in a form":        {"POST %s" + head + fmt.Sprintf("%s\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", rig.URLEncoded, len(many), many), []int{303, 400, 401, 404, 405, 413, 422}},
		"10,000 in a multipart":   {"POST %s" + head + fmt.Sprintf("Content-Type: %s\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s--", rig.MultipartType, len(form)+2, form), []int{303, 400, 401, 404, 405, 413, 422}},
		"10,000 keys of a script": {"POST %s" + head + fmt.Sprintf("Content-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n{%s}", 80_010, strings.Repeat(`"a":"b",`, 10_001)), []int{303, 400, 401, 404, 405, 413, 422}},
	}
	paths := []string{"/", "/ja/", "/es/report", "/pt/follow-up", "/zh/follow-up/message", "/en/desk/cases", "/en/desk/sign-in", "/api/intake", "/api/reports", "/api/follow-up", "/api/desk/sign-in", "/api/desk/session", "/api/desk/facts"}
	var all sync.WaitGroup
	for name, r := range requests {
		for _, path := range paths {
			all.Go(func() {
				answers := s.Raw(t, fmt.Sprintf(r.raw, path))
				if len(answers) != 1 || !slices.Contains(r.want, answers[0].Status) {
					t.Errorf("%s to %s: %d answers, want one of %v: %.300v", name, path, len(answers), r.want, answers)
					return
				}
				rig.CheckHeaders(t, answers[0])
			})
		}
	}
	all.Wait()
	if res := s.Get(t, "/en/report"); res.Status != http.StatusOK || s.PID() != pid {
		t.Errorf("afterwards: %d", res.Status)
	}
	grown := rig.Memory(t, s.PID(), "VmHWM") - memory
	if grown > rig.MB(96) {
		t.Errorf("%d MB of memory", grown>>20)
	}
	t.Logf("%d requests at once, %d MB of memory more at most", len(requests)*len(paths), grown>>20)
}

// F13: large multipart forms that are broken in many ways. Each is refused, and nothing of
// it is ever in a file in the clear: neither below TMPDIR, nor in a file without a name.
func TestLargeMalformedMultipartLeavesNothing(t *testing.T) {
	t.Parallel()
	const size, canary = 24 << 20, "what nobody may read on this disk. "
	s, _ := rig.WithHandlers(t, "--limits", "off", "--max-files", "2", "--max-file-size", "60MB")
	memory := rig.Memory(t, s.PID(), "VmRSS")
	filler := strings.Repeat(canary, size/len(canary))
	ok := rig.FieldPart("form", s.FormToken(t, "/en/report")) + rig.FieldPart("text", canary)
	file := rig.FilePart("film.mp4", filler)
	for name, body := range map[string]string{
		"no end":              ok + file,
		"cut in a file":       ok + file[:len(file)/2],
		"a field after files": ok + file + rig.FieldPart("where", "late") + "--" + rig.Boundary + "--\r\n",
		"too many files":      rig.MultipartForm(ok, file, rig.FilePart("b.txt", canary), rig.FilePart("c.txt", canary)),
		"a giant field":       rig.MultipartForm(ok, rig.FieldPart("where", filler)),
		"a giant preamble":    filler + rig.MultipartForm(ok, file),
		"a part's header":     rig.MultipartForm(ok, rig.Part("X: "+filler, "typed")),
		"nested":              rig.MultipartForm(ok, rig.Part("Content-Disposition: form-data; name=\"files\"; filename=\"a\x00b\"\r\nContent-Type: multipart/mixed; boundary=inner", "--inner\r\n\r\n"+filler)),
		"a broken escape":     rig.MultipartForm(ok, rig.Part("Content-Disposition: form-data; name=\"files\"; filename*=utf-8''%zz", filler)),
	} {
		looked := 0
		look := func() {
			looked++
			if left, err := os.ReadDir(s.Temp); err != nil || len(left) > 0 {
				t.Errorf("%s: %d temporary files, %v", name, len(left), err)
			}
			if in := readable(t, s.PID(), canary); in != "" {
				t.Errorf("%s: an open file holds it in the clear: %s", name, in)
			}
		}
		r, err := http.NewRequest("POST", s.URL+"/en/report", io.MultiReader(strings.NewReader(body[:len(body)/2]), &calls{look}, strings.NewReader(body[len(body)/2:]), &calls{look}))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", rig.MultipartType)
		r.ContentLength = int64(len(body))
		res, err := rig.Send(r) // the server may answer, and close, before it has read all
		if err == nil && (res.Status < 400 || res.Status >= 500) {
			t.Errorf("%s = %d", name, res.Status)
		}
		if look(); looked < 2 {
			t.Logf("%s was refused before half of it was read", name)
		}
	}
	if n, left := s.Cases(t), len(s.SealedFiles(t)); n+left > 0 {
		t.Errorf("%d cases and %d files are stored", n, left)
	}
	if log := s.Log(); strings.Contains(log, "panic") {
		t.Error(log)
	}
	grown := rig.Memory(t, s.PID(), "VmHWM") - memory
	if grown > rig.MB(96) {
		t.Errorf("%d MB of memory", grown>>20)
	}
	t.Logf("forms of %d MB, %d MB of memory more at most", size>>20, grown>>20)
}

// calls is content that is nothing, and calls something when it is sent.
type calls struct{ what func() }

func (c *calls) Read([]byte) (int, error) {
	c.what()
	return 0, io.EOF
}

// readable returns a file that a process has open and that holds a text in the clear.
func readable(t *testing.T, pid int, text string) string {
	t.Helper()
	dir := fmt.Sprintf("/proc/%d/fd/", pid)
	all, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range all {
		to, err := os.Readlink(dir + fd.Name())
		if err != nil || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "/dev/") && !strings.HasPrefix(to, "/dev/shm/") {
			continue
		}
		content, err := os.ReadFile(dir + fd.Name())
		if err == nil && strings.Contains(string(content), text) {
			return to
		}
	}
	return ""
}
