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
	keys    map[[32]byte]crypto.Identity
	reports map[[32]byte]crypto.Message
	files   map[[32]byte][]byte
}

func newReading(handler rig.Handler) *reading {
	return &reading{handler, map[[32]byte]crypto.Identity{}, map[[32]byte]crypto.Message{}, map[[32]byte][]byte{}}
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
// the same text.
func (r *reading) report(st *store.Store, files *blob.Folder, c store.Case) (string, error) {
	ctx := context.Background()
	keys, err := st.CaseKeys(ctx, c.ID)
	if err != nil || len(keys) != 1 {
		return "", fmt.Errorf("case keys: %d, %w", len(keys), err)
	}
	messages, err := st.Messages(ctx, c.ID)
	if err != nil || len(messages) != 1 {
		return "", fmt.Errorf("a case of one sending has %d messages, %w", len(messages), err)
	}
	m, identity, err := r.message(keys[0].Sealed, messages[0].Sealed, c.ID)
	if err != nil {
		return "", fmt.Errorf("the report: %w", err)
	}
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

func (r *reading) message(key, sealed []byte, caseID string) (m crypto.Message, identity crypto.Identity, err error) {
	keySum, sum := sha256.Sum256(key), sha256.Sum256(sealed)
	identity, known := r.keys[keySum]
	if !known {
		if identity, err = crypto.OpenCaseKey(key, r.handler.Identity); err != nil {
			return m, identity, err
		}
		r.keys[keySum] = identity
	}
	if m, known = r.reports[sum]; known {
		return m, identity, nil
	}
	m, err = crypto.OpenMessage(sealed, identity, caseID, 1, "report")
	if err == nil {
		r.reports[sum] = m
	}
	return m, identity, err
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
