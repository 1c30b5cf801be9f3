package crypto

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"unicode/utf8"
)

// ErrClassification says that a classification cannot be sealed: something in it is
// none, or too long.
var ErrClassification = errors.New("crypto: not a classification")

// What a classification can hold, as web/src/crypto/classification.ts has it.
const (
	mostAreas       = 3
	mostFlags       = 20
	mostAllegations = 10
	longestCode     = 40
	longestPlace    = 80  // characters
	longestClaim    = 120 // characters
	worstSeverity   = 4
	mostAmount      = 1<<53 - 1 // what JSON numbers hold exactly in a browser
)

// Classification is what the desk classified a case as. All but Place and the texts
// of allegations are codes of package casework; "" and 0 are not stated.
type Classification struct {
	Version        int          `json:"v"`
	Case           string       `json:"case"`
	Areas          []string     `json:"areas"` // categories, the main one first
	Subject        string       `json:"subject"`
	Relationship   string       `json:"relationship"`
	Country        string       `json:"country"`  // ISO 3166-1
	Site           string       `json:"site"`     // code of an entity
	Place          string       `json:"place"`    // in words
	Language       string       `json:"language"` // of the report
	Identity       string       `json:"identity"` // of the reporter, at receipt
	Severity       int          `json:"severity"` // 1 to 4
	Cause          string       `json:"cause"`
	Remedy         string       `json:"remedy"`
	Agreed         string       `json:"agreed"` // whether the person agreed with the remedy
	Flags          []string     `json:"flags"`
	Discrimination string       `json:"discrimination"` // status after GRI 406-1
	Dismissals     int64        `json:"dismissals"`
	Contracts      int64        `json:"contracts"` // ended or not renewed
	Damage         int64        `json:"damage"`    // whole units of Currency
	Recovered      int64        `json:"recovered"`
	Currency       string       `json:"currency"` // ISO 4217
	Allegations    []Allegation `json:"allegations"`
}

// Allegation is one thing that was alleged.
type Allegation struct {
	Text    string `json:"text"`
	Area    string `json:"area"`    // a category
	Outcome string `json:"outcome"` // "" while it is open
}

var (
	codeShape     = regexp.MustCompile(`^[a-z0-9-]*$`)
	countryShape  = regexp.MustCompile(`^([A-Z]{2})?$`)
	currencyShape = regexp.MustCompile(`^([A-Z]{3})?$`)
)

// valid reports whether everything has its shape. Which codes there are, is not asked:
// another version may have others.
func (c Classification) valid() bool {
	codes := slices.Concat(c.Areas, c.Flags, []string{c.Subject, c.Relationship, c.Site, c.Language, c.Identity, c.Cause, c.Remedy, c.Agreed, c.Discrimination})
	for _, a := range c.Allegations {
		codes = append(codes, a.Area, a.Outcome)
		if a.Text == "" || tooLong(a.Text, longestClaim) {
			return false
		}
	}
	for _, code := range codes {
		if len(code) > longestCode || !codeShape.MatchString(code) {
			return false
		}
	}
	for _, amount := range []int64{c.Dismissals, c.Contracts, c.Damage, c.Recovered} {
		if amount < 0 || amount > mostAmount {
			return false
		}
	}
	return c.Version == FormatVersion && countryShape.MatchString(c.Country) && currencyShape.MatchString(c.Currency) && !tooLong(c.Place, longestPlace) &&
		c.Severity >= 0 && c.Severity <= worstSeverity && isSet(c.Areas, mostAreas) && isSet(c.Flags, mostFlags) && len(c.Allegations) <= mostAllegations
}

func tooLong(text string, most int) bool {
	return !utf8.ValidString(text) || utf8.RuneCountInString(text) > most
}

// isSet reports whether a list holds at most so many codes, each once and none empty.
func isSet(list []string, most int) bool {
	return len(list) <= most && !slices.Contains(list, "") && len(slices.Compact(slices.Sorted(slices.Values(list)))) == len(list)
}

// SealClassification pads and seals what a case is classified as. ErrClassification:
// something in it is none.
func SealClassification(c Classification, to Recipient) ([]byte, error) {
	c.Version = FormatVersion
	c.Areas, c.Flags, c.Allegations = append([]string{}, c.Areas...), append([]string{}, c.Flags...), append([]Allegation{}, c.Allegations...)
	plain, err := encode(c)
	if err != nil || !c.valid() || len(plain) > ClassificationSize {
		return nil, errors.Join(ErrClassification, err)
	}
	return Seal(padTo(plain, ClassificationSize), to)
}

// OpenClassification opens what a case was classified as, and checks it. ErrMisplaced:
// it is another case's, or none.
func OpenClassification(sealed []byte, id Identity, caseID string) (Classification, error) {
	plain, err := Open(sealed, id)
	if err != nil {
		return Classification{}, err
	}
	var c Classification
	if err := json.Unmarshal(plain, &c); err != nil || c.Case != caseID || !c.valid() {
		return Classification{}, ErrMisplaced
	}
	return c, nil
}

// Labels are the labels of a case. Area and severity repeat its classification.
type Labels struct {
	Version  int      `json:"v"`
	Case     string   `json:"case"`
	Labels   []string `json:"labels"`
	Area     string   `json:"area"`
	Severity int      `json:"severity"`
}

// SealLabels pads and seals the labels of a case.
func SealLabels(l Labels, to Recipient) ([]byte, error) {
	l.Version, l.Labels = FormatVersion, append([]string{}, l.Labels...)
	plain, err := encode(l)
	if err != nil {
		return nil, fmt.Errorf("crypto: labels: %w", err)
	}
	if len(plain) > LabelsSize {
		return nil, errPadding
	}
	return Seal(padTo(plain, LabelsSize), to)
}
