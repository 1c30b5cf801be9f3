package casework

import (
	"regexp"
	"slices"
	"testing"
)

func TestClassificationCodes(t *testing.T) {
	t.Parallel()
	code := regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	for name, list := range map[string][]string{"causes": Causes, "remedies": Remedies, "agreements": Agreements, "flags": Flags, "statuses": Statuses} {
		seen := map[string]bool{}
		for _, c := range list {
			if !code.MatchString(c) || len(c) > 40 || seen[c] {
				t.Errorf("%s: %q is no code, or stands there twice", name, c)
			}
			seen[c] = true
		}
	}
}

// What is proposed is a severity and a flag that can be chosen, for every category.
func TestProposed(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		category string
		severity int
		flag     string
	}{
		{"power-harassment", 2, ""}, {"forced-labour", 4, "forced-labour"}, {"child-labour", 4, "child-labour"}, {"foreign-trainees", 3, "trainees"},
		{"retaliation", 3, "retaliation-alleged"}, {"human-relations", 1, ""}, {"consultation", 1, ""}, {"unsure", 2, ""}, {"", 2, ""},
	} {
		if severity, flag := ProposedSeverity(test.category), ProposedFlag(test.category); severity != test.severity || flag != test.flag {
			t.Errorf("%s: %d, %q; want %d, %q", test.category, severity, flag, test.severity, test.flag)
		}
	}
	for category, p := range proposed {
		if _, known := CategoryByCode(category); !known || !slices.Contains(Severities, p.severity) || p.flag != "" && !slices.Contains(Flags, p.flag) {
			t.Errorf("%s: %+v cannot be chosen", category, p)
		}
	}
	// Every salient issue is counted by a flag, whatever the area is.
	for _, c := range Categories {
		if c.Salient && ProposedFlag(c.Code) == "" {
			t.Errorf("%s has no flag", c.Code)
		}
	}
	if FlagOfRelationship("trainee") != FlagTrainees || FlagOfRelationship("employee") != "" {
		t.Error("flags of relationships")
	}
}
