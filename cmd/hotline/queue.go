package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"hotline/cmd/hotline/cli"
	"hotline/store/casework"
)

type queueList struct{}

// Run prints the queues and who reads them.
func (*queueList) Run(ctx context.Context, c *cli.Config, con *cli.Console) error {
	st, err := cli.OpenForReading(ctx, c)
	if err != nil {
		return err
	}
	defer st.Close()
	handlers, err := st.ActiveHandlers(ctx)
	if err != nil {
		return err
	}
	by := cli.Readers(handlers)
	w := tabwriter.NewWriter(con.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "QUEUE\tREPORTS\tHANDLERS")
	for _, q := range casework.Queues {
		state, names := "open", []string{}
		for _, h := range by[q] {
			names = append(names, cli.Line(h.Email))
		}
		if len(names) == 0 {
			state, names = "closed", []string{"none with a key: reports are not taken"}
			if q == casework.Independent {
				state, names = "empty", []string{"none with a key: it is for reports that everybody in compliance is excluded from"}
			}
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", q, state, strings.Join(names, ", "))
	}
	return w.Flush()
}
