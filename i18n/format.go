package i18n

import (
	"math"
	"strconv"
	"time"

	"golang.org/x/text/language"
)

// Date writes an ISO day in words: "28 November 2026". Something that is not
// an ISO day comes back as it is.
func (t *Texts) Date(isoDay string) string {
	day, err := time.Parse(time.DateOnly, isoDay)
	if err != nil {
		return isoDay
	}
	month := t.T("date.month." + strconv.Itoa(int(day.Month())))
	ofMonth := strconv.Itoa(day.Day())
	if t.language.Code == "pt" && ofMonth == "1" {
		ofMonth = "1º"
	}
	return t.T("date.pattern", "Year", day.Year(), "Month", month, "Day", ofMonth)
}

// Number writes a whole number with the language's separators.
func (t *Texts) Number(n int) string {
	return t.decimal(float64(n))
}

// Units of Size, each 1024 times the one before, under the names that phones
// and desktops show to people.
var units = []string{"KB", "MB", "GB"}

// Size writes a number of bytes as people read it: "200 MB", "1,5 MB". It
// rounds up, so that a file with something in it is never shown as empty.
func (t *Texts) Size(bytes int64) string {
	const step = 1024
	value, unit := float64(bytes)/step, 0
	for value >= step && unit < len(units)-1 {
		value, unit = value/step, unit+1
	}
	value = math.Ceil(value*10) / 10
	if unit == 0 || value >= 10 {
		value = math.Ceil(value)
	}
	return t.decimal(value) + "\u00a0" + units[unit]
}

func tagOf(l Language) language.Tag { return language.Make(l.Tag) }
