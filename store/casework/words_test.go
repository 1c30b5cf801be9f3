package casework

import (
	"fmt"
	"strings"
	"testing"
)

// wordsOf reads "br-south:pt" as texts of a part, with a day after "=".
func wordsOf(written string) map[WordsKey]Day {
	all := map[WordsKey]Day{}
	for one := range strings.FieldsSeq(written) {
		where, day, dated := strings.Cut(one, "=")
		entity, language, _ := strings.Cut(where, ":")
		if !dated {
			day = "2026-11-20"
		}
		all[WordsKey{strings.TrimSuffix(entity, "root"), "privacy", language}] = Day(day)
	}
	return all
}

// Which text reporters see: in their language from the nearest entity, or else at the
// nearest entity in another language, in the order of these.
func TestFindWords(t *testing.T) {
	for _, c := range []struct{ written, entity, languages, want string }{
		{"", "br-south", "pt en", ""},
		{"root:en", Root, "en ja", ":en"},
		{"root:en", "br-south", "en pt", ":en"},
		{"root:en br:en", "br-south", "en pt", "br:en"},
		{"root:en br:en br-south:en", "br-south", "en pt", "br-south:en"},
		{"root:en br-south:en", "br", "en pt", ":en"},
		{"mx:en", "br", "en pt", ""},
		{"br:en", Root, "en pt", ""},
		{"root:pt br-south:en", "br-south", "pt en", ":pt"}, // the language comes before the entity
		{"root:en br:ja", "br-south", "pt en ja", "br:ja"},  // of other languages the nearest entity's
		{"br:en br:ja", "br-south", "pt ja en", "br:ja"},
		{"root:zh", "br", "pt en ja", ""}, // which nobody is offered there
		{"root:en", "nowhere", "en", ":en"},
		{"root:en", Root, "", ""},
	} {
		written := wordsOf(c.written)
		k, found := FindWords(group.Path(c.entity), "privacy", strings.Fields(c.languages), func(k WordsKey) bool { return written[k] != "" })
		got := ""
		if found {
			got = k.Entity + ":" + k.Language
		}
		if got != c.want {
			t.Errorf("%q at %q in %q: %q, want %q", c.written, c.entity, c.languages, got, c.want)
		}
		if _, found := FindWords(group.Path(c.entity), "rules", strings.Fields(c.languages), func(k WordsKey) bool { return written[k] != "" }); found {
			t.Errorf("%q is a text of another part", c.written)
		}
	}
}

func TestStateOfWords(t *testing.T) {
	for _, c := range []struct{ written, entity, want string }{
		{"", "br", "pt none, en none, ja none"},
		{"br:pt", "br", "pt own, en missing, ja none"},
		{"root:en", "br", "pt missing, en inherited from , ja none"},
		{"root:en br:pt", "br-south", "pt inherited from br, en inherited from , ja none"},
		{"br:pt=2026-11-20 br:en=2026-11-21", "br", "pt older, en own, ja none"},
		{"br:pt=2026-11-21 br:en=2026-11-21", "br", "pt own, en own, ja none"},
		{"root:pt=2026-11-20 br:en=2026-11-21", "br", "pt inherited from , en own, ja none"}, // whoever wrote the one above knows when it is old
		{"root:en=2026-11-22 br:en=2026-11-20 br:pt=2026-11-20", "br", "pt own, en own, ja none"},
		{"root:zh", "br", "pt none, en none, ja none"},
		{"br:ja", "br", "pt none, en none, ja own"}, // reporters are not offered it
	} {
		days, languages, offered := wordsOf(c.written), []string{"pt", "en", "ja"}, []string{"pt", "en"}
		states, from := StateOfWords(group.Path(c.entity), "privacy", languages, offered, func(k WordsKey) Day { return days[k] })
		var got []string
		for i, state := range states {
			one := fmt.Sprint(languages[i], " ", state)
			if state == WordsInherited {
				one += " from " + from[i].Entity
			}
			got = append(got, one)
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%q at %q: %v, want %s", c.written, c.entity, got, c.want)
		}
	}
}

func TestTidyWords(t *testing.T) {
	for typed, want := range map[string]string{"": "", " \r\n\t": "", "a\r\nb\rc\n": "a\nb\nc", "- a\n  - b": "- a\n  - b", "\n\na  \nb": "a  \nb"} {
		if got := TidyWords(typed); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
}
