package api

import (
	"strings"
	"testing"

	"hotline/i18n"
	"hotline/store/casework"
	"hotline/test/rig"
)

// A phone on a slow line gets the report form, with style and icon and all headers,
// in 12 KiB and three requests, in every language, also with as many companies as a
// list holds, and where the organisation has texts of its own.
func TestFirstVisitIsSmall(t *testing.T) {
	const most, requests = 12 << 10, 3
	s, _ := rig.WithHandlers(t)
	several := groupOf(t, 30, func(data string) {
		rig.WriteWords(t, data, "", strings.Repeat("What we do with what you write. ", 200), i18n.Languages, casework.WordsParts...)
	})
	for _, l := range i18n.Languages {
		for companies, url := range map[int]string{1: s.URL, 30: several.URL} {
			c := rig.FirstVisit(t, url, "/"+l.Code+"/report")
			if got := c.Read.Load(); got > most || len(c.Seen) > requests {
				t.Errorf("%s, %d companies: %d bytes in %d requests", l.Code, companies, got, len(c.Seen))
			}
		}
	}
}
