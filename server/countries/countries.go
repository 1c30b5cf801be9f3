// Package countries has facts about countries: their time zones, and the emergency
// numbers, crisis lines and authorities that an administrator is offered to confirm.
// The numbers and addresses were collected from public sources and not called:
// nothing of them is shown to reporters before somebody has confirmed it.
package countries

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"hotline/store/casework"
)

// contactsJSON holds casework.Contacts, with the language of their names.
//
//go:embed contacts.json
var contactsJSON []byte

// zonesText has a line for each country: its code and its time zones, as in
// zone.tab of the IANA time zone database.
//
//go:embed zones.txt
var zonesText string

type proposal struct {
	casework.Contacts
	Language string                       `json:"language"` // of the names, BCP 47
	Glosses  map[string]map[string]string `json:"glosses"`  // authorities by their English names, in other languages of the pages
}

var proposals = sync.OnceValue(func() map[string]proposal {
	var list []proposal
	if err := json.Unmarshal(contactsJSON, &list); err != nil {
		panic(err) // a file of the program itself
	}
	all := make(map[string]proposal, len(list))
	for _, p := range list {
		all[p.Country] = p
	}
	return all
})

var zones = sync.OnceValue(func() map[string][]string {
	all := map[string][]string{}
	for line := range strings.Lines(zonesText) {
		fields := strings.Fields(line)
		all[fields[0]] = fields[1:]
	}
	return all
})

// Proposal returns what is known of a country, nothing but its code for most.
func Proposal(country string) casework.Contacts {
	p := proposals()[country].Contacts
	p.Country, p.Authorities = country, slices.Clone(p.Authorities)
	return p
}

// Language returns the language in which the authorities of a country call
// themselves, "" where it is not known.
func Language(country string) string { return proposals()[country].Language }

// Gloss returns what an authority is called in the language of a page, by its English
// name; that where nobody has said.
func Gloss(country, nameEN, lang string) string {
	if gloss := proposals()[country].Glosses[nameEN][lang]; gloss != "" {
		return gloss
	}
	return nameEN
}

// Zones returns the time zones of a country by their IANA names.
func Zones(country string) []string { return zones()[country] }

// HasZone reports whether one of the countries has the time zone.
func HasZone(countries []string, zone string) bool {
	return slices.ContainsFunc(countries, func(code string) bool { return slices.Contains(Zones(code), zone) })
}
