package remind

import (
	"context"
	"crypto/rand"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"hotline/server/settings"
	"hotline/store"
	"hotline/store/blob"
	"hotline/store/casework"
)

// hotline is a group of which one part is behind the other by 17 hours, with a handler
// and a deputy in each, and a clock.
type hotline struct {
	*testing.T
	store *store.Store
	files *blob.Folder
	daily *Daily
	now   time.Time
	ids   map[string]string
}

func start(t *testing.T) *hotline {
	t.Helper()
	h := &hotline{T: t, now: time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC), ids: map[string]string{}}
	clock := func() time.Time { return h.now }
	var err error
	if h.store, err = store.Open(context.Background(), filepath.Join(t.TempDir(), "hotline.db"), store.Options{Now: clock}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.store.Close(); err != nil {
			t.Error(err)
		}
	})
	ctx := context.Background()
	h.ok(h.store.SetSettings(ctx, "", store.Settings{Organization: "Example", Profile: "strictest", Countries: []string{"JP"}, TimeZone: "Asia/Tokyo"}))
	h.ok(h.store.PutEntity(ctx, "", casework.Entity{Code: "us", Name: "Example US", TimeZone: "America/Los_Angeles"}, nil))
	for name, b := range map[string]casework.Branch{"hana": "hr", "carla": "compliance", "uma": "hr@us", "cole": "compliance@us"} {
		h.ids[name] = id()
		_, err := h.store.AddHandler(ctx, store.Handler{
			ID: h.ids[name], Name: name, Email: name + "@example.org", Roles: []string{store.RoleHandler}, Branches: []casework.Branch{b}, Recipient: "age1pq1" + name,
		})
		h.ok(err)
	}
	log := slog.New(slog.DiscardHandler)
	files, err := blob.Open(filepath.Join(t.TempDir(), "files"))
	h.ok(err)
	h.files = files
	h.daily = New(Parts{Store: h.store, Files: files, Log: log, Now: clock, Settings: settings.New(settings.Parts{Store: h.store, Log: log, Now: clock})})
	return h
}

func id() string {
	const hex = "0123456789abcdef"
	b := make([]byte, 32)
	rand.Read(b)
	for i := range b {
		b[i] = hex[b[i]%16]
	}
	return string(b)
}

func (h *hotline) ok(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// at sets the clock, and takes the step.
func (h *hotline) at(now time.Time) {
	h.Helper()
	h.now = now
	h.ok(h.daily.Step(context.Background()))
}

func (h *hotline) reads(name string, want ...casework.Branch) {
	h.Helper()
	p, err := h.store.Handler(context.Background(), h.ids[name])
	h.ok(err)
	if !slices.Equal(p.Branches, want) {
		h.Errorf("at %s %s reads %v, want %v", h.now, name, p.Branches, want)
	}
}

// Deputies begin and end at midnight where their handler works, and hours in which the
// server did not run change nothing of that.
func TestDeputiesByTheDayOfTheirHandler(t *testing.T) {
	h := start(t)
	for handler, deputy := range map[string]string{"hana": "carla", "uma": "cole"} {
		h.ok(h.store.NameDeputy(context.Background(), "", store.Deputy{ID: id(), HandlerID: h.ids[handler], DeputyID: h.ids[deputy], From: "2026-11-21", Until: "2026-11-22"}, store.Days{Root: "2026-11-20"}))
	}
	utc := func(day, hour, minute int) time.Time { return time.Date(2026, 11, day, hour, minute, 0, 0, time.UTC) }
	h.at(utc(20, 14, 59)) // 23:59 in Tokyo
	h.reads("carla", "compliance")
	h.at(utc(20, 15, 0))
	h.reads("carla", "compliance", "hr")
	h.reads("cole", "compliance@us")
	h.at(utc(21, 7, 59)) // 23:59 in Los Angeles
	h.reads("cole", "compliance@us")
	h.at(utc(21, 8, 0))
	h.reads("cole", "compliance@us", "hr@us")
	h.at(utc(22, 14, 59))
	h.reads("carla", "compliance", "hr")
	h.at(utc(22, 15, 0))
	h.reads("carla", "compliance")
	h.reads("cole", "compliance@us", "hr@us")
	h.at(utc(27, 0, 0))
	h.reads("cole", "compliance@us")
}

// How late is too late, the organisation says.
func TestEscalationAfterDays(t *testing.T) {
	for after, escalated := range map[string]bool{"": true, "3": true, "4": false, "0": false} {
		h := start(t)
		ctx := context.Background()
		chosen, err := h.store.Settings(ctx)
		h.ok(err)
		chosen.Escalate = after
		h.ok(h.store.SetSettings(ctx, "", chosen))
		c := store.NewCase{
			Case:       store.Case{ID: id(), Branch: "hr", Category: "power-harassment", Channel: casework.Web, Received: "2026-11-21", Recipient: "age1pq1case", ReporterRecipient: "age1pq1reporter", Summary: []byte("sealed")},
			LookupHash: []byte(id()), Keys: map[string][]byte{h.ids["hana"]: []byte("sealed")}, Message: []byte("sealed"),
		}
		h.ok(h.store.CreateCase(ctx, c))
		stored, err := h.store.Case(ctx, c.ID)
		h.ok(err)
		h.ok(h.store.Looked(ctx, store.Handler{Roles: []string{store.RoleHandler}, Branches: []casework.Branch{"hr"}}, store.Days{Root: stored.Due.AddDays(3)}))
		h.at(stored.Due.AddDays(3).Time()) // 9:00 in Tokyo
		got, err := h.store.Unattended(ctx)
		h.ok(err)
		if (len(got) == 1) != escalated {
			t.Errorf("3 days late, escalated after %q: %v", after, got)
		}
	}
}
