// Package purge is `hotline purge`: which cases will be deleted, and deleting those whose
// day has come.
package purge

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"text/tabwriter"
	"time"

	"hotline/cmd/hotline/cli"
	"hotline/server/purge"
	"hotline/server/settings"
	"hotline/store"
	"hotline/store/blob"
	"hotline/store/casework/law"
)

// Command is `hotline purge`.
type Command struct {
	DryRun bool `help:"List what will be deleted today and in the next 30 days. Nothing is changed." xor:"what" required:""`
	Due    bool `help:"Delete the cases whose day has come, as a running server does by itself." xor:"what" required:""`
}

// Run lists or deletes.
func (cmd *Command) Run(ctx context.Context, c *cli.Config, con *cli.Console) error {
	if cmd.DryRun {
		return list(ctx, c, con.Out)
	}
	return due(ctx, c, con.Out)
}

// daysOf says which day it is at every entity, as the server counts them.
func daysOf(c *cli.Config, st *store.Store) store.Days {
	fixed := store.Settings{TimeZone: c.TimeZone}
	return settings.New(settings.Parts{Store: st, Fixed: fixed, Log: slog.New(slog.DiscardHandler), Now: time.Now}).Days()
}

// pageSize is how many cases are read at once.
const pageSize = 200

func list(ctx context.Context, c *cli.Config, out io.Writer) error {
	st, err := cli.OpenForReading(ctx, c)
	if err != nil {
		return err
	}
	defer st.Close()
	days := daysOf(c, st)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	n, now := 0, 0
	for after := (*store.GoingCase)(nil); ; {
		page, err := st.Going(ctx, days, law.FirstAnnounced, after, pageSize)
		if err != nil {
			return cli.Explain(err)
		}
		if len(page) == 0 {
			break
		}
		for _, g := range page {
			if n == 0 {
				fmt.Fprintln(w, "GOES\tCASE\tENTITY\tWHY\tBY\tHELD")
			}
			n++
			if g.Due() {
				now++
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", g.When(), g.ID, orRoot(g.Entity), g.Why, source(g.Date), held(g.Held))
		}
		after = &page[len(page)-1]
	}
	if n == 0 {
		fmt.Fprintln(out, "No case is deleted today or in the next 30 days.")
		return nil
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s to be deleted now.\n", cli.Counted(now, "case"))
	return nil
}

func orRoot(entity string) string {
	if entity == "" {
		return "-"
	}
	return entity
}

// source is whose a day is: an article, or the house.
func source(d law.Date) string {
	switch {
	case d.Basis != law.Law:
		return "house"
	case !d.Confirmed:
		return d.Article + " (not confirmed)"
	}
	return d.Article
}

func held(h *store.Hold) string {
	if h == nil {
		return "-"
	}
	return "until " + string(h.Until)
}

func due(ctx context.Context, c *cli.Config, out io.Writer) error {
	if err := c.Exists(); err != nil {
		return err
	}
	st, err := cli.OpenForWriting(ctx, c)
	if err != nil {
		return err
	}
	defer st.Close()
	files, err := blob.Open(c.FilesFolder())
	if err != nil {
		return cli.Explain(err)
	}
	days := daysOf(c, st)
	if err := errors.Join(st.EndHolds(ctx, days), st.Announce(ctx, days)); err != nil { // where no server runs
		return cli.Explain(err)
	}
	done, err := purge.Run(ctx, purge.Parts{Store: st, Files: files, Now: time.Now, Quiet: true}, days)
	switch {
	case done.Elsewhere:
		return cli.Failed("try again in some minutes", "A server, or another command, is deleting cases now.")
	case err != nil:
		if done.Deleted > 0 {
			fmt.Fprintf(out, "%s deleted.\n", cli.Counted(done.Deleted, "case"))
		}
		return cli.Explain(err)
	}
	fmt.Fprintf(out, "%s deleted.\n", cli.Counted(done.Deleted, "case"))
	if done.TooLarge {
		return cli.Failed("rewrite the database while no server runs: sqlite3 "+cli.Quoted(c.DatabaseURL())+" VACUUM",
			"The database is too large to be rewritten. It may still hold bytes of deleted cases.")
	}
	return nil
}
