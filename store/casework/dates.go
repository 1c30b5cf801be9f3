package casework

// Dates are what the reporter is promised, computed from what has happened.
type Dates struct {
	Received     Day
	Acknowledge  Day // acknowledged by then at the latest
	Answer       Day // told what is done about it by then at the latest
	Acknowledged Day // "" until it happened
	Closed       Day // "" until it happened
}

// The strictest profile of the laws the hotline serves, and its default:
// Directive (EU) 2019/1937 art. 9(1)(b) and (f): acknowledgement within seven
// days of receipt; feedback within three months of the acknowledgement or, if
// none was sent, of the end of those seven days.
const (
	acknowledgeDays = 7
	answerMonths    = 3
)

// DatesFor computes the promised dates. acknowledged and closed may be "".
func DatesFor(received, acknowledged, closed Day) Dates {
	d := Dates{
		Received:     received,
		Acknowledge:  received.AddDays(acknowledgeDays),
		Acknowledged: acknowledged,
		Closed:       closed,
	}
	from := d.Acknowledge
	if acknowledged != "" && acknowledged < from {
		from = acknowledged // a late acknowledgement moves nothing
	}
	d.Answer = from.AddMonths(answerMonths)
	return d
}
