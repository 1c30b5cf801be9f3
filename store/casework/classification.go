package casework

// What a handler classifies a case as is sealed; the codes that can stand in it are
// here. Statistics count by them, so that a code keeps its meaning for ever: what is
// no longer offered stays readable.

// Severities are the degrees of severity, from the slightest on.
var Severities = []int{1, 2, 3, 4}

// The vocabularies of a classification, in the order they are offered. "" is not
// stated in each.
var (
	// Causes are the root causes that were found.
	Causes = []string{"conduct", "leadership", "rules", "knowledge", "controls", "resources", "pressure", "communication", "supplier", "outside", "none"}

	// Remedies are what was done for those affected, after the UN Guiding Principles
	// on Business and Human Rights, 25; the main one where there were several.
	Remedies = []string{"apology", "restitution", "compensation", "rehabilitation", "discipline", "prevention", "conditions", "mediation", "explanation", "none"}

	// Flags mark what is counted apart, whatever the area is.
	Flags = []string{FlagRetaliationAlleged, "retaliation-found", FlagForcedLabour, FlagChildLabour, FlagTrainees, "transaction", "corruption"}

	// Agreements say whether the person agreed with the remedy.
	Agreements = []string{"yes", "no", "not-asked"}

	// Statuses say where an incident of discrimination stands, after GRI 406-1.
	Statuses = []string{"reviewed", "planned", "implemented", "ended"}
)

// Flags that follow from answers of a report.
const (
	FlagRetaliationAlleged = "retaliation-alleged"
	FlagForcedLabour       = "forced-labour"
	FlagChildLabour        = "child-labour"
	FlagTrainees           = "trainees"
)

// What a classification can hold.
const (
	MostAreas       = 3
	MostAllegations = 10
	LongestPlace    = 80  // characters
	LongestClaim    = 120 // characters of an allegation
)

// proposed is what is filled in for a category until a handler says otherwise: every
// category that is not named is of severity 2.
var proposed = map[string]struct {
	severity int
	flag     string
}{
	"sexual-harassment":   {3, ""},
	"human-relations":     {1, ""},
	"human-rights-labour": {3, ""},
	"forced-labour":       {4, FlagForcedLabour},
	"child-labour":        {4, FlagChildLabour},
	"foreign-trainees":    {3, FlagTrainees},
	"health-safety":       {3, ""},
	"product-safety":      {3, ""},
	"bribery":             {3, ""},
	"fraud-accounting":    {3, ""},
	"antitrust":           {3, ""},
	"insider-trading":     {3, ""},
	"retaliation":         {3, FlagRetaliationAlleged},
	"consultation":        {1, ""},
}

// ProposedSeverity is the severity that is proposed for a category.
func ProposedSeverity(category string) int {
	if p, known := proposed[category]; known {
		return p.severity
	}
	return 2
}

// ProposedFlag is the flag that follows from a category, "" none.
func ProposedFlag(category string) string { return proposed[category].flag }

// FlagOfRelationship is the flag that follows from what the reporter is to the
// organisation, "" none.
func FlagOfRelationship(relationship string) string {
	if relationship == "trainee" {
		return FlagTrainees
	}
	return ""
}
