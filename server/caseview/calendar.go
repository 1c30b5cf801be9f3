package caseview

import (
	"crypto/rand"
	"encoding/hex"
	"slices"
	"strings"

	"hotline/store/casework"
)

// Calendar is a calendar file (RFC 5545) with one entry for each of some days, all
// day long. word is all that an entry says: whoever looks at the calendar learns
// nothing from it. No time of now stands in it. web/src/reporter/reminder.ts makes the
// same in the browser.
func Calendar(days []casework.Day, word string) string {
	lines := []string{"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//note//EN"}
	days = slices.Clone(days)
	slices.Sort(days)
	for _, day := range slices.Compact(days) {
		if day == "" {
			continue
		}
		date := strings.ReplaceAll(string(day), "-", "")
		lines = append(lines, "BEGIN:VEVENT", "UID:"+randomUID(), "DTSTAMP:"+date+"T000000Z", "DTSTART;VALUE=DATE:"+date,
			"SUMMARY:"+escapeText(word), "TRANSP:TRANSPARENT", "END:VEVENT")
	}
	return strings.Join(append(lines, "END:VCALENDAR", ""), "\r\n")
}

// escapeText writes a text as RFC 5545, section 3.3.11, has it.
func escapeText(s string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(s)
}

func randomUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails (Go 1.24)
	return hex.EncodeToString(b[:])
}
