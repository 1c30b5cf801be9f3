package crypto

import (
	"io"
	"os"

	"filippo.io/age"
)

// Spool holds data that must be read more than once on disk, sealed to an
// identity that lives only in this value: without the process it is noise.
// Write everything, then Open.
type Spool struct {
	io.Writer
	sealed io.WriteCloser
	file   *os.File
	id     *age.X25519Identity
}

// NewSpool seals into file, which the caller closes and which should have no
// name. Nobody but this process ever opens it, so a classic key will do.
func NewSpool(file *os.File) (*Spool, error) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, err
	}
	w, err := age.Encrypt(file, id.Recipient())
	if err != nil {
		return nil, err
	}
	return &Spool{Writer: w, sealed: w, file: file, id: id}, nil
}

// Open ends the writing and returns the plaintext for reading at any place, and
// its size in bytes.
func (s *Spool) Open() (io.ReaderAt, int64, error) {
	if err := s.sealed.Close(); err != nil {
		return nil, 0, err
	}
	info, err := s.file.Stat()
	if err != nil {
		return nil, 0, err
	}
	return age.DecryptReaderAt(s.file, info.Size(), s.id)
}
