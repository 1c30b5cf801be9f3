package doctor

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"hotline/cmd/hotline/cli"
	"hotline/crypto"
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
