package fault

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hotline/test/long"
	"hotline/test/rig"
)

// F17: SIGTERM while reports pour in. What was acknowledged is there once, what was not
// is there once or not at all, and the server ends well, with nothing left unfinished.
func TestTermWhileReportsPourIn(t *testing.T) {
	t.Parallel()
	const writers = 8
	cycles := long.Times(5, 100)
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	p := &pour{server: s, acked: map[string]string{}}
	var slowest time.Duration
	for cycle := range cycles {
		var wg sync.WaitGroup
		before := p.count()
		for w := range writers {
			wg.Go(func() { p.write(t, fmt.Sprintf("cycle %d writer %d", cycle, w)) })
		}
		rig.Until(t, "reports are acknowledged", func() bool { return p.count() >= before+writers })
		asked := time.Now()
		if err := s.Stop(t); err != nil {
			t.Errorf("after SIGTERM: %v\n%s", err, s.Log())
		}
		slowest = max(slowest, time.Since(asked))
		wg.Wait()
		s.Restart(t)
	}
	p.sendAgain(t)
	if err := s.Stop(t); err != nil {
		t.Errorf("SIGTERM: %v", err)
	}
	wantAll(t, s.Data, handlers["compliance"], p.acked)
	if log := s.Log(); strings.Contains(log, "not finished in time") || strings.Contains(log, "ERROR") {
		t.Errorf("the server left something unfinished:\n%s", log)
	}
	long.Figure(t, "F17 %d times SIGTERM: %d reports acknowledged, %d of them on the second sending; ended after %s at the latest", cycles, len(p.acked), p.again, slowest.Round(time.Millisecond))
}

// another is another person, who sends reports while something goes on.
type another struct {
	took []time.Duration
}

// send sends reports, one after the other with a pause, until something is over.
func (a *another) send(t *testing.T, s *rig.Server, over func() bool) {
	t.Helper()
	for n := 0; n < 10 || !over(); n++ {
		fields := []rig.Field{{Name: "form", Value: s.FormToken(t, "/en/report")}, {Name: "text", Value: "meanwhile"}}
		r := s.PostRequest(t, "/en/report", fields, rig.File{Name: "a.txt", Type: "text/plain", Content: bytes.NewReader([]byte("hello"))})
		began := time.Now()
		if res := rig.Do(t, r); res.Status != 201 {
			t.Errorf("another person's report: %d\n%s", res.Status, res.Body)
		}
		a.took = append(a.took, time.Since(began))
		time.Sleep(100 * time.Millisecond) // a person, not a flood
	}
}

// String is how long the reports took.
func (a *another) String() string {
	slices.Sort(a.took)
	at := func(share int) time.Duration { return a.took[(len(a.took)-1)*share/100].Round(100 * time.Microsecond) }
	return fmt.Sprintf("%d reports of another person meanwhile: median %s, p99 %s", len(a.took), at(50), at(99))
}

// open is how many files and connections a process has open.
func open(t *testing.T, pid int) int {
	t.Helper()
	all, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}
