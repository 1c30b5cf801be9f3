package casework

import (
	"testing"
	"time"
)

func TestWindow(t *testing.T) {
	for _, test := range []struct {
		at, length, want string
	}{
		{"2026-11-30T10:29:59Z", "30m", "2026-11-30T10:00:00Z"},
		{"2026-11-30T10:30:00Z", "30m", "2026-11-30T10:30:00Z"},
		{"2026-11-30T10:30:00.999Z", "1s", "2026-11-30T10:30:00Z"},
		{"2026-11-30T19:31:00+09:00", "24h", "2026-11-30T00:00:00Z"},
	} {
		length, err := time.ParseDuration(test.length)
		if err != nil {
			t.Fatal(err)
		}
		if got := Window(moment(t, test.at), length); !got.Equal(moment(t, test.want)) {
			t.Errorf("%s, %s: %s", test.at, test.length, got)
		}
	}
}

func moment(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// Each day has each hour once, also where clocks are put forward or back.
func TestHourBetween(t *testing.T) {
	for name, from := range map[string]string{
		"Europe/Madrid":       "2026-03-25T00:00:00Z", // 02:00 is passed over on the 29th
		"America/Santiago":    "2026-09-03T00:00:00Z", // midnight is passed over on the 6th
		"Australia/Lord_Howe": "2026-04-02T00:00:00Z", // half an hour comes twice on the 5th
		"Europe/Berlin":       "2026-10-22T00:00:00Z", // 02:00 comes twice on the 25th
		"Asia/Kathmandu":      "2026-11-30T00:00:00Z", // 05:45
	} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for hour := range 24 {
			for _, window := range []time.Duration{7 * time.Minute, 30 * time.Minute, 5 * time.Hour} {
				var last time.Time
				times := 0
				began := moment(t, from)
				for at := began.Add(window); at.Before(began.AddDate(0, 0, 7)); at = at.Add(window) {
					if !HourBetween(at.Add(-window), at, hour, zone) {
						continue
					}
					if times++; times > 1 && (at.Sub(last) < 23*time.Hour-window || at.Sub(last) > 25*time.Hour+window) {
						t.Errorf("%s, %d:00, every %s: %s after %s", name, hour, window, at.In(zone), last.In(zone))
					}
					last = at
				}
				if times < 6 {
					t.Errorf("%s, %d:00, every %s: %d times in 7 days", name, hour, window, times)
				}
			}
		}
	}
	utc := time.UTC
	for _, test := range []struct {
		after, until string
		want         bool
	}{
		{"2026-11-30T07:30:00Z", "2026-11-30T08:00:00Z", true},
		{"2026-11-30T08:00:00Z", "2026-11-30T08:30:00Z", false},
		{"2026-11-30T07:00:00Z", "2026-11-30T07:30:00Z", false},
		{"2026-11-20T08:00:00Z", "2026-11-21T07:59:00Z", false},
		{"2026-11-20T09:00:00Z", "2026-11-30T07:00:00Z", true},
	} {
		if got := HourBetween(moment(t, test.after), moment(t, test.until), 8, utc); got != test.want {
			t.Errorf("%s to %s: %t", test.after, test.until, got)
		}
	}
}

func TestNextTry(t *testing.T) {
	first := moment(t, "2026-11-30T10:30:00Z")
	at, attempts := first, 1
	var waited time.Duration
	for {
		next, ok := NextTry(first, at, attempts)
		if !ok {
			break
		}
		if next.Sub(at) < waited || next.Sub(at) > 4*time.Hour {
			t.Fatalf("attempt %d waits %s, the one before %s", attempts, next.Sub(at), waited)
		}
		waited, at = next.Sub(at), next
		attempts++
	}
	if tried := at.Sub(first); tried > GiveUpAfter || tried < GiveUpAfter-4*time.Hour {
		t.Errorf("it was tried for %s", tried)
	}
}
