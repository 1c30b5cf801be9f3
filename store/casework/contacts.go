package casework

// Contacts are whom people in a country can turn to besides the hotline. Reporters
// see them once an administrator has confirmed that they are right.
type Contacts struct {
	Country     string      `json:"country"` // ISO 3166-1 alpha-2
	Emergency   Emergency   `json:"emergency"`
	Crisis      CrisisLine  `json:"crisis,omitzero"`
	Authorities []Authority `json:"authorities,omitempty"`

	ConfirmedBy string `json:"confirmed_by,omitempty"` // a handler's id; "" with a day: the command line
	ConfirmedOn Day    `json:"confirmed_on,omitempty"` // "": nobody has confirmed them
}

// Confirmed reports whether reporters may see them.
func (c Contacts) Confirmed() bool { return c.ConfirmedOn != "" }

// Emergency are a country's emergency numbers: one for all, or one for each service.
type Emergency struct {
	All       string `json:"all,omitempty"`
	Police    string `json:"police,omitempty"`
	Ambulance string `json:"ambulance,omitempty"`
	Fire      string `json:"fire,omitempty"`
}

// CrisisLine is a telephone at which somebody listens to people in despair.
type CrisisLine struct {
	Name   string `json:"name,omitempty"`
	Number string `json:"number,omitempty"`
}

// Authority is a place outside the organisation that takes reports or gives advice.
type Authority struct {
	Name   string `json:"name"`              // as it calls itself
	NameEN string `json:"name_en,omitempty"` // in English; "" the same
	URL    string `json:"url,omitempty"`
	Phone  string `json:"phone,omitempty"`
	Topic  string `json:"topic,omitempty"` // one of Topics, "" not said
}

// Topics are what an authority is for, in the order offered.
var Topics = []string{
	"whistleblowing", "advice", "retaliation", "retaliation-sox", "corruption", "labour", "labour-advice", "labour-rights", "wages", "safety",
	"harassment", "trainees", "migrants", "supply-chain", "finance", "companies", "public-sector", "complaints",
}
