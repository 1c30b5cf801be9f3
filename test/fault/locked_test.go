package fault

import (
	"context"
	"net/http"
	"testing"
	"time"

	"hotline/test/long"
	"hotline/test/rig"
)

// F7: another process holds the database for 8 seconds or longer. A report is asked to come
// back, reads go on, and afterwards the same form is taken.
func TestDatabaseLocked(t *testing.T) {
	t.Parallel()
	s := serveIn(t, t.TempDir())
	s.wantTaken(t, "before", "the first")
	again := rig.WithForm(s.FormToken(t, "/en/report"), rig.Field{Name: "text", Value: "once more"})
	lock, err := s.DB(t).BeginTx(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	s.wantReads(t, "locked", "the first")
	res := s.PostFields(t, "/en/report", again...)
	if res.Status != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" {
		t.Errorf("locked: a report = %d, Retry-After %q", res.Status, res.Header.Get("Retry-After"))
	}
	refused := time.Since(began)
	time.Sleep(8*time.Second - refused) // the fault itself
	if err := lock.Rollback(); err != nil {
		t.Fatal(err)
	}
	res = s.PostFields(t, "/en/report", again...)
	receipt, ok := rig.FindReceipt(res.Body)
	if res.Status != http.StatusCreated || !ok {
		t.Errorf("after it: the same form = %d\n%s", res.Status, res.Body)
	}
	s.acked["once more"] = receipt
	s.end(t)
	if !t.Failed() {
		long.Figure(t, "F7 database locked for 8 s: 503 after %.1f s, reads go on, the same form taken after it; 0 lost, 0 twice", refused.Seconds())
	}
}
