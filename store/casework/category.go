package casework

// Category is one subject a report can be about.
type Category struct {
	Code     string // as in the form field `category`
	Group    string // heading it stands under: one of Groups
	RiskArea string // supplier risk area, "" if none
	Salient  bool   // a human-rights issue the organisation watches most closely
}

// Unsure is the form's "not sure" answer to the category question.
const Unsure = "unsure"

// The headings of the categories.
const (
	Workplace   = "workplace"
	SupplyChain = "supply-chain"
	Integrity   = "integrity"
)

// Groups lists the headings in the order of the form.
var Groups = []string{Workplace, SupplyChain, Integrity}

// Categories lists all categories in the order of the form.
var Categories = []Category{
	{"power-harassment", Workplace, "", false},
	{"sexual-harassment", Workplace, "", false},
	{"other-harassment", Workplace, "", false},
	{"discrimination", Workplace, "human-rights-labour", false},
	{"human-relations", Workplace, "", false},
	{"work-environment", Workplace, "", false},
	{"working-hours-wages", Workplace, "human-rights-labour", false},
	{"employment-rules", Workplace, "", false},
	{"human-rights-labour", SupplyChain, "human-rights-labour", false},
	{"forced-labour", SupplyChain, "human-rights-labour", true},
	{"child-labour", SupplyChain, "human-rights-labour", true},
	{"foreign-trainees", SupplyChain, "human-rights-labour", true},
	{"health-safety", SupplyChain, "occupational-health-safety", false},
	{"environment", SupplyChain, "environment", false},
	{"fair-trading", SupplyChain, "fair-trading-ethics", false},
	{"product-safety", SupplyChain, "product-quality-safety", false},
	{"information-security", SupplyChain, "information-security", false},
	{"minerals", SupplyChain, "human-rights-labour", false},
	{"bribery", Integrity, "fair-trading-ethics", false},
	{"fraud-accounting", Integrity, "", false},
	{"antitrust", Integrity, "fair-trading-ethics", false},
	{"conflict-of-interest", Integrity, "", false},
	{"insider-trading", Integrity, "", false},
	{"trade-controls", Integrity, "", false},
	{"data-privacy", Integrity, "information-security", false},
	{"ai-human-rights", Integrity, "", false},
	{"community-customer", Integrity, "", false},
	{"retaliation", Integrity, "", true},
	{"other", Integrity, "", false},
	{"consultation", Integrity, "", false},
}

var categoryByCode = func() map[string]Category {
	m := make(map[string]Category, len(Categories))
	for _, c := range Categories {
		m[c.Code] = c
	}
	return m
}()

// categoriesOf lists the codes of the categories under a heading.
func categoriesOf(group string) []string {
	var codes []string
	for _, c := range Categories {
		if c.Group == group {
			codes = append(codes, c.Code)
		}
	}
	return codes
}

// CategoryByCode returns the category with that code; ok is false for Unsure
// and for anything unknown.
func CategoryByCode(code string) (c Category, ok bool) {
	c, ok = categoryByCode[code]
	return c, ok
}
