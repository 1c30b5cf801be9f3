package fault

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"hotline/test/long"
	"hotline/test/rig"
)

// manyFiles lets this process, and those that it starts, open many files.
func manyFiles(t *testing.T, n int) {
	t.Helper()
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	if limit.Cur >= uint64(n) {
		return
	}
	limit.Cur, limit.Max = uint64(n), max(limit.Max, uint64(n))
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		t.Skipf("%d open files are not allowed here: %v", n, err)
	}
}

// F9: thousands of connections whose header never ends, a byte a second. All of them are
// closed, and another person's reports are answered meanwhile.
func TestPartialHeadersAreClosed(t *testing.T) {
	t.Parallel()
	n := long.Times(1_000, 10_000)
	manyFiles(t, n+500)
	s, _ := rig.WithHandlers(t, "--limits", "off")
	s.Report(t, "en", rig.Typed())
	idle := open(t, s.PID())
	var closed atomic.Int64
	began := time.Now()
	conns := make([]net.Conn, n)
	for i := range conns {
		c, err := net.Dial("tcp", s.Addr())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		conns[i] = c
		fmt.Fprint(c, []string{"G", "GET /en/ HTTP/1.1\r\nHost: x\r\nX-Slow: a", "POST /en/report HTTP/1.1\r\nContent-Le"}[i%3])
		go func() {
			_, _ = io.Copy(io.Discard, c)
			closed.Add(1)
			rig.Progress()
		}()
	}
	most := open(t, s.PID()) - idle
	over := make(chan struct{})
	var drops sync.WaitGroup
	drops.Go(func() {
		for tick := time.NewTicker(time.Second); ; {
			select {
			case <-over:
				return
			case <-tick.C:
			}
			for _, c := range conns {
				_, _ = io.WriteString(c, "a")
			}
		}
	})
	var others another
	others.send(t, s, func() bool { return closed.Load() == int64(n) || time.Since(began) > time.Minute })
	rig.Until(t, "every connection is closed", func() bool { return closed.Load() == int64(n) })
	took := time.Since(began)
	close(over)
	drops.Wait()
	rig.Until(t, "the server has closed them, too", func() bool { return open(t, s.PID()) <= idle+64 })
	if most < n/2 {
		t.Errorf("only %d of %d connections were open at once: this test sees nothing", most, n)
	}
	long.Figure(t, "F9 %d partial headers, %d open at once, all closed after %s; %s; %d MB of memory at most", n, most, took.Round(time.Second), &others, rig.Memory(t, s.PID(), "VmHWM")>>20)
}

// F11: uploads of a byte a second, and downloads that nobody takes. Others are not hurt; an
// upload that moves lives to its end; in the long run a download that stands still ends.
func TestSlowBodiesAndReaders(t *testing.T) {
	t.Parallel()
	n, seconds := long.Times(20, 200), long.Times(20, 90) // longer than a header may take; than a body may pause
	manyFiles(t, 4*n+500)
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	r := s.SendReport(t, "bribery", "", "a report")
	file, _ := s.PutFile(t, r, 2, "desk", 8<<20)
	idle, memory := open(t, s.PID()), rig.Memory(t, s.PID(), "VmRSS")
	stalled := stall(t, s, r, file, n)
	var uploads sync.WaitGroup
	var done atomic.Int64
	receipts := make([]string, n)
	content := strings.Repeat("drop ", 100)
	for i := range n {
		form := rig.MultipartForm(rig.FieldPart("form", s.FormToken(t, "/en/report")), rig.FieldPart("text", fmt.Sprint("slow ", i)), rig.FilePart("slow.txt", content))
		c := s.Dial(t)
		uploads.Go(func() {
			defer done.Add(1)
			receipts[i] = drip(t, c, rig.RawPost("/en/report", "", form), seconds)
		})
	}
	var others another
	others.send(t, s, func() bool { return done.Load() == int64(n) })
	uploads.Wait()
	for i, receipt := range receipts {
		if receipt == "" {
			continue // said already
		}
		if i%10 > 0 {
			continue // opening all of them takes long
		}
		if _, got := s.Case(t, receipt, handlers["compliance"]).File(t, 0, 0); string(got) != content {
			t.Errorf("the file of slow upload %d is another one", i)
		}
	}
	grown := rig.Memory(t, s.PID(), "VmHWM") - memory
	if grown > rig.MB(64)+int64(n)<<19 {
		t.Errorf("%d MB of memory for %d slow uploads and %d stalled downloads", grown>>20, n, n)
	}
	if long.Times(0, 1) == 1 {
		rig.Until(t, "downloads that stand still are ended", func() bool { return open(t, s.PID()) < idle+n/2 })
	}
	for _, c := range stalled {
		c.Close()
	}
	rig.Until(t, "nothing of them stays open", func() bool { return open(t, s.PID()) <= idle+64 })
	long.Figure(t, "F11 %d uploads of a byte a second for %d s and %d stalled downloads; %s; %d MB of memory more at most", n, seconds, n, &others, grown>>20)
}

// stall begins downloads, and takes nothing of them.
func stall(t *testing.T, s *rig.Server, r *rig.Reporter, file string, n int) (all []net.Conn) {
	t.Helper()
	for range n {
		c, err := net.Dial("tcp", s.Addr())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		if err := c.(*net.TCPConn).SetReadBuffer(4 << 10); err != nil {
			t.Fatal(err)
		}
		if err := s.JSONRequest(t, "/api/follow-up/file", rig.Sealed{"form": s.FormToken(t, "/en/report"), "lookup": r.Lookup(), "file": file}).Write(c); err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	begins := make([]byte, 12)
	for _, c := range all {
		if _, err := io.ReadFull(c, begins); err != nil || string(begins) != "HTTP/1.1 200" {
			t.Fatalf("a download begins with %q, %v", begins, err)
		}
	}
	return all
}

// drip sends a request, the last bytes of its body one a second, and returns the receipt
// that it got; "" for none.
func drip(t *testing.T, c net.Conn, request string, seconds int) string {
	at := len(request) - seconds
	if _, err := io.WriteString(c, request[:at]); err != nil {
		t.Errorf("a slow upload ended before it was slow: %v", err)
		return ""
	}
	for i := range seconds {
		time.Sleep(time.Second)
		if _, err := io.WriteString(c, request[at+i:at+i+1]); err != nil {
			t.Errorf("a slow upload was cut off after %d s: %v", i, err)
			return ""
		}
	}
	res, err := rig.ReadAnswer(c)
	if err != nil || res.Status != http.StatusCreated {
		t.Errorf("a slow upload: %d, %v", res.Status, err)
		return ""
	}
	receipt, _ := rig.FindReceipt(res.Body)
	return receipt
}
