package law

import (
	"slices"

	"hotline/store/casework"
)

// watchMonths are the months after the receipt at which the reporter's page asks whether
// anybody has treated them badly because of the report.
var watchMonths = []int{3, 6, 9, 12}

// lastQuestion is how many months the last question stays open at the least.
const lastQuestion = 3

// WatchMonths lists the months at which the question is asked.
func WatchMonths() []int { return slices.Clone(watchMonths) }

// WatchQuestion returns which question is open on a day, by its months after the receipt;
// 0: none is. Each is open from its day until the next one takes its place. The last one
// stays for three months and as long as the protection lasts, which is open while its end
// is not known. Junk is asked nothing.
func (d Dates) WatchQuestion(today casework.Day) (months int) {
	if d.Standing == casework.Junk || d.Received == "" {
		return 0
	}
	for _, m := range watchMonths {
		if d.Received.AddMonths(m) <= today {
			months = m
		}
	}
	last := watchMonths[len(watchMonths)-1]
	if months < last || d.Protection.On == "" {
		return months
	}
	if today > max(d.Received.AddMonths(last+lastQuestion), d.Protection.On) {
		return 0
	}
	return months
}
