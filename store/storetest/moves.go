package storetest

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"hotline/store"
	"hotline/store/casework"
)

func testMoves(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newCase()
	create(t, s, c)
	for i, step := range []struct {
		to           casework.State
		outcome      casework.Outcome
		acknowledged casework.Day
		closed       casework.Day
		kept         casework.Outcome
	}{
		{casework.Acknowledged, "", today, "", ""},
		{casework.Investigating, "", today, "", ""},
		{casework.Closed, "partly", today, today.AddDays(2), "partly"},
		{casework.Monitoring, "", today, today.AddDays(2), "partly"},
		{casework.Investigating, "", today, "", ""},
		{casework.Closed, "substantiated", today, today.AddDays(5), "substantiated"},
	} {
		before, err := s.Case(ctx, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		m := casework.Move{From: before.State, To: step.to, Outcome: step.outcome, On: today.AddDays(i)}
		want(t, "MoveCase", s.MoveCase(ctx, c.ID, m), nil)
		want(t, "the same move again", s.MoveCase(ctx, c.ID, m), store.ErrConflict)
		got, err := s.Case(ctx, c.ID)
		if err != nil || got.State != step.to || got.Acknowledged != step.acknowledged || got.Closed != step.closed || got.Outcome != step.kept {
			t.Errorf("after the move to %s: %+v (%v)", step.to, got, err)
		}
	}
	want(t, "a move that is none", s.MoveCase(ctx, c.ID, casework.Move{From: casework.Closed, To: casework.Received}), casework.ErrMove)
	want(t, "closing without an outcome", s.MoveCase(ctx, c.ID, casework.Move{From: casework.Investigating, To: casework.Closed}), casework.ErrOutcome)
	want(t, "an unknown case", s.MoveCase(ctx, newID(), casework.Move{From: casework.Received, To: casework.Acknowledged, On: today}), store.ErrNotFound)
}

// Of many who move a case at once one does, and the others are told.
func testConcurrentMoves(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := newCase()
	create(t, s, c)
	want(t, "MoveCase", s.MoveCase(ctx, c.ID, casework.Move{From: casework.Received, To: casework.Acknowledged, On: today}), nil)
	var won atomic.Int32
	var all sync.WaitGroup
	for _, to := range []casework.State{casework.UnderReview, casework.Investigating, casework.UnderReview, casework.Investigating} {
		all.Go(func() {
			switch err := s.MoveCase(ctx, c.ID, casework.Move{From: casework.Acknowledged, To: to, On: today}); err {
			case nil:
				won.Add(1)
			default:
				want(t, "a move that came too late", err, store.ErrConflict)
			}
		})
	}
	all.Wait()
	if won.Load() != 1 {
		t.Errorf("%d moves from the same state were made, want 1", won.Load())
	}
}
