package intake

import (
	"hotline/store"
	"hotline/store/casework"
)

// categoryCodes are what a report can be about.
var categoryCodes = func() []string {
	codes := []string{casework.Unsure}
	for _, c := range casework.Categories {
		codes = append(codes, c.Code)
	}
	return codes
}()

// counted are the answers of a report that are counted, "" where there is none.
type counted struct{ language, relationship, country, identity, category string }

// countersOf are what is counted of a report, joined to nothing.
func countersOf(c counted) []store.Counter {
	orElse := func(value, otherwise string) string {
		if value == "" {
			return otherwise
		}
		return value
	}
	return []store.Counter{
		{Dimension: "language", Value: c.language},
		{Dimension: "relationship", Value: orElse(c.relationship, "unstated")},
		{Dimension: "country", Value: orElse(c.country, "unstated")},
		{Dimension: "identity", Value: orElse(c.identity, casework.Anonymous)},
		{Dimension: "category", Value: orElse(c.category, casework.Unsure)},
	}
}
