package fault

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"hotline/crypto"
	"hotline/store"
	"hotline/store/blob"
	"hotline/test/rig"
)

// F1: kill -9 while reports pour in. What was acknowledged is there, what was
// not is there once or not at all, also when the person sends the same form
// again; nothing stands twice.
func TestKillWhileReportsPourIn(t *testing.T) {
	const cycles, writers = 100, 8
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	p := &pour{server: s, acked: map[string]string{}}
	for cycle := range cycles {
		var wg sync.WaitGroup
		before := p.count()
		for w := range writers {
			wg.Go(func() { p.write(t, fmt.Sprintf("cycle %d writer %d", cycle, w)) })
		}
		if cycle%2 == 0 { // in the others it may die before any report is in
			rig.Until(t, "a report is acknowledged", func() bool { return p.count() > before })
		}
		time.Sleep(20*time.Millisecond + rand.N(150*time.Millisecond))
		s.Kill()
		wg.Wait()
		s.Restart(t)
	}
	p.sendAgain(t)
	if len(p.acked) < cycles/2 {
		t.Fatalf("only %d reports were acknowledged in %d cycles: the server hardly ran", len(p.acked), cycles)
	}
	checkStored(t, s, handlers["compliance"], p.acked)
	t.Logf("%d reports acknowledged, %d of them on the second sending", len(p.acked), p.again)
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
	for n := 0; ; n++ {
		r, err := http.NewRequest("GET", p.server.URL+"/en/report", nil)
		if err != nil {
			t.Error(err)
			return
		}
		form, err := rig.Send(r)
		if err != nil || form.Status != http.StatusOK {
			return
		}
		one := sending{rig.Token(t, form.Body), fmt.Sprintf("%s report %d", name, n)}
		if !p.send(t, one) {
			p.mu.Lock()
			p.lost = append(p.lost, one)
			p.mu.Unlock()
			return
		}
	}
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

// checkStored opens every case with the handler's identity.
func checkStored(t *testing.T, s *rig.Server, handler rig.Handler, acked map[string]string) {
	t.Helper()
	if err := s.Stop(t); err != nil {
		t.Errorf("SIGTERM: %v", err)
	}
	ctx := context.Background()
	st, err := store.Open(ctx, filepath.Join(s.Data, "hotline.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if err := st.Verify(ctx); err != nil {
		t.Error(err)
	}
	files, err := blob.Open(filepath.Join(s.Data, "files"))
	if err != nil {
		t.Fatal(err)
	}
	cases, err := st.Cases(ctx, store.CaseFilter{})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, c := range cases {
		seen[openReport(t, st, files, c, handler)]++
	}
	for text, n := range seen {
		if _, ok := acked[text]; n != 1 || !ok {
			t.Errorf("%q stands %d times, acknowledged: %v", text, n, ok)
		}
	}
	for text, code := range acked {
		receipt, err := crypto.ParseReceipt(code)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := st.CaseByLookup(ctx, receipt.Lookup().Hash()); err != nil || seen[text] == 0 {
			t.Errorf("%q was acknowledged and is lost: %v", text, err)
		}
	}
}

// openReport returns the text of a case, and checks that the case has one
// message only and that its file holds the same text.
func openReport(t *testing.T, st *store.Store, files *blob.Folder, c store.Case, handler rig.Handler) string {
	t.Helper()
	ctx := context.Background()
	keys, err := st.CaseKeys(ctx, c.ID)
	if err != nil || len(keys) != 1 {
		t.Fatalf("case keys: %d, %v", len(keys), err)
	}
	identity, err := crypto.OpenCaseKey(keys[0].Sealed, handler.Identity)
	if err != nil {
		t.Fatal(err)
	}
	page, err := st.MessagesBefore(ctx, c.ID, store.WholeCase, 0)
	if err != nil || len(page.Messages) != 1 {
		t.Fatalf("a case of one sending has %d messages, %v", len(page.Messages), err)
	}
	m, err := crypto.OpenMessage(page.Messages[0].Sealed, identity, c.ID, 1, "report")
	if err != nil || len(m.Files) != 1 {
		t.Fatalf("the report names %d files, %v", len(m.Files), err)
	}
	sealed, err := files.Open(m.Files[0].ID)
	if err != nil {
		t.Fatalf("an acknowledged file is lost: %v", err)
	}
	defer sealed.Close()
	plain, err := crypto.OpenReader(sealed, identity)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(io.LimitReader(plain, m.Files[0].Size))
	if err != nil || string(content) != m.Text {
		t.Errorf("the file of %q holds %q, %v", m.Text, content, err)
	}
	return m.Text
}
