package doctor

import (
	"strings"

	"hotline/cmd/hotline/cli"
	"hotline/server/settings"
)

// checkPlaces says what an administrator has not chosen or confirmed yet: reports
// are taken all the same, so it is advice.
func (d *doctor) checkPlaces() {
	chosen, err := d.store.Settings(d.ctx)
	if err != nil {
		d.fault(cli.Explain(err))
		return
	}
	if d.config.Organization == "" && chosen.Organization == "" {
		d.note("the pages name no organization; choose its name on the page “Organisation”, or with --organization")
	}
	switch {
	case d.config.TimeZone != "":
	case chosen.TimeZone == "":
		d.note("no time zone is chosen, so days and due days are counted in UTC; choose one on the page “Organisation”, or with --time-zone")
	default:
		if _, err := settings.LoadZone(chosen.TimeZone); err != nil {
			d.found("choose another on the page “Organisation”, or with --time-zone; until then days are counted in UTC", "There is no time zone %q, which an administrator chose.", chosen.TimeZone)
		}
	}
	shown := map[string]bool{}
	for _, c := range settings.ConfirmedContacts(chosen) {
		shown[c.Country] = true
	}
	var missing []string
	for _, code := range chosen.Countries {
		if !shown[code] {
			missing = append(missing, code)
		}
	}
	switch {
	case len(chosen.Countries) == 0:
		d.note("reporters see no emergency numbers and no authorities; choose your countries on the page “Organisation”, then confirm the numbers on the page “Emergency numbers and authorities”")
	case len(missing) > 0:
		d.note("reporters see no emergency numbers and no authorities of %s; confirm them on the page “Emergency numbers and authorities”", strings.Join(missing, ", "))
	}
}
