package casework

import "time"

// Codes of why somebody could not be told, of mail and of webhooks.
const (
	FaultRefused     = "refused"     // the other side answers, and does not take it
	FaultUnreachable = "unreachable" // no connection
	FaultTimeout     = "timeout"     // no answer in time
	FaultCertificate = "certificate" // the other side's certificate is not valid for it
	FaultNoTLS       = "no-tls"      // the other side offers no encryption
	FaultLogin       = "login"       // name or password is not accepted
	FaultAddress     = "address"     // the recipient's address is not accepted
	FaultOther       = "other"
)

// DeliveryFaults lists the codes.
var DeliveryFaults = []string{FaultRefused, FaultUnreachable, FaultTimeout, FaultCertificate, FaultNoTLS, FaultLogin, FaultAddress, FaultOther}

// How long it is tried to tell somebody, and after what time administrators hear
// that it fails.
const (
	GiveUpAfter  = 3 * 24 * time.Hour
	TroubleAfter = time.Hour
)

var waits = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour}

// NextTry returns when to try again after so many attempts that failed, the last of
// which was at a time. ok is false when it is given up.
func NextTry(first, last time.Time, attempts int) (next time.Time, ok bool) {
	next = last.Add(waits[min(max(attempts, 1), len(waits))-1])
	return next, next.Sub(first) <= GiveUpAfter
}

// StillWaits reports whether the next attempt is later than a time. One that is further
// away than the longest wait was noted by a clock that was wrong.
func StillWaits(next, at time.Time) bool {
	wait := next.Sub(at)
	return 0 < wait && wait <= waits[len(waits)-1]
}

// Window returns the last boundary at or before a time, of windows that are counted
// from 1970.
func Window(t time.Time, length time.Duration) time.Time {
	since := t.UnixNano()
	return time.Unix(0, since-since%int64(length)).UTC()
}

// HourBetween reports whether a full hour of the day begins in a time zone after one
// time and not after another. Each day has each hour once: one that a clock passes
// over counts where the clock goes on, one that comes twice counts once.
func HourBetween(after, until time.Time, hour int, zone *time.Location) bool {
	for day := after.In(zone); ; day = day.AddDate(0, 0, 1) {
		begins := time.Date(day.Year(), day.Month(), day.Day(), hour, 0, 0, 0, zone)
		switch {
		case begins.After(until):
			return false
		case begins.After(after):
			return true
		}
	}
}
