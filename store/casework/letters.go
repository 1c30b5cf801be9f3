package casework

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A letter is a text that the desk sends to a reporter. Some are built in; the
// organisation changes these and adds its own, in each language and for each entity.
// Its texts are stored as its other words are, as parts of a name that begins so.
const letterPart = "letter."

// What letters are for. A closing letter is for one outcome: "closing." and its code.
const (
	LetterInformation   = "information"
	LetterQuestion      = "question"
	LetterAnswer        = "answer"
	LetterAcknowledge   = "acknowledge"
	LetterInvestigating = "investigating"
	LetterExtension     = "extension" // the answer takes longer
	letterClosing       = "closing."
)

// advised is the outcome that answers a consultation: no report ends so.
const advised Outcome = "advised"

// OwnLetter is one of the organisation's own letters.
type OwnLetter struct {
	Number  int    // 1, 2, 3 …; of no other letter, even after its texts were withdrawn
	Entity  string // code: it holds there and below
	Name    string // by which handlers choose it
	Names   Translations
	Kind    string // of the cases that it is for, "" all
	Use     string // one of LetterUses
	Version int    // how often it or one of its texts was changed
}

// Code is what the letter is called among all letters.
func (l OwnLetter) Code() string { return fmt.Sprint("own-", l.Number) }

// BuiltInLetter is a letter that every organisation has. For a consultation it is
// another one where there is one whose code begins with "consultation.".
type BuiltInLetter struct{ Code, Kind, Use string }

// BuiltInLetters are those, in the order shown.
var BuiltInLetters = builtInLetters()

func builtInLetters() (all []BuiltInLetter) {
	const consultation = KindConsultation + "."
	add := func(code, use string) { all = append(all, BuiltInLetter{code, KindReport, use}) }
	both := func(code, use string) { all = append(all, BuiltInLetter{code, "", use}) }
	advice := func(code, use string) {
		all = append(all, BuiltInLetter{consultation + code, KindConsultation, use})
	}
	add(LetterAcknowledge, LetterAcknowledge)
	advice(LetterAcknowledge, LetterAcknowledge)
	both("details", LetterQuestion)
	both("evidence", LetterQuestion)
	for _, l := range []struct{ code, use string }{{LetterInvestigating, LetterInvestigating}, {"not-investigated", LetterAnswer}, {"progress", LetterInformation}} {
		add(l.code, l.use)
		advice(l.code, l.use)
	}
	both("thanks", LetterInformation)
	both(LetterExtension, LetterExtension)
	for _, outcome := range Outcomes {
		use := letterClosing + string(outcome)
		if outcome == advised {
			all = append(all, BuiltInLetter{use, KindConsultation, use})
			continue
		}
		add(use, use)
		advice(use, use)
	}
	return all
}

// LetterUses are what a letter of the organisation's own can be for, in the order shown.
var LetterUses = letterUses()

func letterUses() []string {
	all := []string{LetterInformation, LetterQuestion, LetterAnswer, LetterAcknowledge, LetterInvestigating, LetterExtension}
	for _, outcome := range Outcomes {
		all = append(all, letterClosing+string(outcome))
	}
	return all
}

// ClosingLetter returns the outcome that a letter of this use closes a case with, ""
// where it closes none.
func ClosingLetter(use string) Outcome {
	outcome, closing := strings.CutPrefix(use, letterClosing)
	if !closing {
		return ""
	}
	return Outcome(outcome)
}

// FindBuiltInLetter returns the built-in letter of a code.
func FindBuiltInLetter(code string) (BuiltInLetter, bool) {
	i := slices.IndexFunc(BuiltInLetters, func(l BuiltInLetter) bool { return l.Code == code })
	if i < 0 {
		return BuiltInLetter{}, false
	}
	return BuiltInLetters[i], true
}

// Limits of letters.
const (
	LettersLimit    = 50 // an entity's own
	LetterLimit     = 5_000
	LetterNameLimit = 80
)

// LetterPart is the part of the organisation's words that a letter's texts are stored as.
func LetterPart(code string) string { return letterPart + code }

// LetterOfPart returns the code of the letter whose texts are stored as the part.
func LetterOfPart(part string) (code string, isLetter bool) {
	return strings.CutPrefix(part, letterPart)
}

// HoldsAt reports whether the letter can be chosen at the first of some entities, which
// are those from that one up to the root.
func (l OwnLetter) HoldsAt(entities []string) bool { return slices.Contains(entities, l.Entity) }

// What a letter can say by itself. None of it is a secret of the desk, and all of it is
// true whenever the letter is sent: not the case's number, by which a reporter would be
// known outside the hotline, and not today, which is another day when a draft is sent.
const (
	FieldReceived     = "Received"     // the day of receipt
	FieldPromise      = "Promise"      // the sentence that says by when there is an answer
	FieldAnswer       = "Answer"       // that day
	FieldOrganization = "Organization" // its name
	FieldCompany      = "Company"      // the name of the entity that the case is about
	FieldQueue        = "Queue"        // the name of the queue that reads the case
	FieldChannels     = "Channels"     // where people can turn outside the organisation
)

// LetterFields are those, in the order shown.
var LetterFields = []string{FieldReceived, FieldPromise, FieldAnswer, FieldOrganization, FieldCompany, FieldQueue, FieldChannels}

// LetterGap is what a handler fills in before a letter can be sent.
const LetterGap = "[…]"

// braces are all that could be meant for a field: with braces of any number and width.
var braces = regexp.MustCompile(`[{｛]+[^{}｛｝\n]*[}｝]+|[{｛]{2,}[^{}｛｝\n]*|[}｝]{2,}`)

// fieldTyped is a field as it can be typed.
var fieldTyped = regexp.MustCompile(`^\{\{[ \x{3000}]*\.?([\pL\pN_-]+)[ \x{3000}]*\}\}$`)

// looseName is the same with other braces.
var looseName = regexp.MustCompile(`^[{｛]+[ \x{3000}]*\.?([\pL\pN_-]+)[ \x{3000}]*[}｝]+$`)

// Faults of a letter.
const (
	LetterUnknownField = "field"  // Text is no field
	LetterBrokenBrace  = "braces" // Text was meant as one, it seems
	LetterGapInside    = "gap"    // nobody could fill the gap in
)

// LetterFault is what is wrong with a letter, and where.
type LetterFault struct {
	Code string // Letter…
	Line int    // 1, 2, 3 …
	Text string
}

// fieldOf returns the field of a name, however it is capitalised.
func fieldOf(name string) (string, bool) {
	i := slices.IndexFunc(LetterFields, func(f string) bool { return strings.EqualFold(f, name) })
	if i < 0 {
		return "", false
	}
	return LetterFields[i], true
}

// CheckLetter names the first fault of a letter's text, nil for none. An acknowledgement
// is sent as it is, so that it can have no gap.
func CheckLetter(text, use string) *LetterFault {
	for _, at := range braces.FindAllStringIndex(text, -1) {
		found := text[at[0]:at[1]]
		fault := &LetterFault{Line: strings.Count(text[:at[0]], "\n") + 1, Text: found}
		if name := fieldTyped.FindStringSubmatch(found); name != nil {
			if _, known := fieldOf(name[1]); !known {
				fault.Code = LetterUnknownField
				return fault
			}
			continue
		}
		if plainBraces(found) {
			continue
		}
		fault.Code = LetterBrokenBrace
		return fault
	}
	if at := strings.Index(text, LetterGap); at >= 0 && use == LetterAcknowledge {
		return &LetterFault{Code: LetterGapInside, Line: strings.Count(text[:at], "\n") + 1, Text: LetterGap}
	}
	return nil
}

// plainBraces reports whether somebody meant nothing but a pair of braces: one on each
// side, and no field between them.
func plainBraces(found string) bool {
	runes := []rune(found)
	single := len(runes) >= 2 && !strings.ContainsRune("{｛", runes[1]) && !strings.ContainsRune("}｝", runes[len(runes)-2])
	if len(runes) == 2 {
		single = strings.ContainsRune("{｛", runes[0]) && strings.ContainsRune("}｝", runes[1])
	}
	name := looseName.FindStringSubmatch(found)
	if name == nil {
		return single
	}
	_, known := fieldOf(name[1])
	return single && !known
}

// eachField replaces the fields of a text that has no faults.
func eachField(text string, value func(field string) string) string {
	return braces.ReplaceAllStringFunc(text, func(found string) string {
		name := fieldTyped.FindStringSubmatch(found)
		if name == nil {
			return found
		}
		field, known := fieldOf(name[1])
		if !known {
			return found
		}
		return value(field)
	})
}

// TidyLetter is a text as it is stored: its fields are written as {{Field}}, which is how
// built-in letters have theirs, but for a dot.
func TidyLetter(text string) string {
	return eachField(TidyWords(text), func(field string) string { return "{{" + field + "}}" })
}

// FillLetter puts values into a letter's fields.
func FillLetter(text string, values map[string]string) string {
	return eachField(text, func(field string) string { return values[field] })
}

// LetterLacks names what the law has reporters be told and a letter does not say: an
// acknowledgement the day of receipt, and by when there is an answer.
func LetterLacks(text, use string) (fields []string) {
	if use != LetterAcknowledge {
		return nil
	}
	said := map[string]bool{}
	eachField(text, func(field string) string { said[field] = true; return "" })
	if !said[FieldReceived] {
		fields = append(fields, FieldReceived)
	}
	if !said[FieldPromise] && !said[FieldAnswer] {
		fields = append(fields, FieldPromise)
	}
	return fields
}
