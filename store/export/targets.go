package export

import (
	"archive/zip"
	"io"
	"os"
	"path/filepath"
)

// Dir is a folder that is there and empty. What is written into it is for its
// owner only, and overwrites nothing.
type Dir string

var _ Target = Dir("")

// Folder makes a folder below.
func (d Dir) Folder(name string) error { return os.Mkdir(d.path(name), 0o700) }

// Create makes a file that did not exist.
func (d Dir) Create(path string) (io.WriteCloser, error) {
	return os.OpenFile(d.path(path), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}

func (d Dir) path(name string) string { return filepath.Join(string(d), filepath.FromSlash(name)) }

// Zip is a ZIP archive. What is sealed does not get smaller, so nothing is
// compressed, and no file has a time of its own.
type Zip struct{ w *zip.Writer }

var _ Target = Zip{}

// NewZip begins an archive.
func NewZip(w io.Writer) Zip { return Zip{zip.NewWriter(w)} }

// Folder does nothing: files bring their folders.
func (z Zip) Folder(string) error { return nil }

// Create begins a file; the next one ends it.
func (z Zip) Create(path string) (io.WriteCloser, error) {
	w, err := z.w.CreateHeader(&zip.FileHeader{Name: path, Method: zip.Store})
	return entry{w}, err
}

// Close ends the archive. One without its end does not open.
func (z Zip) Close() error { return z.w.Close() }

type entry struct{ io.Writer }

func (entry) Close() error { return nil }
