package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"hotline/cmd/hotline/cli"
	"hotline/crypto"
	"hotline/store"
	"hotline/store/blob"
	"hotline/store/casework"
)

// leastSpace is how much free disk a server should have, in bytes.
const leastSpace = 1 << 30

// Command is `hotline doctor`.
type Command struct {
	URL *string `name:"url" help:"Only compare what this site serves with what this program would." placeholder:"URL"`
}

// Run checks everything that can be checked beside a running server, or what a
// site serves, from anywhere. Each fault is told with what to do about it; notes
// are no faults.
func (cmd *Command) Run(ctx context.Context, c *cli.Config, con *cli.Console) error {
	d := &doctor{ctx: ctx, config: c, con: con}
	if cmd.URL == nil {
		d.checkHere()
	} else if err := d.checkSite(*cmd.URL); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if d.faults > 0 {
		return cli.Failed("put them right, then run `hotline doctor` again", "%s found.", cli.Counted(d.faults, "fault"))
	}
	fmt.Fprintln(con.Out, "All is well.")
	return nil
}

func (d *doctor) checkHere() {
	for _, f := range d.config.Faults() {
		d.fault(f)
	}
	d.checkPublicURL()
	if cli.Swaps() && !cli.CanLockMemory() {
		d.note("memory of the server may be swapped to disk: switch swap off, or give the server LimitMEMLOCK=infinity (where this command runs it is limited)")
	}
	if d.checkFolders() {
		d.checkSpace()
		d.checkDatabase()
	}
}

type doctor struct {
	ctx    context.Context
	config *cli.Config
	con    *cli.Console
	store  *store.Store
	faults int
}

func (d *doctor) fault(f *cli.Fault) {
	d.faults++
	cli.Say(d.con.Err, f)
}

func (d *doctor) found(hint, text string, args ...any) { d.fault(cli.Failed(hint, text, args...)) }

func (d *doctor) note(text string, args ...any) {
	fmt.Fprintf(d.con.Out, "note: %s\n", cli.Line(fmt.Sprintf(text, args...)))
}

func (d *doctor) checkPublicURL() {
	if address, plain := d.config.InTheClear(); plain {
		d.found("put a reverse proxy with TLS before the server, and give its https:// address as --public-url",
			"Reports would cross the network in the clear: the public address is %s.", address)
	}
	if !d.config.Limited() {
		d.note("rate limits and minimum fill time are off (--limits off)")
	}
}

// checkFolders reports whether there is something to look into.
func (d *doctor) checkFolders() bool {
	if _, err := os.Stat(d.config.Data); errors.Is(err, fs.ErrNotExist) {
		d.found("start a server there with `hotline serve`, or say with --data where one is", "There is no data folder %s.", d.config.Data)
		return false
	}
	d.checkPrivate(d.config.Data, "chmod 700")
	d.checkPrivate(d.config.FilesFolder(), "chmod 700")
	if !d.config.UsesPostgres() {
		d.checkPrivate(d.config.DatabaseURL(), "chmod 600")
	}
	if err := d.config.Exists(); err != nil {
		d.fault(cli.Explain(err))
		return false
	}
	return true
}

// checkPrivate wants a folder or file to be its owner's only. That it is not
// there is told elsewhere.
func (d *doctor) checkPrivate(path, command string) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		d.fault(cli.Explain(err))
	case info.Mode().Perm()&0o077 != 0:
		d.found(command+" "+cli.Quoted(path), "Other users of this machine can reach %s.", path)
	}
}

func (d *doctor) checkSpace() {
	free, _, known := blob.Space(d.config.Data)
	if known && free < leastSpace {
		d.found("make room before reports are turned away", "The disk of %s has only %d MB left.", d.config.Data, free>>20)
	}
}

// checkDatabase first only reads: a schema that is not this program's must not
// be changed under a server that is running.
func (d *doctor) checkDatabase() {
	st, err := cli.OpenForReading(d.ctx, d.config)
	if err != nil {
		d.fault(cli.Explain(err))
		return
	}
	defer st.Close()
	d.store = st
	if err := st.Verify(d.ctx); err != nil {
		d.fault(cli.Explain(err))
		return
	}
	d.checkWritable()
	d.checkKeys()
	d.checkClosed()
	d.checkAudit()
	d.checkPlaces()
	d.checkMail()
	d.checkPurges()
	cases, err := st.Cases(d.ctx, store.CaseFilter{})
	if err != nil {
		d.fault(cli.Explain(err))
		return
	}
	d.checkClock(cases)
	d.checkFiles(cases)
}

func (d *doctor) checkWritable() {
	st, err := cli.OpenForWriting(d.ctx, d.config)
	if err != nil {
		d.fault(cli.Explain(err))
		return
	}
	defer st.Close()
	if err := st.Ready(d.ctx); err != nil {
		d.fault(cli.Explain(err))
	}
}

// checkKeys wants a handler for every queue, with a key that can be sealed to.
func (d *doctor) checkKeys() {
	handlers, err := d.store.ActiveHandlers(d.ctx)
	if err != nil {
		d.fault(cli.Explain(err))
		return
	}
	for _, h := range handlers {
		if _, err := crypto.ParseRecipient(h.Recipient); err != nil {
			d.found("disable them and add them anew: until then no report for "+cli.Listed(h.Branches)+" can be taken",
				"Nothing can be sealed to %s: their key in the database is damaged.", h.Email)
		}
	}
	for _, q := range cli.Unread(handlers) {
		d.found("`hotline handler add --queue "+string(q)+" …`", "Nobody reads the queue %s, so no report for it is taken.", q)
	}
}

// checkClock compares today with the newest case: due dates are counted from
// the clock.
func (d *doctor) checkClock(cases []store.Case) {
	zone, err := d.config.Zone(d.ctx, d.store)
	if err != nil {
		return // told already
	}
	today := casework.DayOf(time.Now().In(zone))
	var newest casework.Day
	for _, c := range cases {
		newest = max(newest, c.Received)
	}
	if newest > today.AddDays(1) {
		d.found("set the clock (and see --time-zone)", "The clock says %s, but a case was received on %s.", today, newest)
	}
}
