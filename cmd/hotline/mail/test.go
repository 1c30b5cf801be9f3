// Package mail has the command that tries the mail server out.
package mail

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"hotline/cmd/hotline/cli"
	"hotline/i18n"
	"hotline/server/notify"
	"hotline/server/settings"
)

// Test is `hotline mail test`.
type Test struct {
	To string `required:"" help:"Address that the mail goes to." placeholder:"ADDRESS"`
}

// Run sends one mail as the server sends them, which says that it is a test.
func (cmd *Test) Run(ctx context.Context, c *cli.Config, con *cli.Console) error {
	if err := cli.CheckAddress("--to", cmd.To); err != nil { // or it would be said of the mail server, which nobody has asked, that it refuses it
		return err
	}
	if faults := c.Faults(); len(faults) > 0 {
		return faults[0]
	}
	server, err := c.MailServer()
	if err != nil {
		return err
	}
	if server == nil {
		return cli.Misused("name the mail server with --smtp, like smtp://USER@mail.example.org", "No mail is configured.")
	}
	if c.PasswordExposed() {
		fmt.Fprintf(con.Err, "note: other users of this machine can read %s; chmod 600 it\n", cli.Line(c.SMTPPasswordFile))
	}
	st, err := cli.OpenForReading(ctx, c)
	if err != nil {
		return err
	}
	defer st.Close()
	texts, err := i18n.Load()
	if err != nil {
		return err
	}
	chosen := settings.New(settings.Parts{Store: st, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: time.Now})
	post := notify.NewMail(notify.MailParts{Server: server, Store: st, Settings: chosen, Texts: texts, PublicURL: c.SiteURL(c.Listen)})
	if err := post.Test(ctx, cmd.To, "", time.Now()); err != nil {
		return cli.MailFault(server, cmd.To, err)
	}
	fmt.Fprintf(con.Out, "The mail server %s has taken the mail to %s. See that it arrives, and not as spam.\n", server.Address(), cli.Line(cmd.To))
	return nil
}
