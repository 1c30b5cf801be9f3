package casework

import (
	"slices"
	"strings"
	"time"
)

// Profile is the set of dates that a law asks for. Days are counted in the
// organisation's time zone.
type Profile struct {
	Code            string
	AcknowledgeDays int  // after receipt
	WorkingDays     bool // the acknowledgement counts Monday to Friday only; public holidays are not known here
	NoticeDays      int  // after receipt, until the reporter knows whether it will be investigated; 0: the law names none
	AnswerMonths    int  // after the acknowledgement, or after the day it was due
	WatchMonths     int  // after closing, for retaliation; 0: the law names none

	AnswerFromReceipt bool // AnswerMonths are counted from the day of receipt
}

// The profiles. Their figures are those of:
//
//	strictest  the earliest date of all the others, and the default
//	eu         Directive (EU) 2019/1937, art. 9(1)(b) and (f)
//	de         Hinweisgeberschutzgesetz, § 17
//	fr         décret n° 2022-1284, art. 4; the answer counted from receipt, to be on the safe side
//	es         Ley 2/2023, art. 9.2.c and d: three months «a contar desde la recepción de la comunicación»
//	pt         Lei n.º 93/2021, art. 11(1) and (3): three months «a contar da data da receção da denúncia»
//	jp         公益通報者保護法 (Act 122 of 2004, as amended, in force 2026-12-01), art. 3: 20 days
var profiles = []Profile{
	{Code: Strictest, AcknowledgeDays: 7, NoticeDays: 20, AnswerMonths: 3, WatchMonths: 12, AnswerFromReceipt: true},
	{Code: "eu", AcknowledgeDays: 7, AnswerMonths: 3},
	{Code: "de", AcknowledgeDays: 7, AnswerMonths: 3},
	{Code: "fr", AcknowledgeDays: 7, WorkingDays: true, AnswerMonths: 3, AnswerFromReceipt: true},
	{Code: "es", AcknowledgeDays: 7, AnswerMonths: 3, AnswerFromReceipt: true},
	{Code: "pt", AcknowledgeDays: 7, AnswerMonths: 3, AnswerFromReceipt: true},
	{Code: "jp", AcknowledgeDays: 7, NoticeDays: 20, AnswerMonths: 3, WatchMonths: 12},
}

// Strictest is the code of the profile that an organisation begins with.
const Strictest = "strictest"

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

// addWorkingDays returns the n-th day after d that is no Saturday or Sunday.
func addWorkingDays(d Day, n int) Day {
	for n > 0 && d != "" {
		d = d.AddDays(1)
		if w := d.Time().Weekday(); w != time.Saturday && w != time.Sunday {
			n--
		}
	}
	return d
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
