package cases

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"hotline/cmd/hotline/cli"
	"hotline/crypto"
	"hotline/store/export"
)

// classification opens what the desk classified the case as, and returns it as text;
// "" is a case that is not classified.
func (o *opening) classification() (string, error) {
	sealed, err := os.ReadFile(filepath.Join(o.dir, export.ClassificationName))
	if errors.Is(err, fs.ErrNotExist) && o.bundle.Classification == "" {
		return "", nil
	}
	const heading = "\nClassified by the desk\n"
	if errors.Is(err, fs.ErrNotExist) {
		return heading + "  " + o.wrong("%s is missing", export.ClassificationName) + "\n", nil
	}
	if err != nil {
		return heading + "  " + o.wrong("%s cannot be read: %s", export.ClassificationName, cli.Reason(err)) + "\n", nil
	}
	c, err := crypto.OpenClassification(sealed, o.identity, o.bundle.ID)
	if err != nil {
		return heading + "  " + o.wrong("%s does not belong here or was changed", export.ClassificationName) + "\n", nil
	}
	var t strings.Builder
	t.WriteString(heading)
	printClassification(&t, c)
	if o.out == nil {
		return t.String(), nil
	}
	plain, err := crypto.Open(sealed, o.identity)
	if err != nil {
		return "", err
	}
	plain = append([]byte(strings.TrimRight(string(plain), " ")), '\n')
	return t.String(), o.out.write(strings.TrimSuffix(export.ClassificationName, ".age"), plain)
}

func printClassification(w io.Writer, c crypto.Classification) {
	count := func(n int64) string {
		if n == 0 {
			return ""
		}
		return strconv.FormatInt(n, 10)
	}
	amount := func(n int64) string {
		if n == 0 {
			return ""
		}
		return strings.TrimSpace(count(n) + " " + c.Currency)
	}
	for _, l := range []struct{ label, value string }{
		{"Areas", strings.Join(c.Areas, ", ")},
		{"Severity", severities[c.Severity]},
		{"About", c.Subject},
		{"Who writes", c.Relationship},
		{"Country", c.Country},
		{"Site", c.Site},
		{"Place", c.Place},
		{"Language", languages[c.Language]},
		{"Reporter", c.Identity},
		{"Root cause", c.Cause},
		{"Remedy", c.Remedy},
		{"Agreed with the remedy", c.Agreed},
		{"Flags", strings.Join(c.Flags, ", ")},
		{"Discrimination", c.Discrimination},
		{"Dismissals", count(c.Dismissals)},
		{"Contracts ended", count(c.Contracts)},
		{"Damage", amount(c.Damage)},
		{"Recovered", amount(c.Recovered)},
	} {
		printAnswer(w, l.label, l.value)
	}
	for i, a := range c.Allegations {
		outcome := a.Outcome
		if outcome == "" {
			outcome = "open"
		}
		of := ""
		if a.Area != "" {
			of = ", " + a.Area
		}
		fmt.Fprintf(w, "  Allegation %d (%s%s): %s\n", i+1, outcome, of, cli.Line(a.Text))
	}
}

var severities = map[int]string{1: "1 of 4", 2: "2 of 4", 3: "3 of 4", 4: "4 of 4"}
