package export

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"hotline/crypto"
	"hotline/store"
	"hotline/store/blob"
	"hotline/store/casework"
)

// ErrNoKey says that nobody for whom a case is exported has a key to it.
var ErrNoKey = errors.New("export: nobody has a key to this case")

// FileError is what is wrong with a sealed file.
type FileError struct {
	ID         string
	Missing    bool
	Size, Want int64 // bytes, where it is there
}

func (e *FileError) Error() string {
	switch {
	case e.Missing:
		return "export: the sealed file " + e.ID + " is missing"
	case e.Want == 0:
		return fmt.Sprintf("export: %q is no id of a file", e.ID)
	}
	return fmt.Sprintf("export: the sealed file %s has %d bytes instead of %d", e.ID, e.Size, e.Want)
}

// Target is where an exported case goes.
type Target interface {
	// Folder makes a folder.
	Folder(name string) error
	// Create begins a file, whose end is its Close. One is written at a time.
	Create(path string) (io.WriteCloser, error)
}

// Export is a case as it is exported. Messages and files are read while they are written:
// a case may be larger than memory.
type Export struct {
	Bundle Bundle
	from   *store.Store
	keys   [][]byte // as Bundle.Keys
	name   []byte   // as Bundle.NameFile
	class  []byte   // as Bundle.Classification

	// Progress is told of every file that begins; nil: nobody asks.
	Progress func(i, of int, size int64)
}

// Read reads a case. handler is the id of the one it is for; "" is for all its
// active handlers, and the recovery recipient: what is exported today is for those
// who work on it today.
// store.ErrNotFound: no such case. ErrNoKey: it would open for nobody.
func Read(ctx context.Context, st *store.Store, id, handler string) (*Export, error) {
	c, err := st.Case(ctx, id)
	if err != nil {
		return nil, err
	}
	profile, err := st.Profile(ctx, c.Entity)
	if err != nil {
		return nil, err
	}
	x := &Export{from: st, Bundle: Bundle{Version: Version, Case: CaseOf(c, profile), Recipient: c.Recipient, ReporterRecipient: c.ReporterRecipient}}
	if err := x.readKeys(ctx, st, handler); err != nil {
		return nil, err
	}
	if err := x.readMessages(ctx, st); err != nil {
		return nil, err
	}
	if x.class, _, err = st.Classification(ctx, id); err != nil {
		return nil, err
	}
	if x.class != nil {
		x.Bundle.Classification = ClassificationName
	}
	return x, x.readFiles(ctx, st)
}

// AddName adds the reporter's name, for callers who answer for it that whoever gets
// the export may know it, where the case has one.
func (x *Export) AddName(ctx context.Context, st *store.Store) error {
	sealed, err := st.ReporterName(ctx, x.Bundle.ID)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	x.Bundle.NameFile, x.name = NameName, sealed
	return err
}

func (x *Export) readKeys(ctx context.Context, st *store.Store, handler string) error {
	keys, err := st.CaseKeys(ctx, x.Bundle.ID)
	if err != nil {
		return err
	}
	for _, k := range keys {
		if !k.Active || handler != "" && handler != k.HandlerID {
			continue
		}
		name := k.Email
		if !casework.FileName(name) {
			name = k.HandlerID
		}
		x.Bundle.Keys = append(x.Bundle.Keys, KeysName+"/"+name+".age")
		x.keys = append(x.keys, k.Sealed)
	}
	if len(x.keys) == 0 {
		return ErrNoKey
	}
	return nil
}

func (x *Export) readMessages(ctx context.Context, st *store.Store) error {
	messages, err := st.MessageHeads(ctx, x.Bundle.ID)
	for _, m := range messages {
		entry := Message{Path: messagePath(m.Seq, m.From), Seq: m.Seq, From: m.From, On: m.On}
		if m.At != 0 {
			entry.At = time.Unix(m.At, 0).UTC().Format(time.RFC3339)
		}
		x.Bundle.MessageFiles = append(x.Bundle.MessageFiles, entry)
	}
	x.Bundle.Messages = len(messages)
	if err != nil {
		return err
	}
	statements, err := st.Statements(ctx, x.Bundle.ID)
	x.Bundle.Statements = []Statement{}
	for _, s := range statements {
		if s.Seq <= x.Bundle.Messages {
			x.Bundle.Statements = append(x.Bundle.Statements, Statement(s))
		}
	}
	return err
}

func (x *Export) readFiles(ctx context.Context, st *store.Store) error {
	rows, err := st.Files(ctx, x.Bundle.ID)
	for _, f := range rows {
		if f.Seq > x.Bundle.Messages {
			continue // of a message that came meanwhile
		}
		if !crypto.ValidID(f.ID) {
			return &FileError{ID: f.ID}
		}
		x.Bundle.SealedFiles = append(x.Bundle.SealedFiles, File{Path: FilesName + "/" + f.ID + ".age", ID: f.ID, Seq: f.Seq, Size: f.Size})
	}
	x.Bundle.Files = len(x.Bundle.SealedFiles)
	return err
}

// Write writes everything. What the target holds after an error is incomplete.
func (x *Export) Write(ctx context.Context, files *blob.Folder, to Target) error {
	if err := to.Folder(KeysName); err != nil {
		return err
	}
	for i, path := range x.Bundle.Keys {
		if err := write(to, path, x.keys[i]); err != nil {
			return err
		}
	}
	for _, apart := range []struct {
		path   string
		sealed []byte
	}{{x.Bundle.NameFile, x.name}, {x.Bundle.Classification, x.class}} {
		if apart.path == "" {
			continue
		}
		if err := write(to, apart.path, apart.sealed); err != nil {
			return err
		}
	}
	for _, m := range x.Bundle.MessageFiles {
		row, err := x.from.Message(ctx, x.Bundle.ID, m.Seq)
		if err == nil {
			err = write(to, m.Path, row.Sealed)
		}
		if err != nil {
			return err
		}
	}
	if err := to.Folder(FilesName); err != nil {
		return err
	}
	for i, f := range x.Bundle.SealedFiles {
		if x.Progress != nil {
			x.Progress(i+1, len(x.Bundle.SealedFiles), f.Size)
		}
		if err := copyFile(ctx, files, f, to); err != nil {
			return err
		}
	}
	content, err := json.MarshalIndent(x.Bundle, "", "  ")
	if err != nil {
		return err
	}
	if err := write(to, CaseName, append(content, '\n')); err != nil {
		return err
	}
	return errors.Join(write(to, ReadmeName, []byte(readme(x.Bundle))), ctx.Err())
}

func write(to Target, path string, content []byte) error {
	w, err := to.Create(path)
	if err != nil {
		return err
	}
	_, err = w.Write(content)
	return errors.Join(err, w.Close())
}

func open(files *blob.Folder, f File) (*os.File, error) {
	sealed, err := files.Open(f.ID)
	if errors.Is(err, store.ErrNotFound) {
		return nil, &FileError{ID: f.ID, Missing: true}
	}
	return sealed, err
}

// Check returns a FileError where a sealed file is missing or has another size,
// before anything is written.
func (x *Export) Check(files *blob.Folder) error {
	for _, f := range x.Bundle.SealedFiles {
		sealed, err := open(files, f)
		if err != nil {
			return err
		}
		info, err := sealed.Stat()
		if err := errors.Join(err, sealed.Close()); err != nil {
			return err
		}
		if info.Size() != f.Size {
			return &FileError{ID: f.ID, Size: info.Size(), Want: f.Size}
		}
	}
	return nil
}

func copyFile(ctx context.Context, files *blob.Folder, f File, to Target) error {
	sealed, err := open(files, f)
	if err != nil {
		return err
	}
	defer sealed.Close()
	w, err := to.Create(f.Path)
	if err != nil {
		return err
	}
	n, err := io.Copy(w, interruptible{ctx, sealed})
	if err := errors.Join(err, w.Close()); err != nil {
		return err
	}
	if n != f.Size {
		return &FileError{ID: f.ID, Size: n, Want: f.Size}
	}
	return nil
}

// interruptible is a reader that ends with its context.
type interruptible struct {
	ctx context.Context
	r   io.Reader
}

func (i interruptible) Read(p []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	return i.r.Read(p)
}
