package api

import (
	"context"
	"path/filepath"
	"testing"

	"hotline/store"
	"hotline/store/casework"
)

// Who asks whom to seal to costs one look at the database in two seconds.
func TestOffersAreKeptForAMoment(t *testing.T) {
	ctx, c := context.Background(), newClock()
	st, err := store.Open(ctx, filepath.Join(t.TempDir(), "hotline.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	o := &recipientCache{store: st, now: c.now}
	first, err := o.get(ctx)
	if err != nil || len(first.about("").recipients) != 0 || len(first.about("").queues[casework.Compliance]) != 0 {
		t.Fatalf("%+v, %v", first, err)
	}
	_, err = st.AddHandler(ctx, store.Handler{Name: "A", Email: "a@desk.example", Roles: []string{store.RoleHandler}, Branches: casework.AtRoot(casework.Compliance), Recipient: "age1pq1x"})
	if err != nil {
		t.Fatal(err)
	}
	c.pass(cacheLife - 1)
	if again, err := o.get(ctx); again != first || err != nil {
		t.Errorf("read again: %v", err)
	}
	c.pass(1)
	later, err := o.get(ctx)
	if err != nil || len(later.about("").recipients) != 1 || later.known != 2 || len(later.about("").queues[casework.Compliance]) != 1 {
		t.Errorf("%+v, %v", later, err)
	}
	if o.forget(); o.last != nil {
		t.Error("what turned out to be stale is kept")
	}
	st.Close()
	c.back(cacheLife) // a clock that jumps
	if _, err := o.get(ctx); err == nil {
		t.Error("no error of a database that is closed")
	}
}
