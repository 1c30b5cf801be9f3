// Package handler has the commands for handlers: add, invite, list, disable.
package handler

import (
	"context"
	"errors"
	"fmt"

	"hotline/cmd/hotline/cli"
	"hotline/crypto"
	"hotline/i18n"
	"hotline/store"
)

// Add is `hotline handler add`.
type Add struct {
	Name          string   `required:"" help:"The handler's name." placeholder:"N"`
	Email         string   `required:"" help:"The handler's e-mail address: who they are in every command, and in an exported case." placeholder:"E"`
	Queue         []string `required:"" help:"Queue they work for: hr, procurement, compliance, independent, or one of your own. Can be repeated." placeholder:"hr"`
	Entity        string   `help:"Company or site whose cases they read in that queue (default: the whole organisation)." placeholder:"CODE"`
	Language      string   `help:"Language of mail to them: ja, en, es, pt or zh (default: the organisation's first)." placeholder:"ja"`
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
	if h.Notify.Language = cmd.Language; h.Notify.Language != "" && !i18n.Known(h.Notify.Language) {
		return cli.Misused("use ja, en, es, pt or zh", "There is no language %q.", h.Notify.Language)
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
	o, err := st.Organization(ctx)
	if err != nil {
		return err
	}
	if h.Branches, err = cli.CheckBranches(o, cmd.Queue, cmd.Entity); err != nil {
		return err
	}
	_, err = st.AddHandler(ctx, h)
	if errors.Is(err, store.ErrExists) {
		return cli.Failed("see `hotline handler list`; somebody who comes back needs another address",
			"There is a handler %s already.", h.Email)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(con.Out, "%s <%s> reads new reports for %s.\n", cli.Line(h.Name), cli.Line(h.Email), cli.Listed(h.Branches))
	return nil
}
