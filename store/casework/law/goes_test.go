package law

import (
	"testing"

	"hotline/store/casework"
)

func TestGoes(t *testing.T) {
	received := History{State: casework.Received, Received: "2027-01-31"}
	decided := History{State: casework.Investigating, Received: "2027-01-31", Decided: "2027-02-03"}
	closed := History{State: casework.Closed, Received: "2027-01-31", Decided: "2027-02-03", Closed: "2028-02-29"}
	with := func(h History, change func(*History)) History { change(&h); return h }
	written := func(h History, on casework.Day) History { return with(h, func(h *History) { h.Written = on }) }
	junk := with(received, func(h *History) { h.Standing, h.Junked = casework.Junk, "2027-02-10" })
	watched := with(closed, func(h *History) { h.State = casework.Monitoring })
	for _, c := range []struct {
		profile string
		history History
		outcome casework.Outcome
		why     Why
		on      casework.Day
		basis   Basis
		article string
		keep    casework.Day
	}{
		{"de", closed, "partly", ForRetention, "2031-02-28", Law, "HinSchG § 11(5)", "2031-02-28"},
		{"fr", closed, "partly", ForRetention, "2028-04-29", Law, "référentiel CNIL", ""},
		{"pt", closed, "partly", ForRetention, "2033-02-28", Law, "Lei 93/2021 20", "2033-02-28"},
		{"eu", closed, "partly", ForRetention, "2031-02-28", House, "", ""},
		{"jp", closed, "partly", ForRetention, "2031-02-28", House, "", ""},
		{"kr", closed, "partly", ForRetention, "2031-02-28", House, "", ""},
		{"it", closed, "partly", ForRetention, "2031-02-28", House, "", ""},
		{"es", closed, "partly", ForRetention, "2031-02-28", House, "", ""},
		{"es", with(closed, func(h *History) { h.Closed = "2034-06-01" }), "partly", ForRetention, "2037-01-31", Law, "Ley 2/2023 26.2", ""}, // not beyond ten years
		{"es", closed, "out-of-scope", ForRetention, "2028-02-29", Law, "Ley 2/2023 32.2", ""},
		{"es", written(closed, "2028-03-05"), "out-of-scope", ForRetention, "2028-04-04", House, "", ""},
		{Strictest, closed, "partly", ForRetention, "2031-02-28", House, "", ""},
		{"unknown", closed, "partly", ForRetention, "2031-02-28", House, "", ""},

		{"de", watched, "partly", "", "", "", "", ""},
		{"de", decided, "", "", "", "", "", ""},
		{"de", received, "", "", "", "", "", ""},
		{"es", with(decided, func(h *History) { h.Reopened, h.Decided = "2029-01-01", "" }), "", "", "", "", "", ""},

		{"es", received, "", ForNoInquiry, "2027-04-30", Law, "Ley 2/2023 32.4", ""},
		{"es", decided, "", "", "", "", "", ""},
		{Strictest, received, "", "", "", "", "", ""}, // offered only
		{StrictestNoInquiry, received, "", ForNoInquiry, "2027-04-30", Law, "Ley 2/2023 32.4", ""},
		{"es", written(received, "2027-03-31"), "", ForNoInquiry, "2027-04-30", Law, "Ley 2/2023 32.4", ""}, // 30 days before
		{"es", written(received, "2027-04-01"), "", ForNoInquiry, "2027-05-01", House, "", ""},

		{"de", junk, "", ForJunk, "2027-03-12", House, "", ""},
		{"pt", with(junk, func(h *History) { h.State, h.Closed = casework.Closed, "2027-02-09" }), "partly", ForRetention, "2032-02-09", Law, "Lei 93/2021 20", "2032-02-09"}, // closed before it was marked
		{"fr", with(junk, func(h *History) { h.State, h.Closed = casework.Closed, "2027-02-09" }), "partly", ForJunk, "2027-03-12", House, "", ""},
		{"es", written(junk, "2027-02-20"), "", ForJunk, "2027-03-22", House, "", ""},

		{"fr", written(closed, "2028-03-30"), "partly", ForRetention, "2028-04-29", Law, "référentiel CNIL", ""},
		{"fr", written(closed, "2028-04-29"), "partly", ForRetention, "2028-05-29", House, "", ""},
		{"pt", written(closed, "2033-02-01"), "partly", ForRetention, "2033-03-03", House, "", "2033-02-28"},
		{"pt", written(closed, "2028-03-01"), "partly", ForRetention, "2033-02-28", Law, "Lei 93/2021 20", "2033-02-28"},
		{"de", written(watched, "2028-03-01"), "partly", "", "", "", "", ""},
	} {
		g := ProfileOf(c.profile).Goes(c.history, c.outcome)
		if g.Why != c.why || g.On != c.on || g.Basis != c.basis || g.Article != c.article || g.KeepUntil.On != c.keep {
			t.Errorf("%s, %+v, %q: %+v; want %s on %s by %s %q, kept until %q", c.profile, c.history, c.outcome, g, c.why, c.on, c.basis, c.article, c.keep)
		}
	}
	for code, confirmed := range map[string]bool{"de": true, "fr": false} {
		if g := ProfileOf(code).Goes(closed, "partly"); g.Confirmed != confirmed {
			t.Errorf("%s is confirmed: %t", code, g.Confirmed)
		}
	}
}

// No message of any day brings the deletion of a case forward.
func TestNothingWrittenMakesACaseGoEarlier(t *testing.T) {
	for _, code := range Profiles() {
		for _, outcome := range casework.Outcomes {
			for day := range 400 {
				h := History{State: casework.Closed, Received: "2027-01-31", Closed: "2027-03-01"}
				before := ProfileOf(code).Goes(h, outcome)
				h.Written = h.Closed.AddDays(day * 6)
				after := ProfileOf(code).Goes(h, outcome)
				if after.On < before.On || after.On < h.Written.AddDays(GraceDays) || after.On < after.KeepUntil.On {
					t.Fatalf("%s, %s, written on %s: %s, before %s", code, outcome, h.Written, after.On, before.On)
				}
			}
		}
	}
}

func TestAnnouncements(t *testing.T) {
	for _, c := range []struct {
		gone, day casework.Day
		want      Announcement
	}{
		{"", "2027-01-01", NotAnnounced},
		{"2027-03-31", "2027-02-28", NotAnnounced},
		{"2027-03-31", "2027-03-01", AnnouncedFirst},
		{"2027-03-31", "2027-03-23", AnnouncedFirst},
		{"2027-03-31", "2027-03-24", AnnouncedLast},
		{"2027-03-31", "2030-01-01", AnnouncedLast},
	} {
		if got := AnnounceOn(c.gone, c.day); got != c.want {
			t.Errorf("gone on %q, on %s: %d, want %d", c.gone, c.day, got, c.want)
		}
	}
	for _, c := range [][3]casework.Day{
		{"2027-03-31", "2027-03-01", "2027-03-31"}, {"2027-03-31", "2027-03-24", "2027-03-31"}, {"2027-03-31", "2027-03-25", "2027-04-01"},
		{"2020-01-01", "2027-03-25", "2027-04-01"}, {"2027-03-31", "", "2027-03-31"}, {"", "2027-03-25", ""},
	} {
		if got := NotBefore(c[0], c[1]); got != c[2] {
			t.Errorf("gone on %q, announced on %q: %q, want %q", c[0], c[1], got, c[2])
		}
	}
}
