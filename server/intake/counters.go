package intake

import (
	"hotline/store"
	"hotline/store/casework"
)

// CategoryCodes are what a report can be about.
var CategoryCodes = func() []string {
	codes := []string{casework.Unsure}
	for _, c := range casework.Categories {
		codes = append(codes, c.Code)
	}
	return codes
}()

// Counted are the answers of a report that are counted, "" where there is none.
type Counted struct{ Language, Relationship, Country, Identity, Category string }

// CountersOf are what is counted of a report, joined to nothing.
func CountersOf(c Counted) []store.Counter {
	orElse := func(value, otherwise string) string {
		if value == "" {
			return otherwise
		}
		return value
	}
	return []store.Counter{
		{Dimension: "language", Value: c.Language},
		{Dimension: "relationship", Value: orElse(c.Relationship, "unstated")},
		{Dimension: "country", Value: orElse(c.Country, "unstated")},
		{Dimension: "identity", Value: orElse(c.Identity, casework.Anonymous)},
		{Dimension: "category", Value: orElse(c.Category, casework.Unsure)},
	}
}
