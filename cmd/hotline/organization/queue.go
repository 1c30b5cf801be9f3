package organization

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"hotline/cmd/hotline/cli"
	"hotline/store"
	"hotline/store/casework"
)

// ListQueues is `hotline queue list`.
type ListQueues struct{}

// Run prints the queues and who reads them, at every entity where somebody does.
func (*ListQueues) Run(ctx context.Context, c *cli.Config, con *cli.Console) error {
	st, err := cli.OpenForReading(ctx, c)
	if err != nil {
		return err
	}
	defer st.Close()
	handlers, err := st.ActiveHandlers(ctx)
	if err != nil {
		return err
	}
	o, err := st.Organization(ctx)
	if err != nil {
		return err
	}
	by := cli.Readers(handlers)
	w := tabwriter.NewWriter(con.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "QUEUE\tREPORTS\tHANDLERS")
	for _, q := range o.Queues {
		for _, e := range o.Entities {
			b := casework.BranchOf(q.Code, e.Code)
			if len(by[b]) == 0 && e.Code != casework.Root {
				continue // who reads it is said at an entity above
			}
			state, names := stateOf(q, by[b])
			fmt.Fprintf(w, "%s\t%s\t%s\n", b, state, names)
		}
	}
	return w.Flush()
}

// stateOf says whether reports for a branch are taken, and who reads them.
func stateOf(q casework.QueueInfo, readers []store.Handler) (state, names string) {
	var emails []string
	for _, h := range readers {
		emails = append(emails, cli.Line(h.Email))
	}
	switch {
	case len(emails) > 0:
		return "open", strings.Join(emails, ", ")
	case q.Code == casework.Independent:
		return "empty", "none with a key: it is for reports that everybody in compliance is excluded from"
	case !q.BuiltIn():
		return "empty", "none with a key: reports go where they would go without this queue"
	}
	return "closed", "none with a key: reports are not taken"
}

// AddQueue is `hotline queue add`.
type AddQueue struct {
	Code      string            `required:"" help:"Short code: lower-case letters, digits and hyphens." placeholder:"C"`
	Name      map[string]string `required:"" help:"What it is called, by language; the first stands for languages without one. Can be repeated." placeholder:"en=TEXT"`
	Readers   map[string]string `help:"Who reads there, in words for reporters, by language." placeholder:"en=TEXT"`
	Choosable bool              `help:"Reporters may choose it themselves."`
	Buyers    bool              `help:"People who buy for the organisation read it: it never gets what accuses the organisation's own buyers."`
}

// Run adds the queue.
func (cmd *AddQueue) Run(ctx context.Context, c *cli.Config, con *cli.Console) error {
	if !casework.ValidQueueCode(cmd.Code) {
		return cli.Misused("use lower-case letters, digits and hyphens, with a letter first", "%q cannot be the code of a queue.", cmd.Code)
	}
	q := casework.QueueInfo{Code: casework.Queue(cmd.Code), Choosable: cmd.Choosable, Buyers: cmd.Buyers}
	var err error
	if q.Name, q.Names, err = translated("--name", cmd.Name); err != nil {
		return err
	}
	if q.Readers, q.ReadersIn, err = translated("--readers", cmd.Readers); err != nil {
		return err
	}
	st, err := cli.OpenForWriting(ctx, c)
	if err != nil {
		return err
	}
	defer st.Close()
	err = st.PutQueue(ctx, "", q, nil)
	switch {
	case errors.Is(err, store.ErrExists):
		return cli.Failed("see `hotline queue list`", "There is a queue %s already.", q.Code)
	case errors.Is(err, store.ErrTooMany):
		return cli.Failed("use the ones that there are", "There are %d queues already.", casework.QueuesLimit)
	case err != nil:
		return err
	}
	fmt.Fprintf(con.Out, "The queue %s is there. Next: `hotline handler invite --queue %s …`.\n", q.Code, q.Code)
	return nil
}
