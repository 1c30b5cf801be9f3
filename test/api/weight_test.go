package api

import (
	"testing"

	"hotline/i18n"
	"hotline/test/rig"
)

// A phone on a slow line gets the report form, with style and icon and all headers,
// in 12 KiB and three requests, in every language.
func TestFirstVisitIsSmall(t *testing.T) {
	const most, requests = 12 << 10, 3
	s, _ := rig.WithHandlers(t)
	for _, l := range i18n.Languages {
		c := rig.FirstVisit(t, s.URL, "/"+l.Code+"/report")
		if got := c.Read.Load(); got > most || len(c.Seen) > requests {
			t.Errorf("%s: %d bytes in %d requests", l.Code, got, len(c.Seen))
		}
	}
}
