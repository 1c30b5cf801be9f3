package law

import (
	"fmt"
	"slices"
	"strings"

	"hotline/store/casework"
)

// Profile is what a law asks for, and what we propose where it is silent. Days are
// counted at the entity, on dates alone.
type Profile struct {
	Code        string
	Acknowledge Term
	Notice      Term   // whether the report will be investigated
	Answer      Term   // where it was acknowledged in time
	AnswerLate  Term   // where it was not, or too late
	Extension   Term   // the latest answer where a reason for it is given
	Meeting     Term   // if the reporter asks for one; where it names no period, the house's holds
	Channels    Source // where it is written that the acknowledgement tells of the outside channels; the zero value: the pages do
	Protection  []Term
	Retention   []Retention
	Holidays    Calendar

	Categories []CategoryClock // what the law of the entity's country asks for besides: see In
}

const (
	// Strictest is the code of the profile that an organisation begins with.
	Strictest = "strictest"
	// StrictestNoInquiry is the same, and what Spain's law asks for of reports that
	// nobody decided on: the strictest profile only offers it.
	StrictestNoInquiry = "strictest-no-inquiry"
)

// reopenedMonths is how long the answer has in a case that was taken up again.
const reopenedMonths = 3

// The terms that several laws share where they are silent.
var (
	houseAcknowledgement = term(Receipt, house, days(7))
	houseAnswer          = term(Receipt, house, months(3))
	houseMeeting         = term(Asked, house, days(14))
	houseProtection      = term(Closing, house, months(12))
)

// strictest is the strictest profile; offered: deleting what nobody decided on is only
// offered.
func strictest(code string, offered bool) Profile {
	return Profile{
		Code:        code,
		Acknowledge: term(Receipt, read("HinSchG § 17(1)"), days(7)),
		Notice:      term(Receipt, unread("公益通報者保護法 3(1)(iii)"), days(20)),
		Answer:      term(Receipt, read("Lei 93/2021 11(3)"), months(3)),
		AnswerLate:  term(Receipt, read("Lei 93/2021 11(3)"), months(3)),
		Meeting:     term(Asked, unread("Ley 2/2023 7.2"), days(7)),
		Channels:    read("Lei 93/2021 11(1)"),
		Protection:  []Term{term(Receipt, read("Lei 93/2021 21"), months(24)), term(Closing, read("Ley 2/2023 36"), months(24))},
		Retention: []Retention{
			{When: Concluded, Keep: term(Closing, house, months(36)), Go: term(Closing, house, months(36)), How: Deleted},
			{When: NoInquiry, Go: term(Receipt, read("Ley 2/2023 32.4"), months(3)), How: Anonymised, Offered: offered},
		},
	}
}

// profiles are the profiles in the order they are offered. Strictest has the earliest due
// day of all the others, and the latest end of protection; its articles are those of the
// laws that its terms come from.
var profiles = []Profile{
	strictest(Strictest, true),
	strictest(StrictestNoInquiry, false),
	{
		Code:        "eu",
		Acknowledge: term(Receipt, unread("(EU) 2019/1937 9(1)(b)"), days(7)),
		Answer:      term(Acknowledgement, unread("(EU) 2019/1937 9(1)(f)"), months(3)),
		AnswerLate:  term(Receipt, unread("(EU) 2019/1937 9(1)(f)"), days(7), months(3)),
		Meeting:     term(Asked, unread("(EU) 2019/1937 9(2)")),
		Protection:  []Term{houseProtection},
		Retention: []Retention{
			{When: Concluded, Go: term(Closing, unread("(EU) 2019/1937 18(1)")), How: Deleted},
			{When: Irrelevant, Go: term(Receipt, unread("(EU) 2019/1937 17")), How: Deleted},
		},
	},
	{
		Code:        "de",
		Acknowledge: term(Receipt, read("HinSchG § 17(1)"), days(7)),
		Answer:      term(Acknowledgement, read("HinSchG § 17(2)"), months(3)),
		AnswerLate:  term(Receipt, read("HinSchG § 17(2)"), months(3), days(7)),
		Meeting:     term(Asked, unread("HinSchG § 16(3)")),
		Protection:  []Term{houseProtection},
		Retention: []Retention{
			{When: Concluded, Keep: term(Closing, read("HinSchG § 11(5)"), months(36)), Go: term(Closing, read("HinSchG § 11(5)"), months(36)), How: Deleted},
		},
	},
	{
		Code:        "fr",
		Acknowledge: term(Receipt, read("décret 2022-1284 4"), workingDays(7)),
		Answer:      term(Acknowledgement, read("décret 2022-1284 4"), months(3)),
		AnswerLate:  term(Receipt, read("décret 2022-1284 4"), workingDays(7), months(3)),
		Meeting:     term(Asked, read("décret 2022-1284 4"), workingDays(20)),
		Protection:  []Term{houseProtection},
		Retention: []Retention{
			{When: Concluded, Go: term(Closing, unread("référentiel CNIL"), months(2)), How: Anonymised},
		},
		Holidays: France,
	},
	{
		Code:        "es",
		Acknowledge: term(Receipt, read("Ley 2/2023 9.2.c"), days(7)),
		Answer:      term(Receipt, read("Ley 2/2023 9.2.d"), months(3)),
		AnswerLate:  term(Receipt, read("Ley 2/2023 9.2.d"), days(7), months(3)),
		Extension:   term(Receipt, read("Ley 2/2023 9.2.d"), months(6)),
		Meeting:     term(Asked, unread("Ley 2/2023 7.2"), days(7)),
		Protection:  []Term{term(Closing, read("Ley 2/2023 36"), months(24))},
		Retention: []Retention{
			{When: Concluded, Go: term(Receipt, read("Ley 2/2023 26.2"), months(120)), How: Deleted},
			{When: NoInquiry, Go: term(Receipt, read("Ley 2/2023 32.4"), months(3)), How: Anonymised},
			{When: Concluded, Outcomes: []casework.Outcome{"out-of-scope"}, Go: term(Closing, read("Ley 2/2023 32.2"), days(0)), How: Deleted},
		},
	},
	{
		Code:        "pt",
		Acknowledge: term(Receipt, read("Lei 93/2021 11(1)"), days(7)),
		Answer:      term(Receipt, read("Lei 93/2021 11(3)"), months(3)),
		AnswerLate:  term(Receipt, read("Lei 93/2021 11(3)"), months(3)),
		Meeting:     term(Asked, unread("Lei 93/2021")),
		Channels:    read("Lei 93/2021 11(1)"),
		Protection:  []Term{term(Receipt, read("Lei 93/2021 21"), months(24))},
		Retention: []Retention{
			{When: Concluded, Keep: term(Closing, read("Lei 93/2021 20"), months(60)), How: Deleted},
			{When: Irrelevant, Go: term(Receipt, unread("Lei 93/2021"), days(0)), How: Deleted},
		},
	},
	{
		Code:        "it",
		Acknowledge: term(Receipt, read("D.Lgs. 24/2023 5(1)(a)"), days(7)),
		Answer:      term(Acknowledgement, read("D.Lgs. 24/2023 5(1)(d)"), months(3)),
		AnswerLate:  term(Receipt, read("D.Lgs. 24/2023 5(1)(d)"), days(7), months(3)),
		Meeting:     term(Asked, read("D.Lgs. 24/2023 4(3)")),
		Protection:  []Term{houseProtection},
		Retention: []Retention{
			{When: Concluded, Go: term(Closing, unread("D.Lgs. 24/2023 14"), months(60)), How: Deleted},
			{When: Irrelevant, Go: term(Receipt, unread("D.Lgs. 24/2023 13")), How: Deleted},
		},
	},
	{
		Code:        "jp",
		Acknowledge: houseAcknowledgement,
		Notice:      term(Receipt, unread("公益通報者保護法 3(1)(iii)"), days(20)),
		Answer:      houseAnswer,
		AnswerLate:  houseAnswer,
		Protection:  []Term{term(Receipt, read("公益通報者保護法"), months(12))},
		Retention:   []Retention{{When: Concluded, Go: term(Closing, unread("指針 4.3")), How: Deleted}},
	},
	{
		Code:        "kr",
		Acknowledge: houseAcknowledgement,
		Answer:      houseAnswer,
		AnswerLate:  houseAnswer,
		Protection:  []Term{term(Receipt, unread("공익신고자 보호법 23"), months(24))},
	},
}

// Profiles lists the codes of the profiles in the order they are offered.
func Profiles() []string {
	codes := make([]string, len(profiles))
	for i, p := range profiles {
		codes[i] = p.Code
	}
	return codes
}

// ProfileOf returns the profile of a code, the strictest for an unknown one.
func ProfileOf(code string) Profile {
	for _, p := range profiles {
		if p.Code == code {
			return p
		}
	}
	return profiles[0]
}

// In returns the profile with what the law of a country asks for in cases of some
// categories.
func (p Profile) In(country string) Profile {
	p.Categories = clocksOf(country)
	return p
}

// ProfileAt returns the profile that holds at an entity, which has everything from those
// above it.
func ProfileAt(e casework.Entity) Profile { return ProfileOf(e.Profile).In(e.Country) }

// Rules names the profile and the formulas that due days and days of deletion follow.
func (p Profile) Rules() string {
	return fmt.Sprint(p.Code, " ", p.Acknowledge, " ", p.Notice, " ", p.Answer, " ", p.AnswerLate, " ", p.Extension, " ", p.meeting(), " ", p.Protection, " ", p.Holidays, " ", p.kept(), " ", p.Categories)
}

// clocks are the terms of the profile's dates that are owed.
func (p Profile) clocks() []Term {
	all := append([]Term{p.Acknowledge, p.Notice, p.Answer, p.AnswerLate, p.Extension, p.Meeting}, p.Protection...)
	return slices.DeleteFunc(all, func(t Term) bool { return !t.Owed() })
}

// Unconfirmed lists the articles of the profile's dates that nobody has read at a source.
func (p Profile) Unconfirmed() []string { return unconfirmed(p.clocks()) }

func unconfirmed(terms []Term) []string {
	var articles []string
	for _, t := range terms {
		if t.Basis == Law && !t.Confirmed && !slices.Contains(articles, t.Article) {
			articles = append(articles, t.Article)
		}
	}
	return articles
}

// euCountries are the member states of the European Union, which have transposed
// Directive (EU) 2019/1937, by their ISO codes.
var euCountries = []string{
	"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
}

// ProfileFor returns the code of the profile that is proposed for a country: its own,
// that of the Directive in the European Union, else the strictest.
func ProfileFor(country string) string {
	own := strings.ToLower(country)
	switch {
	case country != "" && slices.Contains(Profiles(), own):
		return own
	case slices.Contains(euCountries, country):
		return "eu"
	}
	return Strictest
}
