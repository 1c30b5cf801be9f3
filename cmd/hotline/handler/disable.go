package handler

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"

	"hotline/cmd/hotline/cli"
	"hotline/store"
	"hotline/store/casework"
)

// Disable is `hotline handler disable`.
type Disable struct {
	Email string `arg:"" name:"E" help:"The handler's e-mail address."`
	Yes   bool   `help:"Do not ask, whatever cannot be read afterwards."`
}

// Run ends a handler's work.
func (cmd *Disable) Run(ctx context.Context, c *cli.Config, con *cli.Console) error {
	if err := c.Exists(); err != nil {
		return err
	}
	st, err := cli.OpenForWriting(ctx, c)
	if err != nil {
		return err
	}
	defer st.Close()
	h, err := st.HandlerByEmail(ctx, cmd.Email)
	if errors.Is(err, store.ErrNotFound) {
		return cli.Failed("see `hotline handler list`", "There is no handler %s.", cmd.Email)
	}
	if err != nil {
		return err
	}
	if !h.Active() {
		zone, err := c.Zone(ctx, st)
		if err != nil {
			return err
		}
		fmt.Fprintf(con.Out, "%s is disabled since %s.\n", cli.Line(h.Email), casework.DayOf(h.Disabled.In(zone)))
		return nil
	}
	losses, err := lossesWithout(ctx, st, h)
	if err != nil {
		return err
	}
	if len(losses) > 0 && !cmd.Yes {
		if err := confirm(ctx, con, losses, h); err != nil {
			return err
		}
	}
	if err := st.DisableHandler(ctx, "", h.Email); err != nil {
		return err
	}
	fmt.Fprintf(con.Out, "%s is disabled: new reports are not sealed to them.\n"+
		"Their keys to cases are deleted; where nobody else could open a case, the key stays until somebody can.\n"+
		"What they could open before, their identity still opens wherever they have a copy.\n", cli.Line(h.Email))
	return nil
}

// lossesWithout says in sentences what nobody could read without a handler.
func lossesWithout(ctx context.Context, st *store.Store, h store.Handler) ([]string, error) {
	var losses []string
	cases, err := st.CasesOnlyOpenableBy(ctx, h.ID)
	if err != nil {
		return nil, err
	}
	if cases > 0 {
		losses = append(losses, fmt.Sprintf("%s can be opened by nobody else.", cli.Counted(cases, "case")),
			"First have them give a colleague access, or use `hotline case grant` with their identity file. Until somebody else can open such a case, the key to it stays.")
	}
	active, err := st.ActiveHandlers(ctx)
	if err != nil {
		return nil, err
	}
	for branch, handlers := range cli.Readers(active) {
		if len(handlers) == 1 && handlers[0].ID == h.ID {
			losses = append(losses, fmt.Sprintf("Nobody else reads the queue %s%s.", branch, whatThen(branch)))
		}
	}
	return losses, nil
}

// whatThen says what becomes of reports for a branch that nobody reads.
func whatThen(b casework.Branch) string {
	if b.Entity() != casework.Root {
		return ": its cases, and new reports, go to who reads that queue for the entities above"
	}
	return ": reports for it would not be taken"
}

// confirm asks on a terminal; elsewhere only --yes will do.
func confirm(ctx context.Context, con *cli.Console, losses []string, h store.Handler) error {
	for _, l := range losses {
		fmt.Fprintln(con.Err, l)
	}
	refused := cli.Failed("add another handler first, or say --yes", "%s was not disabled.", h.Email)
	if !cli.IsTerminal(con.In) {
		return refused
	}
	fmt.Fprintf(con.Err, "Disable %s all the same? [y/N] ", cli.Line(h.Email))
	answer := make(chan string, 1)
	go func() {
		text, _ := bufio.NewReader(con.In).ReadString('\n')
		answer <- strings.ToLower(strings.TrimSpace(text))
	}()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case a := <-answer:
		if a == "y" || a == "yes" {
			return nil
		}
	}
	return refused
}
