package fault

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"testing"

	"hotline/crypto"
	"hotline/store"
	"hotline/store/blob"
	"hotline/test/rig"
)

// reading opens what data folders hold as a handler does, and remembers what it has
// opened already: most folders of a test hold the same.
type reading struct {
	handler rig.Handler
	opened  map[[32]byte]bool
	keys    map[[32]byte]crypto.Identity
	reports map[[32]byte]crypto.Message
	files   map[[32]byte][]byte
}

func newReading(handler rig.Handler) *reading {
	return &reading{handler, map[[32]byte]bool{}, map[[32]byte]crypto.Identity{}, map[[32]byte]crypto.Message{}, map[[32]byte][]byte{}}
}

// wantAll fails the test unless a data folder holds exactly these reports, by their text
// with their receipt, each once and whole.
func wantAll(t *testing.T, data string, handler rig.Handler, acked map[string]string) {
	t.Helper()
	seen, err := newReading(handler).folder(data, acked)
	if err != nil {
		t.Error(err)
	}
	for text := range seen {
		if _, ok := acked[text]; !ok {
			t.Errorf("%q stands there and was never acknowledged", text)
		}
	}
}

// folder opens every report of a data folder that no server uses, and returns the id of its
// case by its text. It fails unless the database is sound, each report is whole, none is
// there twice, and each that was acknowledged, by its text with its receipt, is there.
func (r *reading) folder(data string, acked map[string]string) (seen map[string]string, err error) {
	ctx := context.Background()
	st, err := store.Open(ctx, filepath.Join(data, "hotline.db"), store.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if err := st.Verify(ctx); err != nil {
		return nil, err
	}
	files, err := blob.Open(filepath.Join(data, "files"))
	if err != nil {
		return nil, err
	}
	cases, err := st.Cases(ctx, store.CaseFilter{})
	if err != nil {
		return nil, err
	}
	seen = map[string]string{}
	for _, c := range cases {
		text, err := r.report(st, files, c)
		if err != nil {
			return nil, err
		}
		if seen[text] != "" {
			return nil, fmt.Errorf("%q stands there twice", text)
		}
		seen[text] = c.ID
	}
	return seen, lost(ctx, st, seen, acked)
}

// lost says which reports were acknowledged and are not found by their receipt.
func lost(ctx context.Context, st *store.Store, seen, acked map[string]string) error {
	var all []error
	for text, code := range acked {
		receipt, err := crypto.ParseReceipt(code)
		if err != nil {
			return err
		}
		found, err := st.CaseByLookup(ctx, receipt.Lookup().Hash())
		if err != nil || found.ID != seen[text] {
			all = append(all, fmt.Errorf("%q was acknowledged and is lost: %v", text, err))
		}
	}
	return errors.Join(all...)
}

// report returns the text of a case that has one message, whose file, if there is one, holds
// the same text. Summary and name are opened, too.
func (r *reading) report(st *store.Store, files *blob.Folder, c store.Case) (string, error) {
	p, err := partsOf(st, c.ID)
	if err != nil {
		return "", err
	}
	identity, err := r.identity(p.key)
	if err != nil {
		return "", err
	}
	err = errors.Join(
		r.once(p.summary, func() error { _, err := crypto.OpenSummary(p.summary, identity, c.ID); return err }),
		r.once(p.name, func() error { _, err := crypto.OpenMessage(p.name, identity, c.ID, 1, crypto.FromName); return err }),
		r.once(p.message, func() (err error) {
			r.reports[sha256.Sum256(p.message)], err = crypto.OpenMessage(p.message, identity, c.ID, 1, "report")
			return err
		}))
	if err != nil {
		return "", err
	}
	m := r.reports[sha256.Sum256(p.message)]
	if len(m.Files) == 0 {
		return m.Text, nil
	}
	content, err := r.file(files, m.Files[0], identity)
	if err != nil {
		return "", fmt.Errorf("the file of a report that is there: %w", err)
	}
	if string(content) != m.Text {
		return "", fmt.Errorf("the file of %q holds %q", m.Text, content)
	}
	return m.Text, nil
}

// parts are the sealed columns of a case with one message and one reader.
type parts struct{ key, message, summary, name []byte }

func partsOf(st *store.Store, id string) (p parts, err error) {
	ctx := context.Background()
	c, err := st.Case(ctx, id)
	if err != nil {
		return p, err
	}
	keys, err := st.CaseKeys(ctx, id)
	if err != nil || len(keys) != 1 {
		return p, fmt.Errorf("case keys: %d, %w", len(keys), err)
	}
	messages, err := st.MessageHeads(ctx, id)
	if err != nil || len(messages) != 1 {
		return p, fmt.Errorf("a case of one sending has %d messages, %w", len(messages), err)
	}
	report, err := st.Message(ctx, id, 1)
	if err != nil {
		return p, err
	}
	name, err := st.ReporterName(ctx, id)
	return parts{keys[0].Sealed, report.Sealed, c.Summary, name}, err
}

// once opens what it has not opened before.
func (r *reading) once(sealed []byte, open func() error) error {
	sum := sha256.Sum256(sealed)
	if r.opened[sum] {
		return nil
	}
	err := open()
	r.opened[sum] = err == nil
	return err
}

func (r *reading) identity(key []byte) (identity crypto.Identity, err error) {
	sum := sha256.Sum256(key)
	if identity, known := r.keys[sum]; known {
		return identity, nil
	}
	if identity, err = crypto.OpenCaseKey(key, r.handler.Identity); err == nil {
		r.keys[sum] = identity
	}
	return identity, err
}

// file opens a sealed file.
func (r *reading) file(files *blob.Folder, f crypto.File, identity crypto.Identity) ([]byte, error) {
	from, err := files.Open(f.ID)
	if err != nil {
		return nil, err
	}
	defer from.Close()
	sealed, err := io.ReadAll(from)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(sealed)
	if content := r.files[sum]; content != nil {
		return content, nil
	}
	content, err := openFile(sealed, f, identity)
	if err == nil {
		r.files[sum] = content
	}
	return content, err
}

// openFile returns what a sealed file holds, without its padding. All of it is read.
func openFile(sealed []byte, f crypto.File, identity crypto.Identity) ([]byte, error) {
	padded, err := crypto.Open(sealed, identity)
	if err != nil {
		return nil, err
	}
	if int64(len(padded)) < f.Size {
		return nil, fmt.Errorf("a file of %d bytes holds %d", f.Size, len(padded))
	}
	return padded[:f.Size], nil
}
