package settings

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hotline/store"
	"hotline/store/casework"
)

// A change of profile that broke off after the settings were stored is made good,
// by the next start and by saving the same once more.
func TestInterruptedChangeOfProfileIsMadeGood(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "hotline.db")
	open := func() *store.Store {
		t.Helper()
		st, err := store.Open(ctx, path, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return st
	}
	const id = "00112233445566778899aabbccddeeff"
	due := func(st *store.Store, what string, want casework.Day) {
		t.Helper()
		if c, err := st.Case(ctx, id); err != nil || c.Due != want {
			t.Errorf("%s: due %s (%v), want %s", what, c.Due, err, want)
		}
	}
	st := open()
	err := st.CreateCase(ctx, store.NewCase{
		Case: store.Case{ID: id, Branch: "hr", Channel: casework.Web, Received: "2026-11-20", // a Friday
			Recipient: "age1pq1case", ReporterRecipient: "age1pq1reporter", Summary: []byte("sealed")},
		LookupHash: make([]byte, 32), Message: []byte("sealed"),
	})
	if err != nil {
		t.Fatal(err)
	}
	brokenOff := func(profile string) {
		t.Helper()
		if err := st.SetSettings(ctx, "", store.Settings{Profile: profile}); err != nil {
			t.Fatal(err)
		}
	}
	brokenOff("fr")
	due(st, "broken off", "2026-11-27")
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	st = open()
	defer st.Close()
	due(st, "after a start", "2026-12-01")

	s := New(Parts{Store: st, Log: slog.New(slog.DiscardHandler), Now: time.Now})
	brokenOff("eu")
	if err := s.Save(ctx, "", store.Settings{Profile: "eu"}); err != nil {
		t.Fatal(err)
	}
	due(st, "after saving the same", "2026-11-27")
}

func TestTimeZone(t *testing.T) {
	ctx := context.Background()
	st, err := store.Open(ctx, filepath.Join(t.TempDir(), "hotline.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	now := func() time.Time { return time.Date(2026, 11, 28, 16, 40, 0, 0, time.UTC) }
	s := New(Parts{Store: st, Log: slog.New(slog.DiscardHandler), Now: now})
	want := func(what, zone string, day casework.Day, zoned bool) {
		t.Helper()
		if s.Zone().String() != zone || s.Today() != day || s.Zoned() != zoned {
			t.Errorf("%s: %s, %s, chosen %v", what, s.Zone(), s.Today(), s.Zoned())
		}
	}
	want("nothing chosen", "UTC", "2026-11-28", false)
	for _, step := range []struct {
		zone  string
		day   casework.Day
		holds string
	}{
		{"Asia/Tokyo", "2026-11-29", "Asia/Tokyo"}, {"America/Mexico_City", "2026-11-28", "America/Mexico_City"}, {"No/Where", "2026-11-28", "UTC"}, {"Asia/Tokyo", "2026-11-29", "Asia/Tokyo"},
	} {
		if err := s.Save(ctx, "", store.Settings{TimeZone: step.zone}); err != nil { // holds at once
			t.Fatal(err)
		}
		want(step.zone, step.holds, step.day, true)
	}
	s.fixed.TimeZone = "Europe/Madrid"
	s.Changed()
	want("set from outside", "Europe/Madrid", "2026-11-28", true)
	for _, name := range []string{"", "Local", "No/Where"} {
		if _, err := LoadZone(name); err == nil {
			t.Errorf("%q is a time zone", name)
		}
	}
}

// Reporters see what is confirmed, of the countries of the organisation alone.
func TestContactsThatReportersSee(t *testing.T) {
	ctx := context.Background()
	st, err := store.Open(ctx, filepath.Join(t.TempDir(), "hotline.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	s := New(Parts{Store: st, Log: slog.New(slog.DiscardHandler), Now: time.Now})
	contacts := []casework.Contacts{
		{Country: "JP", Emergency: casework.Emergency{Police: "110"}, ConfirmedOn: "2026-11-28"},
		{Country: "MX", Emergency: casework.Emergency{All: "911"}},
		{Country: "BR", Emergency: casework.Emergency{Police: "190"}, ConfirmedOn: "2026-11-28"},
	}
	if err := s.SaveContacts(ctx, "", contacts); err != nil {
		t.Fatal(err)
	}
	for countries, want := range map[string]string{"": "", "MX": "", "JP MX": "JP", "BR MX JP": "BR JP"} {
		if err := s.Save(ctx, "", store.Settings{Countries: strings.Fields(countries)}); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range s.Contacts() {
			got = append(got, c.Country)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("in %q reporters see %q, want %q", countries, got, want)
		}
	}
	if err := s.SaveContacts(ctx, "", nil); err != nil || len(s.Current().Contacts) != 0 {
		t.Errorf("none are stored: %v, %v", err, s.Current().Contacts)
	}
}
