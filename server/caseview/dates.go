package caseview

// ReporterDates are the days of a case as its reporter sees them, ISO 8601 ("2026-11-28"),
// "" if not known.
type ReporterDates struct {
	Received     string `json:"received"`     // when it came in
	Acknowledge  string `json:"acknowledge"`  // by when it will be acknowledged
	Notice       string `json:"notice"`       // by when the reporter hears whether it is investigated; "" once that is settled
	Answer       string `json:"answer"`       // by when it will be answered
	Acknowledged string `json:"acknowledged"` // when it was acknowledged
	Closed       string `json:"closed"`       // when it was closed
}

// DeskDates are a case's days as handlers see them, ISO 8601, "" where there is
// none.
type DeskDates struct {
	Received string `json:"received"`

	// Due.
	Acknowledge string `json:"acknowledge"`
	Notice      string `json:"notice"`
	Answer      string `json:"answer"`
	Watch       string `json:"watch"`

	// Happened.
	Acknowledged string `json:"acknowledged"`
	Decided      string `json:"decided"`
	Answered     string `json:"answered"`
	Closed       string `json:"closed"`

	Due      string `json:"due"`     // the next one
	DueFor   string `json:"due_for"` // and for what
	DaysLeft int    `json:"-"`       // until Due; negative: late
}
