package cases

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"hotline/cmd/hotline/cli"
	"hotline/store"
	"hotline/store/casework"
	"hotline/store/casework/law"
	"hotline/store/export"
)

// List is `hotline case list`.
type List struct {
	Queue string `help:"Only the cases of this queue." placeholder:"Q"`
	JSON  bool   `name:"json" help:"Print a JSON array."`
}

// Run lists the cases, oldest first.
func (cmd *List) Run(ctx context.Context, c *cli.Config, con *cli.Console) error {
	filter := store.CaseFilter{Queue: casework.Queue(cmd.Queue)}
	st, err := cli.OpenForReading(ctx, c)
	if err != nil {
		return err
	}
	defer st.Close()
	o, err := st.Organization(ctx)
	if err != nil {
		return err
	}
	if cmd.Queue != "" {
		if _, err := cli.CheckQueues(o, []string{cmd.Queue}); err != nil {
			return err
		}
	}
	found, err := st.Cases(ctx, filter)
	if err != nil {
		return err
	}
	cases := make([]export.Case, 0, len(found)) // never null
	for _, c := range found {
		cases = append(cases, export.CaseOf(c, law.ProfileAt(o.Entities.Effective(c.Entity))))
	}
	if cmd.JSON {
		e := json.NewEncoder(con.Out)
		e.SetIndent("", "  ")
		return e.Encode(cases)
	}
	if len(cases) == 0 {
		if cmd.Queue != "" {
			fmt.Fprintf(con.Out, "No cases in the queue %s yet.\n", cmd.Queue)
		} else {
			fmt.Fprintln(con.Out, "No cases yet.")
		}
		return nil
	}
	zone, err := c.Zone(ctx, st)
	if err != nil {
		return err
	}
	return printCases(con.Out, cases, casework.DayOf(time.Now().In(zone)))
}

func printCases(out io.Writer, cases []export.Case, today casework.Day) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "RECEIVED\tCASE\tQUEUE\tCATEGORY\tSTATE\tDUE\tMESSAGES\tFILES")
	for _, c := range cases {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%d\t%d\n", c.Received, c.ID, c.Branch, c.Category, c.State, dueOf(c, today), c.Messages, c.Files)
	}
	return w.Flush()
}

// dueOf is what is due next, in words.
func dueOf(c export.Case, today casework.Day) string {
	switch {
	case c.Due == "":
		return "-"
	case c.DueFor == law.DueDanger:
		return "urgent: somebody is in danger"
	case c.Due < today:
		return "late: " + string(c.DueFor) + " by " + string(c.Due)
	}
	return string(c.DueFor) + " by " + string(c.Due)
}
