package handler

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"hotline/cmd/hotline/cli"
	"hotline/store/casework"
)

// List is `hotline handler list`.
type List struct{}

// Run lists the handlers.
func (*List) Run(ctx context.Context, c *cli.Config, con *cli.Console) error {
	st, err := cli.OpenForReading(ctx, c)
	if err != nil {
		return err
	}
	defer st.Close()
	all, err := st.Handlers(ctx)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		fmt.Fprintln(con.Out, "No handlers yet. Add one with `hotline handler add`.")
		return nil
	}
	zone, err := c.Zone(ctx, st)
	if err != nil {
		return err
	}
	// The name is last: in some scripts its characters are two columns wide.
	w := tabwriter.NewWriter(con.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "E-MAIL\tQUEUES\tKEY\tSINCE\tSTATE\tNAME")
	for _, h := range all {
		state, key := "active", "yes"
		if !h.Active() {
			state = "disabled " + string(casework.DayOf(h.Disabled.In(zone)))
		}
		if h.Recipient == "" {
			key = "no"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", cli.Line(h.Email), joined(h.Branches), key, casework.DayOf(h.Created.In(zone)), state, cli.Line(h.Name))
	}
	return w.Flush()
}

func joined(branches []casework.Branch) string {
	words := make([]string, len(branches))
	for i, b := range branches {
		words[i] = string(b)
	}
	return strings.Join(words, ", ")
}
