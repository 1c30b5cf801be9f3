package handler

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"hotline/cmd/hotline/cli"
	"hotline/crypto"
	"hotline/store"
	"hotline/store/casework"
)

type Add struct {
	Name          string   `required:"" help:"The handler's name." placeholder:"N"`
	Email         string   `required:"" help:"The handler's e-mail address: who they are in every command, and in an exported case." placeholder:"E"`
	Queue         []string `required:"" help:"Queue they work for: hr, procurement, compliance or independent. Can be repeated." placeholder:"hr"`
	Recipient     string   `required:"" xor:"key" help:"The handler's public key, as age-keygen -pq prints it." placeholder:"age1pq1…"`
	RecipientFile string   `required:"" xor:"key" help:"File that holds it, as age-keygen -y writes it; - for standard input." placeholder:"FILE"`
}

// Run adds a handler.
func (cmd *Add) Run(ctx context.Context, c *cli.Config, con *cli.Console) error {
	h := store.Handler{ID: crypto.NewID(), Roles: []string{store.RoleHandler}}
	var err error
	if h.Name, err = checkName(cmd.Name); err != nil {
		return err
	}
	if h.Email, err = checkEmail(cmd.Email); err != nil {
		return err
	}
	if h.Queues, err = cli.CheckQueues(cmd.Queue); err != nil {
		return err
	}
	text := cmd.Recipient
	if cmd.RecipientFile != "" {
		if text, err = readRecipient(cmd.RecipientFile, con.In); err != nil {
			return err
		}
	}
	if h.Recipient, err = checkRecipient(text); err != nil {
		return err
	}
	st, err := cli.OpenForWriting(ctx, c)
	if err != nil {
		return err
	}
	defer st.Close()
	_, err = st.AddHandler(ctx, h)
	if errors.Is(err, store.ErrExists) {
		return cli.Failed("see `hotline handler list`; somebody who comes back needs another address",
			"There is a handler %s already.", h.Email)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(con.Out, "%s <%s> reads new reports for %s.\n", cli.Line(h.Name), cli.Line(h.Email), cli.Listed(h.Queues))
	return nil
}

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
	// The name is last: in some scripts its characters are two columns wide.
	w := tabwriter.NewWriter(con.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "E-MAIL\tQUEUES\tKEY\tSINCE\tSTATE\tNAME")
	for _, h := range all {
		state, key := "active", "yes"
		if !h.Active() {
			state = "disabled " + string(casework.DayOf(h.Disabled))
		}
		if h.Recipient == "" {
			key = "no"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", cli.Line(h.Email), joined(h.Queues), key, casework.DayOf(h.Created), state, cli.Line(h.Name))
	}
	return w.Flush()
}

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
		fmt.Fprintf(con.Out, "%s is disabled since %s.\n", cli.Line(h.Email), casework.DayOf(h.Disabled))
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
	for q, handlers := range cli.Readers(active) {
		if len(handlers) == 1 && handlers[0].ID == h.ID {
			losses = append(losses, fmt.Sprintf("Nobody else reads the queue %s: reports for it would not be taken.", q))
		}
	}
	return losses, nil
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

func joined(queues []casework.Queue) string {
	words := make([]string, len(queues))
	for i, q := range queues {
		words[i] = string(q)
	}
	return strings.Join(words, ", ")
}
