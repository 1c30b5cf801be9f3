package law

import (
	"slices"
	"testing"

	"hotline/store/casework"
)

// No profile asks for anything earlier than the strictest does, or protects longer where
// the law names an end.
func TestTheStrictestProfileIsStrictest(t *testing.T) {
	if got, want := Profiles(), []string{Strictest, StrictestNoInquiry, "eu", "de", "fr", "es", "pt", "it", "jp", "kr"}; !slices.Equal(got, want) {
		t.Errorf("Profiles: %q", got)
	}
	for _, code := range Profiles() {
		for day := range 366 * 9 {
			received := casework.Day("2027-06-01").AddDays(day % 366)
			h := History{State: casework.Closed, Received: received, Acknowledged: received.AddDays(day/366 - 1), Closed: received.AddDays(day / 3)}
			if day < 366 {
				h.Acknowledged = ""
			}
			strictest, profile := ProfileOf(Strictest), ProfileOf(code)
			strict, other := strictest.Dates(h), profile.Dates(h)
			meeting := profile.MeetingBy(received).On
			if profile.Code != code || other.Acknowledge.On < strict.Acknowledge.On || other.Answer.On < strict.Answer.On ||
				other.Notice.On != "" && other.Notice.On < strict.Notice.On || meeting != "" && meeting < strictest.MeetingBy(received).On ||
				other.Protection.On > strict.Protection.On || other.WatchEnds() > strict.WatchEnds() {
				t.Fatalf("%s asks for more than the strictest: %+v, %+v", code, other, strict)
			}
			h.Closed = ""
			if open := profile.Dates(h).Protection.On; open > strictest.Dates(h).Protection.On {
				t.Fatalf("%s protects longer than the strictest as long as a case is open: %s", code, open)
			}
		}
	}
}

// Every date says whose it is, and of the law's which article it comes from.
func TestEveryTermHasItsSource(t *testing.T) {
	for _, code := range Profiles() {
		p := ProfileOf(code)
		terms := p.clocks()
		for _, r := range p.Retention {
			if r.How == "" || !r.Keep.Owed() && !r.Go.Owed() {
				t.Errorf("%s: a rule of retention says nothing: %+v", code, r)
			}
			for _, term := range []Term{r.Keep, r.Go} {
				if term.Owed() {
					terms = append(terms, term)
				}
			}
		}
		for _, term := range terms {
			if (term.Basis == Law) != (term.Article != "") || term.Basis == House && (term.Confirmed || len(term.Spans) == 0) || term.From == "" {
				t.Errorf("%s: %+v", code, term)
			}
		}
	}
	for code, want := range map[string][]string{
		"de": {"HinSchG § 16(3)"}, "it": nil, "eu": {"(EU) 2019/1937 9(1)(b)", "(EU) 2019/1937 9(1)(f)", "(EU) 2019/1937 9(2)"}, "jp": {"公益通報者保護法 3(1)(iii)"},
	} {
		if got := ProfileOf(code).Unconfirmed(); !slices.Equal(got, want) {
			t.Errorf("%s: not confirmed are %q, want %q", code, got, want)
		}
	}
	h := History{State: casework.Closed, Received: "2026-12-01", Closed: "2027-01-01"}
	for code, want := range map[string][3]Basis{"jp": {House, House, Law}, "eu": {Law, Law, House}, "es": {Law, Law, Law}} {
		d := ProfileOf(code).Dates(h)
		if got := [3]Basis{d.Acknowledge.Basis, d.Answer.Basis, d.Protection.Basis}; got != want {
			t.Errorf("%s: acknowledgement, answer and protection are of %q, want %q", code, got, want)
		}
	}
	h.Reopened, h.Closed = "2027-02-01", ""
	if d := ProfileOf("es").Dates(h); d.Answer != (Date{"2027-05-01", Source{Basis: House}}) || d.Extension.On != "" || d.Protection.On != "" {
		t.Errorf("taken up again: %+v", d)
	}
}

// What a change of formulas has to redate is seen in the rules.
func TestRulesNameTheFormulas(t *testing.T) {
	if got, want := ProfileOf("de").Rules(), "de receipt+7d  acknowledgement+3m receipt+3m+7d  asked+14d [closing+12m]  [concluded [] closing+36m closing+36m false closing+36m marked+30d 30] []"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	seen := map[string]bool{}
	for _, code := range Profiles() {
		seen[ProfileOf(code).Rules()] = true
	}
	if len(seen) != len(Profiles()) {
		t.Error("two profiles have the same rules")
	}
}

func TestProfileFor(t *testing.T) {
	for country, want := range map[string]string{"IT": "it", "KR": "kr", "DE": "de", "AT": "eu", "BR": Strictest, "": Strictest, "EU": "eu"} {
		if got := ProfileFor(country); got != want {
			t.Errorf("%q: %s, want %s", country, got, want)
		}
	}
}

func TestMonthEndsAndLeapDays(t *testing.T) {
	for _, c := range []struct {
		from, want casework.Day
		spans      []Span
	}{
		{"2027-01-31", "2027-02-28", []Span{months(1)}},
		{"2028-01-31", "2028-02-29", []Span{months(1)}},
		{"2027-11-30", "2028-02-29", []Span{months(3)}},
		{"2028-02-29", "2029-02-28", []Span{months(12)}},
		{"2027-12-31", "2028-03-31", []Span{months(3)}},
		{"2028-02-22", "2028-02-29", []Span{days(7)}},
		{"2027-01-25", "2027-05-02", []Span{months(3), days(7)}},
		{"2027-01-25", "2027-05-01", []Span{days(7), months(3)}},
	} {
		if got := term(Receipt, house, c.spans...).after(c.from, NoHolidays).On; got != c.want {
			t.Errorf("%s + %v = %s, want %s", c.from, c.spans, got, c.want)
		}
	}
}

func TestHolidaysInFrance(t *testing.T) {
	for year, want := range map[int][]casework.Day{
		2026: {"2026-01-01", "2026-04-06", "2026-05-01", "2026-05-08", "2026-05-14", "2026-05-25", "2026-07-14", "2026-08-15", "2026-11-01", "2026-11-11", "2026-12-25"},
		2027: {"2027-01-01", "2027-03-29", "2027-05-01", "2027-05-06", "2027-05-08", "2027-05-17", "2027-07-14", "2027-08-15", "2027-11-01", "2027-11-11", "2027-12-25"},
		2008: {"2008-01-01", "2008-03-24", "2008-05-01", "2008-05-08", "2008-05-12", "2008-07-14", "2008-08-15", "2008-11-01", "2008-11-11", "2008-12-25"}, // Ascension on 1 May
	} {
		var got []casework.Day
		for d := casework.DayOf(want[0].Time()); d.Time().Year() == year; d = d.AddDays(1) {
			if France.holiday(d) {
				got = append(got, d)
			}
			if NoHolidays.holiday(d) {
				t.Errorf("%s is a holiday where none is known", d)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d: %s, want %s", year, got, want)
		}
	}
}

func TestCategoryDates(t *testing.T) {
	for _, c := range []struct {
		country, category string
		done              map[string]casework.Day
		want              map[string]casework.Day
	}{
		{"CL", "power-harassment", nil, map[string]casework.Day{"measures": "2027-01-29", "hand-over": "2027-02-01", "inquiry": "2027-02-28", "review": "2027-03-30", "sanctions": "2027-04-14"}},
		{"CL", "power-harassment", map[string]casework.Day{"inquiry": "2027-02-10", "review": "2027-02-20"}, map[string]casework.Day{"measures": "2027-01-29", "hand-over": "2027-02-01", "inquiry": "2027-02-28", "review": "2027-03-12", "sanctions": "2027-03-07"}},
		{"PE", "sexual-harassment", nil, map[string]casework.Day{"care": "2027-02-01", "measures": "2027-02-03", "authority": "2027-02-08", "inquiry": "2027-02-13", "decision": "2027-02-23"}}, // received on a Friday
		{"PE", "power-harassment", nil, map[string]casework.Day{}},
		{"CO", "other-harassment", nil, map[string]casework.Day{"committee": "2027-04-04", "dismissal": "2027-07-29"}},
		{"CO", "bribery", nil, map[string]casework.Day{}},
		{"JP", "sexual-harassment", nil, map[string]casework.Day{}},
	} {
		got := stepDays(c.country, c.category, "2027-01-29", c.done)
		for code, want := range c.want {
			if got[code] != want {
				t.Errorf("%s, %s: %s by %s, want %s", c.country, c.category, code, got[code], want)
			}
		}
		if len(got) != len(c.want) {
			t.Errorf("%s, %s: %v, want %v", c.country, c.category, got, c.want)
		}
	}
	for _, c := range categoryClocks {
		steps := map[string]bool{"": true}
		for _, s := range c.Steps {
			if !steps[s.After] || s.Basis != Law || s.Article == "" {
				t.Errorf("%s: %+v", c.Country, s)
			}
			steps[s.Code] = true
		}
		for _, category := range c.Categories {
			if _, known := casework.CategoryByCode(category); !known {
				t.Errorf("%s: there is no category %q", c.Country, category)
			}
		}
	}
}

func TestRetention(t *testing.T) {
	open := History{State: casework.Received, Received: "2027-01-31"}
	decided := History{State: casework.Investigating, Received: "2027-01-31", Decided: "2027-02-03"}
	closed := History{State: casework.Closed, Received: "2027-01-31", Decided: "2027-02-03", Closed: "2028-02-29"}
	type days struct {
		keep, gone casework.Day
		how        Disposal
		offered    bool
	}
	for _, c := range []struct {
		profile string
		history History
		outcome casework.Outcome
		want    []days
	}{
		{"eu", closed, "substantiated", []days{{how: Deleted}}}, // no longer than necessary: no day
		{"de", closed, "substantiated", []days{{"2031-02-28", "2031-02-28", Deleted, false}}},
		{"de", decided, "", nil},
		{"fr", closed, "advised", []days{{"", "2028-04-29", Anonymised, false}}},
		{"es", open, "", []days{{"", "2027-04-30", Anonymised, false}}},
		{"es", decided, "", nil},
		{"es", closed, "partly", []days{{"", "2037-01-31", Deleted, false}}},
		{"es", closed, "out-of-scope", []days{{"", "2028-02-29", Deleted, false}, {"", "2037-01-31", Deleted, false}}},
		{"pt", closed, "partly", []days{{"2033-02-28", "", Deleted, false}}},
		{"it", closed, "partly", []days{{"", "2033-02-28", Deleted, false}}},
		{"jp", closed, "partly", []days{{how: Deleted}}},
		{"kr", closed, "partly", nil},
		{Strictest, closed, "partly", []days{{"2031-02-28", "2031-02-28", Deleted, false}}},
		{Strictest, open, "", []days{{"", "2027-04-30", Anonymised, true}}},
	} {
		var got []days
		for _, k := range ProfileOf(c.profile).Kept(c.history, c.outcome) {
			got = append(got, days{k.KeepUntil.On, k.GoneBy.On, k.How, k.Offered})
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s, %s, %q: %+v, want %+v", c.profile, c.history.State, c.outcome, got, c.want)
		}
	}
	if got := JunkRetention.Go.after("2027-01-31", NoHolidays).On; got != "2027-03-02" {
		t.Errorf("junk goes on %s", got)
	}
}
