package cases

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"hotline/cmd/hotline/cli"
	"hotline/crypto"
	"hotline/store/casework"
	"hotline/store/export"
)

// answers are the fields of a report in the order of the form, with what they
// are called here.
var answers = []struct{ field, label string }{
	{"channel", "Came in through"},
	{"reference", "Number elsewhere"},
	{"kind", "Report or consultation"},
	{"relationship", "Who writes"},
	{"subject", "About"},
	{"category", "Category"},
	{"danger", "Somebody is in danger"},
	{"where", "Place"},
	{"country", "Country"},
	{"when", "Time"},
	{"people", "People involved"},
	{"reported_before", "Reported before"},
	{"not_for", "Must not be read by"},
	{"identity", "Wants to be"},
	{"name", "Name"},
	{"contact", "Contact"},
	{"statement", "To what was written down"},
	{"earlier", "Earlier case"},
	{"watch", "Asked after (months)"},
	{"happened", "Treated badly"},
	{"satisfied", "Satisfied"},
	{"statement_of", "In message"},
	{"meeting", "Meeting"},
	{"task", "Task"},
	{"measure", "Measure"},
	{"owner", "Who does it (handler's id)"},
	{"due", "Due"},
	{"done", "Done"},
	{"conflict", "Somebody depends on the person concerned"},
}

var languages = map[string]string{"ja": "Japanese", "en": "English", "es": "Spanish", "pt": "Portuguese", "zh": "Chinese"}

// printCase writes what the server knew of a case. case.json is not sealed, so
// it is other people's text, too.
func printCase(w io.Writer, b export.Bundle) {
	fmt.Fprintf(w, "Case %s\n", b.ID)
	for _, l := range []struct{ label, value string }{
		{"Queue", string(b.Queue)},
		{"Category", b.Category},
		{"Kind", b.Kind},
		{"Standing", standingOf(b.Case)},
		{"Danger", dangers[b.Danger]},
		{"State", string(b.State)},
		{"Outcome", string(b.Outcome)},
		{"Received", string(b.Received)},
		{"Acknowledged", string(b.Acknowledged)},
		{"Closed", string(b.Closed)},
		{"Meeting asked", string(b.MeetingAsked)},
		{"Meeting held", string(b.MeetingHeld)},
		{"Checked", checked(b)},
	} {
		if l.value != "" {
			fmt.Fprintf(w, "%-13s %s\n", l.label+":", cli.Line(l.value))
		}
	}
}

// checked says what the reporter said to each statement.
func checked(b export.Bundle) string {
	var said []string
	for _, s := range b.Statements {
		said = append(said, strings.TrimSpace(fmt.Sprintf("[%d] %s %s", s.Seq, s.State, s.On)))
	}
	return strings.Join(said, ", ")
}

// dangers puts into words whether somebody is in danger.
var dangers = map[casework.Danger]string{
	casework.DangerOpen:  "somebody is in danger, and no handler has acted",
	casework.DangerActed: "a handler has acted",
}

// standingOf is the standing of a case that does not simply count.
func standingOf(c export.Case) string {
	if c.Standing == casework.Counts {
		return ""
	}
	return string(c.Standing)
}

// printMessage writes one message. All that somebody wrote stands indented, so
// that it cannot pass for a heading.
func printMessage(w io.Writer, m crypto.Message, files []string) {
	fmt.Fprintf(w, "\n[%d] %s, %s", m.Seq, senders[casework.Sender(m.From)], cli.Line(m.On))
	if m.Language != "" {
		name, ok := languages[m.Language]
		if !ok {
			name = m.Language
		}
		fmt.Fprintf(w, ", in %s", cli.Line(name))
	}
	fmt.Fprintln(w)
	left := maps.Clone(m.Fields)
	for _, a := range answers {
		printAnswer(w, a.label, left[a.field])
		delete(left, a.field)
	}
	for _, field := range slices.Sorted(maps.Keys(left)) {
		printAnswer(w, field, left[field])
	}
	if m.Text != "" {
		fmt.Fprintf(w, "\n%s\n", cli.Indented(cli.Visible(m.Text)))
	}
	if len(files) > 0 {
		fmt.Fprintf(w, "\n  Files:\n")
	}
	for _, f := range files {
		fmt.Fprintf(w, "    %s\n", f)
	}
}

func printAnswer(w io.Writer, label, value string) {
	switch {
	case value == "":
	case strings.Contains(value, "\n"):
		fmt.Fprintf(w, "  %s:\n%s\n", cli.Line(label), cli.Indented(cli.Indented(cli.Visible(value))))
	default:
		fmt.Fprintf(w, "  %s: %s\n", cli.Line(label), cli.Line(value))
	}
}
