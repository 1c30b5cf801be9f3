package doctor

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"hotline/cmd/hotline/cli"
	"hotline/crypto"
	"hotline/server/settings"
	"hotline/store"
)

// fileFaultLimit is how many files are named; a lost disk has lost them all.
const fileFaultLimit = 10

// checkFiles compares the folder of sealed files with the rows.
func (d *doctor) checkFiles(cases []store.Case) {
	wrong := 0
	for _, c := range cases {
		if c.Files == 0 {
			continue
		}
		rows, err := d.store.Files(d.ctx, c.ID)
		if err != nil {
			d.fault(cli.Explain(err))
			return
		}
		for _, f := range rows {
			if text := d.wrongFile(f); text != "" {
				if wrong++; wrong <= fileFaultLimit {
					d.found("bring it back from the last backup", "The sealed file %s of case %s %s.", f.ID, c.ID, text)
				}
			}
		}
	}
	if wrong > fileFaultLimit {
		d.found("bring the folder back from the last backup", "%s more are missing or cut off.", cli.Counted(wrong-fileFaultLimit, "sealed file"))
	}
	d.noteStrays()
}

// wrongFile says what is wrong with a file's bytes on disk, "" if nothing.
func (d *doctor) wrongFile(f store.File) string {
	info, err := os.Stat(filepath.Join(d.config.FilesFolder(), f.ID))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "is missing"
	case err != nil:
		return "cannot be read: " + cli.Reason(err)
	case info.Size() != f.Size:
		return "is cut off or too long"
	}
	return ""
}

// checkPurges looks whether cases are deleted when their day has come.
func (d *doctor) checkPurges() {
	days := settings.New(settings.Parts{Store: d.store, Fixed: store.Settings{TimeZone: d.config.TimeZone}, Log: slog.New(slog.DiscardHandler), Now: time.Now}).Days()
	overdue, err := d.store.OverduePurges(d.ctx, days)
	if err == nil && overdue > 0 {
		d.found("start the server, which deletes them, or run `hotline purge --due`", "%s should have been deleted by now.", cli.Counted(overdue, "case"))
	}
	pending := 0
	if err == nil {
		pending, err = d.store.Unclear(d.ctx)
	}
	if err != nil {
		d.fault(cli.Explain(err))
	} else if pending > 0 {
		d.note("the database may still hold bytes of %s; `hotline purge --due` clears it, and a server in the next night", cli.Counted(pending, "deleted case"))
	}
}

// noteStrays counts the files that no row knows. A report that is just coming
// in has some; the server sweeps what is left of those that never ended.
func (d *doctor) noteStrays() {
	entries, err := os.ReadDir(d.config.FilesFolder())
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		d.fault(cli.Explain(err))
		return
	}
	var ids []string
	others := 0
	for _, e := range entries {
		if crypto.ValidID(e.Name()) {
			ids = append(ids, e.Name())
		} else {
			others++
		}
	}
	strays, err := d.store.MissingFiles(d.ctx, ids)
	if err != nil {
		d.fault(cli.Explain(err))
		return
	}
	if len(strays) > 0 {
		d.note("%s in %s belong to no case: reports on their way, or left over; the server removes those every hour", cli.Counted(len(strays), "sealed file"), d.config.FilesFolder())
	}
	if others > 0 {
		d.note("%s in %s are not the server's", cli.Counted(others, "other file"), d.config.FilesFolder())
	}
}
