package law

import (
	"cmp"
	"slices"
	"testing"

	"hotline/store/casework"
)

func TestDates(t *testing.T) {
	for _, c := range []struct {
		profile                 string
		received, acknowledged  casework.Day
		wantAcknowledge, answer casework.Day
	}{
		{Strictest, "2026-11-21", "", "2026-11-28", "2027-02-21"},
		{Strictest, "2026-11-21", "2026-11-22", "2026-11-28", "2027-02-21"},
		{Strictest, "2026-11-30", "", "2026-12-07", "2027-02-28"}, // February has no 30th
		{Strictest, "2027-11-30", "", "2027-12-07", "2028-02-29"},
		{Strictest, "2026-12-28", "", "2027-01-04", "2027-03-28"},
		{"eu", "2026-11-21", "", "2026-11-28", "2027-02-28"},
		{"eu", "2026-11-21", "2026-11-22", "2026-11-28", "2027-02-22"},
		{"eu", "2026-11-21", "2026-12-24", "2026-11-28", "2027-02-28"}, // late: nothing is put off
		{"de", "2026-11-21", "2026-11-22", "2026-11-28", "2027-02-22"},
		{"jp", "2026-11-21", "2026-11-22", "2026-11-28", "2027-02-21"},
		{"fr", "2026-11-20", "", "2026-12-01", "2027-03-01"},           // Friday: seven working days
		{"fr", "2026-11-21", "", "2026-12-01", "2027-03-01"},           // Saturday
		{"fr", "2026-11-23", "2026-11-24", "2026-12-02", "2027-02-24"}, // Monday
		{"es", "2026-11-21", "2026-11-22", "2026-11-28", "2027-02-21"},
		{"pt", "2026-11-21", "2026-11-22", "2026-11-28", "2027-02-21"},
		{"kr", "2026-11-21", "2026-11-22", "2026-11-28", "2027-02-21"},
		{"es", "2026-11-21", "2026-12-24", "2026-11-28", "2027-02-21"}, // late: what was promised before stays
		{"no such profile", "2026-11-21", "", "2026-11-28", "2027-02-21"},
	} {
		d := ProfileOf(c.profile).Dates(History{State: casework.Received, Received: c.received, Acknowledged: c.acknowledged})
		if d.Acknowledge.On != c.wantAcknowledge || d.Answer.On != c.answer {
			t.Errorf("%s: received %s, acknowledged %q: %s, %s; want %s, %s", c.profile, c.received, c.acknowledged, d.Acknowledge.On, d.Answer.On, c.wantAcknowledge, c.answer)
		}
	}
}

func TestDueStep(t *testing.T) {
	open := History{State: casework.Investigating, Received: "2026-11-21", Acknowledged: "2026-11-22", Decided: "2026-11-25", Answered: "2026-11-26", Category: "sexual-harassment"}
	for _, c := range []struct {
		name, country, category string
		state                   casework.State
		standing                casework.Standing
		done                    map[string]casework.Day
		day                     casework.Day
		reason                  DueFor
	}{
		{name: "the first one", country: "CL", day: "2026-11-21", reason: DueStep},
		{name: "the next one", country: "CL", done: map[string]casework.Day{"measures": "2026-11-21"}, day: "2026-11-24", reason: DueStep},
		{name: "counted from its due day", country: "CL", done: map[string]casework.Day{"measures": "2026-11-21", "hand-over": "2026-11-21", "sanctions": "2026-11-22"}, day: "2026-12-21", reason: DueStep},
		{name: "counted from the day it was done", country: "CL", done: map[string]casework.Day{"measures": "2026-11-21", "hand-over": "2026-11-21", "inquiry": "2026-11-25"}, day: "2026-12-25", reason: DueStep},
		{name: "all done", country: "CL", done: map[string]casework.Day{"measures": "2026-11-21", "hand-over": "2026-11-21", "inquiry": "2026-11-25", "review": "2026-11-26", "sanctions": "2026-11-27"}},
		{name: "a protection is not due", country: "CO", done: map[string]casework.Day{"committee": "2026-11-30"}},
		{name: "another category", country: "CL", category: "bribery"},
		{name: "another country", country: "MX"},
		{name: "closed", country: "CL", state: casework.Closed},
		{name: "junk", country: "CL", standing: casework.Junk},
	} {
		h := open
		h.Category, h.State = cmp.Or(c.category, h.Category), cmp.Or(c.state, h.State)
		h.Standing, h.Done = c.standing, c.done
		if day, reason := ProfileOf("eu").In(c.country).Dates(h).Due(); day != c.day || reason != c.reason {
			t.Errorf("%s: %s for %s, want %s for %s", c.name, day, reason, c.day, c.reason)
		}
	}
}

func TestCheckStep(t *testing.T) {
	d := ProfileOf("eu").In("CO").Dates(History{State: casework.Received, Received: "2026-11-21", Category: "other-harassment"})
	for _, c := range []struct {
		code string
		on   casework.Day
		want error
	}{
		{"committee", "2026-11-21", nil}, {"committee", "2026-11-30", nil}, {"committee", "", nil},
		{"committee", "2026-11-20", ErrStep}, {"committee", "2026-12-01", ErrStep},
		{"dismissal", "2026-11-30", ErrStep}, {"inquiry", "2026-11-30", ErrStep},
	} {
		if err := d.CheckStep(c.code, c.on, "2026-11-30"); err != c.want {
			t.Errorf("%s on %q: %v, want %v", c.code, c.on, err, c.want)
		}
	}
	if got := UnconfirmedSteps("PE"); !slices.Equal(got, []string{"DS 014-2019-MIMP"}) || UnconfirmedSteps("CL") != nil {
		t.Errorf("unconfirmed: %q in Peru, %q in Chile", got, UnconfirmedSteps("CL"))
	}
}

func TestDue(t *testing.T) {
	for _, c := range []struct {
		profile string
		history History
		day     casework.Day
		reason  DueFor
	}{
		{Strictest, History{State: casework.Received}, "2026-11-28", DueAcknowledge},
		{Strictest, History{State: casework.Received, Answered: "2026-11-22", Decided: "2026-11-22"}, "2026-11-28", DueAcknowledge},
		{Strictest, History{State: casework.Acknowledged, Acknowledged: "2026-11-22"}, "2026-12-11", DueNotice},
		{"eu", History{State: casework.Acknowledged, Acknowledged: "2026-11-22"}, "2027-02-22", DueAnswer},
		{Strictest, History{State: casework.Investigating, Acknowledged: "2026-11-22", Decided: "2026-11-25"}, "2027-02-21", DueAnswer},
		{Strictest, History{State: casework.Investigating, Acknowledged: "2026-11-22", Decided: "2027-06-01", Reopened: "2027-06-01"}, "2027-09-01", DueAnswer},
		{"eu", History{State: casework.Investigating, Acknowledged: "2026-11-22", Decided: "2027-06-01", Reopened: "2027-06-01"}, "2027-09-01", DueAnswer},
		{Strictest, History{State: casework.Investigating, Acknowledged: "2026-11-22", Decided: "2026-11-25", Answered: "2026-11-26"}, "", ""},
		{Strictest, History{State: casework.Closed, Closed: "2027-01-10"}, "", ""},
		{Strictest, History{State: casework.Monitoring, Closed: "2027-01-10"}, "2029-01-10", DueWatch},
		{"eu", History{State: casework.Monitoring, Closed: "2027-01-10"}, "2028-01-10", DueWatch}, // the law names no end: ours
		{"es", History{State: casework.Monitoring, Closed: "2027-01-10"}, "2029-01-10", DueWatch},
		{"pt", History{State: casework.Monitoring, Closed: "2027-01-10"}, "2028-11-21", DueWatch}, // from the report
		{"jp", History{State: casework.Monitoring, Closed: "2027-01-10"}, "2027-11-21", DueWatch},
		{"jp", History{State: casework.Monitoring, Closed: "2028-03-01"}, "2028-03-01", DueWatch}, // protected no longer when it was closed
		{"kr", History{State: casework.Monitoring, Closed: "2027-01-10"}, "2028-11-21", DueWatch},
		{Strictest, History{State: casework.Received, Danger: casework.DangerOpen}, "2026-11-21", DueDanger},
		{Strictest, History{State: casework.Investigating, Acknowledged: "2026-11-22", Decided: "2026-11-25", Answered: "2026-11-26", Danger: casework.DangerOpen}, "2026-11-21", DueDanger},
		{Strictest, History{State: casework.Received, Danger: casework.DangerActed}, "2026-11-28", DueAcknowledge},
		{Strictest, History{State: casework.Closed, Closed: "2027-01-10", Danger: casework.DangerOpen}, "", ""},
		{Strictest, History{State: casework.Received, Standing: casework.Junk, Danger: casework.DangerOpen}, "", ""},
		{Strictest, History{State: casework.Received, MeetingAsked: "2026-11-21"}, "2026-11-28", DueAcknowledge}, // on one day: what is asked for first
		{"es", History{State: casework.Acknowledged, Acknowledged: "2026-11-22", MeetingAsked: "2026-12-01"}, "2026-12-08", DueMeeting},
		{"es", History{State: casework.Acknowledged, Acknowledged: "2026-11-22", MeetingAsked: "2026-12-01", MeetingSettled: "2026-12-03"}, "2027-02-21", DueAnswer},
		{"de", History{State: casework.Acknowledged, Acknowledged: "2026-11-22", MeetingAsked: "2026-12-01"}, "2026-12-15", DueMeeting}, // the house's
		{"fr", History{State: casework.Investigating, Acknowledged: "2026-11-22", Answered: "2026-11-23", MeetingAsked: "2026-12-18"}, "2027-01-19", DueMeeting},
		{"es", History{State: casework.Closed, Closed: "2026-12-03", MeetingAsked: "2026-12-01"}, "", ""},
		{"es", History{State: casework.Received, Standing: casework.Junk, MeetingAsked: "2026-12-01"}, "", ""},
		{Strictest, History{State: casework.Received, Standing: casework.Duplicate}, "2026-11-28", DueAcknowledge},
	} {
		c.history.Received = "2026-11-21"
		if day, reason := ProfileOf(c.profile).Dates(c.history).Due(); day != c.day || reason != c.reason {
			t.Errorf("%s: %+v: due %q for %q; want %q for %q", c.profile, c.history, day, reason, c.day, c.reason)
		}
	}
}

// Where the law names no period for a meeting that was asked for, the house's holds and
// is shown as such.
func TestMeetingBy(t *testing.T) {
	for code, want := range map[string]Date{
		"fr": {"2027-01-19", Source{Law, "décret 2022-1284 4", true}}, "es": {"2026-12-25", Source{Law, "Ley 2/2023 7.2", false}},
		Strictest: {"2026-12-25", Source{Law, "Ley 2/2023 7.2", false}},
		"eu":      {"2027-01-01", house}, "de": {"2027-01-01", house}, "pt": {"2027-01-01", house}, "it": {"2027-01-01", house},
		"jp": {"2027-01-01", house}, "kr": {"2027-01-01", house},
	} {
		if got := ProfileOf(code).MeetingBy("2026-12-18"); got != want {
			t.Errorf("%s: %+v, want %+v", code, got, want)
		}
	}
	if d := ProfileOf("es").Dates(History{Received: "2026-12-01", MeetingAsked: "2026-12-18", MeetingSettled: "2026-12-19"}); d.Meeting.On != "" {
		t.Errorf("a settled meeting is due by %s", d.Meeting.On)
	}
}

// Only where the law says so the acknowledgement itself tells of the outside channels.
func TestChannelsToldWithTheAcknowledgement(t *testing.T) {
	for _, code := range Profiles() {
		want := Source{}
		if code == "pt" || code == Strictest || code == StrictestNoInquiry {
			want = Source{Law, "Lei 93/2021 11(1)", true}
		}
		if got := ProfileOf(code).Channels; got != want {
			t.Errorf("%s: %+v", code, got)
		}
	}
}
