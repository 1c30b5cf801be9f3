package casework

// Category is one subject a report can be about.
type Category struct {
	Code     string // as in the form field `category`
	Queue    Queue  // where it goes unless Route knows better
	Group    string // heading it stands under: one of Groups
	RiskArea string // supplier risk area, "" if none
	Salient  bool   // a human-rights issue the organisation watches most closely
}

// Unsure is the form's "not sure" answer to the category question.
const Unsure = "unsure"

// Groups lists the headings of the categories in the order of the form.
var Groups = []string{"workplace", "supply-chain", "integrity"}

// Categories lists all categories in the order of the form.
var Categories = []Category{
	{"power-harassment", HR, "workplace", "", false},
	{"sexual-harassment", HR, "workplace", "", false},
	{"other-harassment", HR, "workplace", "", false},
	{"discrimination", HR, "workplace", "human-rights-labour", false},
	{"human-relations", HR, "workplace", "", false},
	{"work-environment", HR, "workplace", "", false},
	{"working-hours-wages", HR, "workplace", "human-rights-labour", false},
	{"employment-rules", HR, "workplace", "", false},
	{"human-rights-labour", Procurement, "supply-chain", "human-rights-labour", false},
	{"forced-labour", Procurement, "supply-chain", "human-rights-labour", true},
	{"child-labour", Procurement, "supply-chain", "human-rights-labour", true},
	{"foreign-trainees", Procurement, "supply-chain", "human-rights-labour", true},
	{"health-safety", Procurement, "supply-chain", "occupational-health-safety", false},
	{"environment", Procurement, "supply-chain", "environment", false},
	{"fair-trading", Procurement, "supply-chain", "fair-trading-ethics", false},
	{"product-safety", Procurement, "supply-chain", "product-quality-safety", false},
	{"information-security", Procurement, "supply-chain", "information-security", false},
	{"minerals", Procurement, "supply-chain", "human-rights-labour", false},
	{"bribery", Compliance, "integrity", "fair-trading-ethics", false},
	{"fraud-accounting", Compliance, "integrity", "", false},
	{"antitrust", Compliance, "integrity", "fair-trading-ethics", false},
	{"conflict-of-interest", Compliance, "integrity", "", false},
	{"insider-trading", Compliance, "integrity", "", false},
	{"trade-controls", Compliance, "integrity", "", false},
	{"data-privacy", Compliance, "integrity", "information-security", false},
	{"ai-human-rights", Compliance, "integrity", "", false},
	{"community-customer", Compliance, "integrity", "", false},
	{"retaliation", Compliance, "integrity", "", true},
	{"other", Compliance, "integrity", "", false},
	{"consultation", Compliance, "integrity", "", false},
}

var categoryByCode = func() map[string]Category {
	m := make(map[string]Category, len(Categories))
	for _, c := range Categories {
		m[c.Code] = c
	}
	return m
}()

// CategoryByCode returns the category with that code; ok is false for Unsure
// and for anything unknown.
func CategoryByCode(code string) (c Category, ok bool) {
	c, ok = categoryByCode[code]
	return c, ok
}
