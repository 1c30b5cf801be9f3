package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"hotline/crypto"
	"hotline/server/guard"
	"hotline/server/intake"
	"hotline/server/settings"
	"hotline/store"
	"hotline/store/casework"
	"hotline/store/casework/law"
	"hotline/test/rig"
)

// steps is a clock whose wall time is set forward and back, as time servers and people
// do: what the machine counts beside it goes on.
type steps struct{ by atomic.Int64 }

func (s *steps) now() time.Time         { return rig.Stepped(time.Now(), time.Duration(s.by.Load())) }
func (s *steps) set(step time.Duration) { s.by.Store(int64(step)) }

// F8: a step of the wall clock gives nobody further tries to sign in: what is remembered
// of tries goes by the time that the machine runs.
func TestClockThatStepsGivesNoTries(t *testing.T) {
	t.Parallel()
	clock := &steps{}
	throttle := guard.NewThrottle(clock.now, true)
	bucket := guard.Bucket{Name: "somebody", Rate: guard.Rate{Burst: 3, Every: 1000 * time.Hour}}
	for range 3 {
		if _, err := throttle.Try(bucket); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []time.Duration{24 * time.Hour, 0, -24 * time.Hour, -time.Minute, 365 * 24 * time.Hour} {
		clock.set(step)
		if _, err := throttle.Try(bucket); !errors.Is(err, guard.ErrTooMany) {
			t.Errorf("a fourth try after a step of %s: %v", step, err)
		}
	}
}

// F8: uploads that go on are not thrown away because the clock steps a day forward and
// back, and the report that names them is stored once, due seven days after its day.
func TestClockThatStepsKeepsUploads(t *testing.T) {
	t.Parallel()
	clock := &steps{}
	s, st := startStepping(t, clock, false)
	r := rig.NewReporter(t)
	in := s.Intake(t)
	file, sealed := r.SealFile(t, "a.txt", []byte("hello"))
	half := len(sealed) / 2
	chunk := func(offset int, last bool, content []byte) {
		t.Helper()
		if res := s.SendChunk(t, rig.Chunk{Form: in.Form, ID: file.ID, Offset: int64(offset), Last: last, Content: content}); res.Status >= 300 {
			t.Fatalf("a chunk: %d %s", res.Status, res.Body)
		}
	}
	chunk(0, false, sealed[:half])
	for _, step := range []time.Duration{24 * time.Hour, -24 * time.Hour, 0} {
		clock.set(step)
		other := rig.NewReporter(t)
		another, content := other.SealFile(t, "b.txt", []byte("somebody else's"))
		s.Upload(t, s.Intake(t).Form, another.ID, content, 1<<20) // which looks for drafts that nobody goes on with
	}
	chunk(half, true, sealed[half:])
	body := r.Seal(t, in, "bribery", "", "a report", file)
	for range 2 { // as after a lost answer
		if res := s.PostJSON(t, "/api/reports", body); res.Status != http.StatusCreated && res.Status != http.StatusOK {
			t.Fatalf("the report: %d %s", res.Status, res.Body)
		}
	}
	all, err := st.Cases(t.Context(), store.CaseFilter{})
	if err != nil || len(all) != 1 || all[0].Due != all[0].Received.AddDays(7) {
		t.Errorf("%d cases, %v: %+v", len(all), err, all)
	}
}

// F8: a form that waits for its turn waits that long, and not until a clock that was set
// back has caught up.
func TestClockThatStepsKeepsNobodyWaiting(t *testing.T) {
	t.Parallel()
	clock := &steps{}
	s, st := startStepping(t, clock, true)
	forms := guard.Forms{Now: clock.now, Key: func(ctx context.Context, day casework.Day, _ bool) (crypto.DailyKey, error) {
		return st.DailyKey(ctx, day, crypto.NewDailyKey())
	}}
	form := forms.New()
	form.Waits, form.For = clock.now(), guard.ForLookup
	token, err := forms.Sign(t.Context(), form)
	if err != nil {
		t.Fatal(err)
	}
	clock.set(-time.Hour)
	res := s.PostFields(t, "/en/follow-up", rig.Field{Name: "form", Value: token}, rig.Field{Name: "receipt", Value: rig.NewReporter(t).Receipt.String()})
	if res.Status != http.StatusNotFound { // there is no such case
		t.Errorf("a form whose turn it is: %d", res.Status)
	}
}

// F8: days follow each other, each once, where clocks are put forward and back, in zones
// where that is at midnight, too.
func TestDaysFollowEachOther(t *testing.T) {
	t.Parallel()
	for name, changes := range map[string][]string{
		"Europe/Madrid":    {"2027-03-28", "2026-10-25"},
		"Europe/Lisbon":    {"2027-03-28", "2026-10-25"},
		"Europe/London":    {"2027-03-28", "2026-10-25"},
		"America/Santiago": {"2026-09-06", "2027-04-04"},
	} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, change := range changes {
			day, err := time.Parse(time.DateOnly, change)
			if err != nil {
				t.Fatal(err)
			}
			var now time.Time
			st, _ := withStore(t.Context(), t, func() time.Time { return now })
			chosen := settings.New(settings.Parts{Store: st, Fixed: store.Settings{TimeZone: name}, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return now }})
			offsets, last := map[int]bool{}, casework.Day("")
			for now = day.Add(-36 * time.Hour); now.Before(day.Add(60 * time.Hour)); now = now.Add(15 * time.Minute) {
				_, offset := now.In(zone).Zone()
				offsets[offset] = true
				today := chosen.Today()
				if last != "" && today != last && today != last.AddDays(1) {
					t.Errorf("%s, %s: %s follows %s", name, now, today, last)
				}
				last = today
				due := law.ProfileOf("eu").Dates(law.History{Received: today})
				if want := today.AddDays(7); due.Acknowledge.On != want {
					t.Errorf("%s: received on %s, acknowledged by %s, want %s", name, today, due.Acknowledge.On, want)
				}
			}
			if len(offsets) != 2 {
				t.Errorf("%s: no change at %s", name, change)
			}
		}
	}
}

// startStepping starts a server within the test with a clock that steps.
func startStepping(t *testing.T, clock *steps, limited bool) (*rig.Server, *store.Store) {
	t.Helper()
	ctx := t.Context()
	st, files := withReader(ctx, t, clock.now)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &rig.Server{URL: "http://" + l.Addr().String()}
	running, err := New(ctx, Config{
		Intake: intake.Config{Files: 3, FileSize: 64 << 10, Limited: limited}, Store: st, Files: files, PublicURL: s.URL, Log: slog.New(slog.DiscardHandler), Now: clock.now,
	})
	if err != nil {
		t.Fatal(err)
	}
	go running.http.Serve(guard.Listener{Listener: l})
	t.Cleanup(func() { running.Shutdown(context.WithoutCancel(ctx)) })
	return s, st
}
