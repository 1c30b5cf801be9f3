package fault

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"

	"hotline/test/long"
	"hotline/test/rig"
)

// F1: kill -9 while reports pour in. What was acknowledged is there, what was
// not is there once or not at all, also when the person sends the same form
// again; nothing stands twice.
func TestKillWhileReportsPourIn(t *testing.T) {
	const cycles, writers = 100, 8
	acked, again, kills := 0, 0, 0
	for kills < long.Times(cycles, 1000) {
		s, handlers := rig.WithHandlers(t, "--limits", "off")
		p := &pour{server: s, acked: map[string]string{}}
		for cycle := range cycles {
			killOnce(t, p, cycle, writers)
		}
		p.sendAgain(t)
		if len(p.acked) < cycles/2 {
			t.Fatalf("only %d reports were acknowledged in %d cycles: the server hardly ran", len(p.acked), cycles)
		}
		if err := s.Stop(t); err != nil {
			t.Errorf("SIGTERM: %v", err)
		}
		wantAll(t, s.Data, handlers["compliance"], p.acked)
		if err := os.RemoveAll(s.Data); err != nil {
			t.Fatal(err)
		}
		acked, again, kills = acked+len(p.acked), again+p.again, kills+cycles
	}
	if !t.Failed() {
		long.Figure(t, "F1 %d kills: %d reports acknowledged, %d of them on the second sending; 0 lost, 0 twice", kills, acked, again)
	}
}

// killOnce kills the server while reports pour in, and starts it again.
func killOnce(t *testing.T, p *pour, cycle, writers int) {
	t.Helper()
	var wg sync.WaitGroup
	before := p.count()
	for w := range writers {
		wg.Go(func() { p.write(t, fmt.Sprintf("cycle %d writer %d", cycle, w)) })
	}
	if cycle%2 == 0 { // in the others it may die before any report is in
		rig.Until(t, "a report is acknowledged", func() bool { return p.count() > before })
	}
	time.Sleep(20*time.Millisecond + rand.N(150*time.Millisecond))
	p.server.Kill()
	wg.Wait()
	p.server.Restart(t)
}

// pour is a stream of reports, each with a text of its own.
type pour struct {
	server *rig.Server
	mu     sync.Mutex
	acked  map[string]string // text → receipt
	lost   []sending         // sent, but not acknowledged
	again  int
}

type sending struct{ token, text string }

// count is how many reports were acknowledged.
func (p *pour) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.acked)
}

// write sends reports until the server is gone.
func (p *pour) write(t *testing.T, name string) {
	for n := 0; p.one(t, fmt.Sprintf("%s report %d", name, n)); n++ {
	}
}

// one asks for a form, sends it, and says whether the report was acknowledged.
func (p *pour) one(t *testing.T, text string) bool {
	r, err := http.NewRequest("GET", p.server.URL+"/en/report", nil)
	if err != nil {
		t.Error(err)
		return false
	}
	form, err := rig.Send(r)
	if err != nil || form.Status != http.StatusOK {
		return false
	}
	one := sending{rig.Token(t, form.Body), text}
	if p.send(t, one) {
		return true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lost = append(p.lost, one)
	return false
}

// send sends a report with a small file and notes whether it was acknowledged.
func (p *pour) send(t *testing.T, one sending) bool {
	res, err := rig.Send(p.server.PostRequest(t, "/en/report",
		[]rig.Field{{Name: "form", Value: one.token}, {Name: "text", Value: one.text}},
		rig.File{Name: "proof.txt", Type: "text/plain", Content: bytes.NewReader([]byte(one.text))}))
	if err != nil || res.Status != http.StatusCreated {
		return false
	}
	receipt, ok := rig.FindReceipt(res.Body)
	if ok {
		p.mu.Lock()
		p.acked[one.text] = receipt
		p.mu.Unlock()
	}
	return ok
}

// sendAgain does what a person does whose page did not load.
func (p *pour) sendAgain(t *testing.T) {
	t.Helper()
	for _, one := range p.lost {
		if !p.send(t, one) {
			t.Errorf("%q is not taken on the second sending", one.text)
		}
		p.again++
	}
}
