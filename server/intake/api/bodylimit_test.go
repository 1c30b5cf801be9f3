package api

import (
	"context"
	"strings"
	"testing"
	"time"

	"hotline/server/respond"
)

// Of too many large bodies the slowest gives way to one that waits, but none
// that has only just begun, or is whole.
func TestSlowLargeBodiesGiveWay(t *testing.T) {
	t.Parallel()
	c := newClock()
	l := newBodyLimit(c.now)
	l.wait = 50 * time.Millisecond
	ctx := context.Background()
	var all []*limitedRead
	for range largeAtOnce {
		r, err := l.begin(ctx, strings.NewReader(strings.Repeat("x", 1000)), nil)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	_, err := l.begin(ctx, nil, nil)
	wantCode(t, "one too many", err, respond.Busy)
	c.pass(largePatient)
	slow, whole := all[3], all[5]
	for _, r := range all {
		if r == slow || r == whole {
			continue
		}
		if _, err := r.Read(make([]byte, 500)); err != nil {
			t.Fatal(err)
		}
	}
	whole.whole = true
	go func() {
		for !slow.gaveWay() {
			time.Sleep(time.Millisecond)
		}
		slow.end()
	}()
	l.wait = 30 * time.Second
	r, err := l.begin(ctx, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range all {
		if other.gaveWay() != (other == slow) {
			t.Error("another one gave way")
		}
	}
	r.end()
}
