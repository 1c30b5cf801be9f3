package storetest

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"hotline/store"
	"hotline/store/casework"
)

// classify classifies a case that is not classified yet.
func classify(ctx context.Context, s *store.Store, a store.Act) error {
	_, version, err := s.Classification(ctx, a.CaseID)
	if err != nil || version > 0 {
		return err
	}
	c, err := s.Case(ctx, a.CaseID)
	if err != nil {
		return err
	}
	return s.SetClassification(ctx, a, store.NewClassification{Sealed: randomBytes(99), SeenKind: c.Kind, Kind: casework.KindReport})
}

func testClassification(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := threeQueues(t, s)
	n := c.report("hr", "hana", "both")
	act := store.Act{CaseID: n.ID, By: c.ids["hana"], At: atNoon}
	set := func(version, labels int, seen, kind string) error {
		return s.SetClassification(ctx, act, store.NewClassification{
			Version: version, Sealed: []byte{'c', byte(version)}, LabelsVersion: labels, Labels: []byte{'l', byte(labels)}, SeenKind: seen, Kind: kind,
		})
	}
	now := func(what string, version, labels int, kind string) {
		t.Helper()
		sealed, v, err := s.Classification(ctx, n.ID)
		want(t, what, err, nil)
		labelled, l, err := s.Labels(ctx, n.ID)
		want(t, what, err, nil)
		got, err := s.Case(ctx, n.ID)
		want(t, what, err, nil)
		if v != version || l != labels || got.Kind != kind {
			t.Errorf("after %s: classification %d, labels %d, kind %q; want %d, %d, %q", what, v, l, got.Kind, version, labels, kind)
		}
		if version > 0 && (string(sealed) != string([]byte{'c', byte(version - 1)}) || labels > 0 && string(labelled) != string([]byte{'l', byte(labels - 1)})) {
			t.Errorf("after %s: sealed %q, labels %q", what, sealed, labelled)
		}
	}
	now("nothing", 0, 0, "")
	want(t, "of a version that was never there", set(1, 0, "", "report"), store.ErrConflict)
	want(t, "with labels of another version", set(0, 1, "", "report"), store.ErrConflict)
	want(t, "with a kind that is another one", set(0, 0, "consultation", "report"), store.ErrConflict)
	now("what was refused", 0, 0, "")
	want(t, "the first", set(0, 0, "", "report"), nil)
	now("the first", 1, 1, "report")
	want(t, "the first again", set(0, 0, "report", "report"), store.ErrConflict)
	want(t, "a correction with labels of before", set(1, 0, "report", "consultation"), store.ErrConflict)
	want(t, "a correction by who saw no kind", set(1, 1, "", "consultation"), store.ErrConflict)
	now("what was refused", 1, 1, "report")
	want(t, "a correction", set(1, 1, "report", "consultation"), nil)
	now("a correction", 2, 2, "consultation")
	err := s.SetClassification(ctx, act, store.NewClassification{Version: 2, Sealed: []byte{'c', 2}, SeenKind: "consultation", Kind: "consultation"})
	want(t, "without labels", err, nil)
	now("one without labels", 3, 2, "consultation")
	act.By = c.ids["carla"]
	want(t, "by who may not read the case", set(3, 2, "consultation", "report"), store.ErrNotFound)
	now("that", 3, 2, "consultation")

	events, err := s.Events(ctx, n.ID)
	want(t, "Events", err, nil)
	var noted []string
	for _, e := range events {
		noted = append(noted, e.What+" "+e.To)
	}
	if expected := []string{"kind report", "classified ", "kind consultation", "classified corrected", "classified corrected"}; !slices.Equal(noted, expected) {
		t.Errorf("events %q, want %q", noted, expected)
	}
	log, err := s.AuditLog(ctx, store.Handler{}, store.AuditFilter{By: c.ids["hana"]})
	want(t, "AuditLog", err, nil)
	found := map[string]int{}
	for _, e := range log {
		found[e.What+" "+e.Detail]++
	}
	if found["case.classified "] != 1 || found["case.classified corrected"] != 2 || found["case.kind consultation"] != 1 || found["case.labels "] != 0 {
		t.Errorf("the audit log has %v", found)
	}
}

// Nobody closes a case that is not classified, and it stays classified when it is
// taken up again.
func testClosingUnclassified(t *testing.T, s *store.Store) {
	ctx := context.Background()
	y := newStory(t, s)
	y.move(casework.Acknowledged, "", today)
	close := func() error {
		_, err := addNext(ctx, s, store.NewMessage{CaseID: y.id, From: casework.FromDesk, Kind: casework.Answer, On: today, At: atNoon, By: y.me.ID, Sealed: randomBytes(99),
			Move: &casework.Move{From: casework.Acknowledged, To: casework.Closed, Outcome: "advised", On: today}})
		return err
	}
	before := y.now()
	want(t, "closing", close(), store.ErrUnclassified)
	messages, err := allMessages(s, y.id)
	if after := y.now(); err != nil || after.State != casework.Acknowledged || after.LastSeq != before.LastSeq || len(messages) != before.LastSeq || after.Closed != "" {
		t.Errorf("after a refused closing: %+v, %d messages (%v)", after, len(messages), err)
	}
	want(t, "classifying", classify(ctx, s, y.acts), nil)
	want(t, "closing", close(), nil)
	y.move(casework.Investigating, "", today)
	if _, version, err := s.Classification(ctx, y.id); err != nil || version != 1 {
		t.Errorf("after taking it up again: version %d (%v)", version, err)
	}
	y.move(casework.Closed, "partly", today)
	want(t, "a correction of a closed case", s.SetClassification(ctx, y.acts, store.NewClassification{Version: 1, Sealed: randomBytes(9), SeenKind: "report", Kind: "report"}), nil)
}

// Of many who classify a case at once one does, and the others are told.
func testConcurrentClassifications(t *testing.T, s *store.Store) {
	ctx := context.Background()
	y := newStory(t, s)
	for version := range 3 {
		var won atomic.Int32
		var all sync.WaitGroup
		kind := y.now().Kind
		for range 6 {
			all.Go(func() {
				n := store.NewClassification{Version: version, Sealed: randomBytes(99), LabelsVersion: version, Labels: randomBytes(99), SeenKind: kind, Kind: casework.KindReport}
				if err := s.SetClassification(ctx, y.acts, n); err == nil {
					won.Add(1)
				} else {
					want(t, "a classification that came too late", err, store.ErrConflict)
				}
			})
		}
		all.Wait()
		_, now, err := s.Classification(ctx, y.id)
		_, labels, err2 := s.Labels(ctx, y.id)
		if won.Load() != 1 || now != version+1 || labels != version+1 || err != nil || err2 != nil {
			t.Errorf("%d of version %d were stored; now %d and labels %d (%v, %v)", won.Load(), version, now, labels, err, err2)
		}
	}
}
