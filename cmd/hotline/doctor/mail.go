package doctor

import (
	"fmt"
	"time"

	"hotline/cmd/hotline/cli"
	"hotline/store/casework"
)

// checkMail connects to the mail server without sending, and says who could not be
// told that there is something new.
func (d *doctor) checkMail() {
	server, err := d.config.MailServer()
	if err != nil {
		return // told already
	}
	if server == nil {
		d.note("no mail is configured, so no handler is told of new reports; name a mail server with --smtp and --mail-from")
		d.checkTold()
		return
	}
	if d.config.PasswordExposed() {
		d.found("chmod 600 "+cli.Quoted(d.config.SMTPPasswordFile), "Other users of this machine can reach %s.", d.config.SMTPPasswordFile)
	}
	if err := server.Check(d.ctx); err != nil {
		d.fault(cli.MailFault(server, "", err))
	}
	d.checkTold()
}

func (d *doctor) checkTold() {
	failed, err := d.store.FailedDeliveries(d.ctx)
	if err != nil {
		d.fault(cli.Explain(err))
		return
	}
	handlers, err := d.store.Handlers(d.ctx)
	if err != nil {
		d.fault(cli.Explain(err))
		return
	}
	hooks, err := d.store.Webhooks(d.ctx)
	if err != nil {
		d.fault(cli.Explain(err))
		return
	}
	zone, err := d.config.Zone(d.ctx, d.store)
	if err != nil {
		zone = time.UTC // told already
	}
	for _, f := range failed {
		who, hint := "A webhook that was removed", "nothing is to do"
		for _, h := range handlers {
			if h.ID == f.Target {
				who, hint = h.Email, "`hotline mail test --to …` tries the mail server; see that the address is right"
			}
		}
		for _, w := range hooks {
			if w.Target() == f.Target {
				who, hint = fmt.Sprintf("The webhook %q", w.Name), "its page, in the administration, says what to do and has a test button"
			}
		}
		d.found(hint, "%s could not be told that there is something new, since %s (%s).",
			who, casework.DayOf(f.First.In(zone)), f.Fault)
	}
}
