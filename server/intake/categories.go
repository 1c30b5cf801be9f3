package intake

import "hotline/store/casework"

// CategoryCodes are what a report can be about.
var CategoryCodes = func() []string {
	codes := []string{casework.Unsure}
	for _, c := range casework.Categories {
		codes = append(codes, c.Code)
	}
	return codes
}()
