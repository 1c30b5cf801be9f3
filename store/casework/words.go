package casework

import (
	"slices"
	"strings"
)

// WordsKey says where a text stands that the organisation wrote for reporters.
type WordsKey struct {
	Entity   string // code, Root the organisation
	Part     string // one of WordsParts
	Language string // code
}

// Parts of the organisation's own words that have a page of their own.
const (
	WordsPrivacy = "privacy" // the privacy notice
	WordsRules   = "rules"   // the rules of procedure
)

// WordsChannels is the part that says where else people can turn.
const WordsChannels = "channels"

// WordsParts are what can be written, in the order shown.
var WordsParts = []string{"greeting", "readers", "steps", "protection", WordsChannels, WordsPrivacy, WordsRules}

// WordsLimit is the longest text, characters.
const WordsLimit = 20_000

// WordsNesting is how many lists can stand inside each other.
const WordsNesting = 6

// FindWords returns which text reporters see. The entities are those from the one of
// the page up to the root, the languages those of the page and then others in which a
// text may stand in its place. A text in the language of the page comes first, the
// nearest entity's; then, at the nearest entity, one in another language.
func FindWords(entities []string, part string, languages []string, written func(WordsKey) bool) (WordsKey, bool) {
	if len(languages) == 0 {
		return WordsKey{}, false
	}
	for _, group := range [][]string{languages[:1], languages[1:]} {
		for _, entity := range entities {
			for _, language := range group {
				if k := (WordsKey{entity, part, language}); written(k) {
					return k, true
				}
			}
		}
	}
	return WordsKey{}, false
}

// WordsState is how a part stands in a language at an entity.
type WordsState string

// The states of a part.
const (
	WordsOwn       WordsState = "own"
	WordsOlder     WordsState = "older"     // own, and one in another language is newer
	WordsInherited WordsState = "inherited" // from an entity above
	WordsMissing   WordsState = "missing"   // reporters see it in another language
	WordsNone      WordsState = "none"      // in no language
)

// StateOfWords returns how a part stands in each of the languages at the first of the
// entities, which are those from that one up to the root, and from which entity the
// text is. Reporters read the offered languages alone: no text is missing in another
// one, or stands in for one that is. day says since when a text stands, "" where there
// is none.
func StateOfWords(entities []string, part string, languages, offered []string, day func(WordsKey) Day) (states []WordsState, from []WordsKey) {
	written := func(k WordsKey) bool { return day(k) != "" }
	var newest Day
	for _, language := range languages {
		newest = max(newest, day(WordsKey{entities[0], part, language}))
	}
	_, shown := FindWords(entities, part, offered, written)
	for _, language := range languages {
		k, found := FindWords(entities, part, []string{language}, written)
		state := WordsNone
		switch {
		case found && k.Entity == entities[0] && day(k) < newest:
			state = WordsOlder
		case found && k.Entity == entities[0]:
			state = WordsOwn
		case found:
			state = WordsInherited
		case shown && slices.Contains(offered, language):
			state = WordsMissing
		}
		states, from = append(states, state), append(from, k)
	}
	return states, from
}

// TidyWords is a text as it is stored: with line ends of one kind, and without white
// space around it.
func TidyWords(text string) string {
	return strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"))
}

// ValidWordsPart reports whether there is such a part.
func ValidWordsPart(part string) bool { return slices.Contains(WordsParts, part) }
