package metadata

import (
	"bytes"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
)

// rules.json holds the tables that decide what is kept and what goes. The filters in the browser read the same file.
//
//go:embed rules.json
var rulesJSON []byte

// tables is rules.json.
var tables = readTables(rulesJSON)

// ruleTables has the shape of rules.json, whose "about" texts are its comments.
type ruleTables struct {
	About string
	PNG   struct {
		About   string
		Longest map[string]int64
		Silent  words
	}
	ProfileTags wordGroups
	Paths       struct{ Roots, Pictures, Schemes, Fonts words }
	Containers  words
	Office      struct {
		Documents                             words
		DroppedRelationships, DroppedElements wordGroups
		Attributes                            []struct {
			About string
			Rules []attrEntry
		}
	}
	WordFields struct{ Blanked, Unlinked, Personal words }
	ODF        struct {
		Kinds, DroppedParts, Blanked, PersonalFields, PropertyFields words
		Settings                                                     wordGroups
	}
	Findings struct {
		About string
		Exif  struct {
			About                 string
			Image, GPS, Thumbnail findingNames
		}
		IPTC struct {
			About string
			Sets  findingNames
		}
		XMP    findingNames
		Office struct {
			About string
			Parts []struct{ Part, Finding string }
			Texts []struct {
				Part string
				Says findingNames
			}
		}
	}
}

// readTables panics on anything that it does not know, because the file is part of the program.
func readTables(b []byte) *ruleTables {
	var t ruleTables
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&t); err != nil {
		panic("metadata: rules.json: " + err.Error())
	}
	return &t
}

// words are names between spaces.
type words struct{ About, Names string }

func (w words) list() []string {
	return strings.Fields(w.Names)
}

func (w words) set() map[string]bool {
	return wordGroups{w}.set()
}

// unhexed is the list of what the names say in hex.
func (w words) unhexed() []string {
	list := w.list()
	for i, s := range list {
		b, err := hex.DecodeString(s)
		if err != nil {
			panic("metadata: rules.json: " + err.Error())
		}
		list[i] = string(b)
	}
	return list
}

// findingNames are names between spaces by what they give away: in Go it only counts that it is anything.
type findingNames map[string]string

func (f findingNames) list() []string {
	var all []string
	for _, names := range f {
		all = append(all, strings.Fields(names)...)
	}
	return all
}

// numbers is the set of what the names say as numbers.
func (f findingNames) numbers(base int) map[uint16]bool {
	set := map[uint16]bool{}
	for _, s := range f.list() {
		n, err := strconv.ParseUint(s, base, 16)
		if err != nil {
			panic("metadata: rules.json: " + err.Error())
		}
		set[uint16(n)] = true
	}
	return set
}

// wordGroups are words that belong together for several reasons.
type wordGroups []words

func (g wordGroups) set() map[string]bool {
	set := map[string]bool{}
	for _, w := range g {
		for _, name := range w.list() {
			set[name] = true
		}
	}
	return set
}
