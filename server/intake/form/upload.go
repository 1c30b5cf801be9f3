package form

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"mime"
	"net"
	"path"
	"strings"
	"time"
	"unicode/utf8"

	"hotline/crypto"
	"hotline/crypto/metadata"
	"hotline/server/caseview"
	"hotline/server/guard"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/blob"
)

// maxFileName is how many bytes of a file's name are kept.
const maxFileName = 255

// upload seals the files of one form while they arrive. Nothing of them is
// ever on disk in the clear.
type upload struct {
	files    *blob.Folder
	limits   caseview.Limits
	cleaning chan struct{}    // bounds how many files are cleaned at once
	conn     net.Conn         // of the request
	to       crypto.Recipient // of the case; nil: the form is shown again, and its files are read and dropped
	keep     bool             // metadata stays as it is
	sealed   []*sealedFile
	names    []string // of all files sent, sealed or not
	tooLarge string   // name of the first file that was too large
	tooMany  bool
}

type sealedFile struct {
	crypto.File
	writer *blob.Writer
}

// take seals one file. A file that breaks a limit is read to its end and
// dropped, so that the browser gets to read the answer.
func (u *upload) take(name, contentType string, content io.Reader) error {
	if len(u.names) < u.limits.Files {
		u.names = append(u.names, cleanName(name))
	} else {
		u.tooMany = true
	}
	if u.to == nil || u.tooMany || u.tooLarge != "" {
		_, err := io.Copy(io.Discard, content)
		return err
	}
	return u.seal(name, contentType, content)
}

func (u *upload) seal(name, contentType string, content io.Reader) error {
	f := &sealedFile{File: crypto.File{Name: cleanName(name), Type: cleanType(contentType)}}
	if err := u.create(f); err != nil {
		return err
	}
	u.sealed = append(u.sealed, f) // from now on discard removes it
	limited := &limitedReader{r: content, left: u.limits.FileSize}
	head := bufio.NewReaderSize(limited, max(metadata.HeadSize, 4096))
	first, _ := head.Peek(metadata.HeadSize)
	var err error
	if !u.keep && metadata.Candidate(first) {
		err = u.sealCleaned(f, head)
	} else {
		err = sealInto(f, head, u.to)
	}
	if limited.over {
		u.tooLarge = f.Name
		_, err = io.Copy(io.Discard, content)
		return err
	}
	if err != nil {
		return err
	}
	if err := f.writer.Finish(); err != nil {
		return &storageError{err}
	}
	return nil
}

// create gives f an empty place on disk, and its id.
func (u *upload) create(f *sealedFile) error {
	w, err := u.files.Create()
	if err != nil {
		return &storageError{err}
	}
	f.writer, f.ID = w, w.ID()
	return nil
}

// sealInto seals content as it is, pads it, and fills in size and hash.
func sealInto(f *sealedFile, content io.Reader, to crypto.Recipient) error {
	w, err := crypto.SealWriter(f.writer, to)
	if err != nil {
		return &storageError{err}
	}
	sum := &summing{w: w, hash: sha256.New()}
	if _, err := io.Copy(sum, content); err != nil {
		return err
	}
	if err := sum.finish(f); err != nil {
		return &storageError{err}
	}
	return nil
}

// sealCleaned first seals the file as it is to an identity that only this
// request knows, because cleaning needs to read it more than once; then it
// seals what is left without the metadata, or, where that fails, the whole.
func (u *upload) sealCleaned(f *sealedFile, content io.Reader) error {
	scratch, err := u.files.Scratch()
	if err != nil {
		return &storageError{err}
	}
	defer scratch.Close()
	spool, err := crypto.NewSpool(scratch)
	if err != nil {
		return &storageError{err}
	}
	if _, err := io.Copy(spool, content); err != nil {
		return err
	}
	original, size, err := spool.Open()
	if err != nil {
		return &storageError{err}
	}
	err = u.cleanInto(f, original, size)
	if err == nil || errors.As(err, new(*storageError)) || errors.Is(err, guard.ErrCutOff) {
		return err
	}
	f.writer.Discard()
	if err := u.create(f); err != nil {
		return err
	}
	return sealInto(f, io.NewSectionReader(original, 0, size), u.to)
}

// cleanInto fails where the file cannot be cleaned, or would be larger than a file may
// be; with guard.ErrCutOff where its sender has gone before it was its turn.
func (u *upload) cleanInto(f *sealedFile, original io.ReaderAt, size int64) error {
	if err := u.waitToClean(); err != nil {
		return err
	}
	defer func() { <-u.cleaning }()
	w, err := crypto.SealWriter(f.writer, u.to)
	if err != nil {
		return &storageError{err}
	}
	sum := &summing{w: w, hash: sha256.New()}
	if _, err := metadata.Clean(&limitedWriter{w: sum, left: u.limits.FileSize}, original, size); err != nil {
		return errors.Join(err, sum.failed)
	}
	found, err := metadata.Found(original, size)
	if err != nil {
		return err
	}
	if err := sum.finish(f); err != nil {
		return &storageError{err}
	}
	f.Cleaned, f.Found = true, found
	return nil
}

// goneEvery is how often a request that waits looks whether its sender is still there.
const goneEvery = time.Second

// waitToClean waits for one of the places of files that are cleaned.
func (u *upload) waitToClean() error {
	for {
		select {
		case u.cleaning <- struct{}{}:
			return nil
		case <-time.After(goneEvery):
			if guard.Gone(u.conn) {
				return guard.ErrCutOff
			}
		}
	}
}

// discard removes what was sealed and not completed.
func (u *upload) discard() {
	for _, f := range u.sealed {
		f.writer.Discard()
	}
}

// sync makes the names of the files durable, before the commit that knows them.
func (u *upload) sync() error {
	if len(u.sealed) == 0 {
		return nil
	}
	return u.files.Sync()
}

// complete ends the upload by the error of the commit that its rows were part of.
func (u *upload) complete(commit error) {
	for _, f := range u.sealed {
		f.writer.Complete(commit)
	}
}

func (u *upload) described() []crypto.File {
	var all []crypto.File
	for _, f := range u.sealed {
		all = append(all, f.File)
	}
	return all
}

func (u *upload) rows(seq int) []store.File {
	var all []store.File
	for _, f := range u.sealed {
		all = append(all, store.File{ID: f.ID, Size: f.writer.Size(), Seq: seq})
	}
	return all
}

func (u *upload) lines() []view.FileLine { return fileLines(u.described()) }

func fileLines(files []crypto.File) []view.FileLine {
	var lines []view.FileLine
	for _, f := range files {
		lines = append(lines, view.FileLine{Name: f.Name, Size: f.Size, Cleaned: f.Cleaned, Found: f.Found})
	}
	return lines
}

// summing counts and hashes what it passes on to be sealed.
type summing struct {
	w      io.WriteCloser
	hash   hash.Hash
	size   int64
	failed error // of the disk, as opposed to the content's
}

func (s *summing) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	s.hash.Write(p[:n])
	s.size += int64(n)
	if err != nil {
		s.failed = &storageError{err}
		return n, s.failed
	}
	return n, nil
}

func (s *summing) finish(f *sealedFile) error {
	f.Size, f.SHA256 = s.size, hex.EncodeToString(s.hash.Sum(nil))
	if err := crypto.PadFile(s.w, s.size); err != nil {
		return err
	}
	return s.w.Close()
}

// limitedReader ends with an error, and remembers it, where a file is longer
// than allowed.
type limitedReader struct {
	r    io.Reader
	left int64
	over bool
}

var errOver = errors.New("form: file is larger than allowed")

func (l *limitedReader) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	if l.left -= int64(n); l.left < 0 {
		l.over = true
		return 0, errOver
	}
	return n, err
}

// limitedWriter takes so many bytes, and then fails.
type limitedWriter struct {
	w    io.Writer
	left int64
}

func (l *limitedWriter) Write(p []byte) (int, error) {
	if l.left -= int64(len(p)); l.left < 0 {
		return 0, errOver
	}
	return l.w.Write(p)
}

// cleanName keeps the last element of a name, valid UTF-8 and without control
// characters, cut to maxFileName bytes before its ending.
func cleanName(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, "\uFFFD"), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, name)
	if name == "" || name == "." || name == "/" || name == ".." {
		name = "file"
	}
	if len(name) <= maxFileName {
		return name
	}
	ending := path.Ext(name)
	if len(ending) > 16 {
		ending = ""
	}
	cut := name[:maxFileName-len(ending)]
	for !utf8.ValidString(cut) {
		cut = cut[:len(cut)-1]
	}
	return cut + ending
}

// cleanType keeps a media type without its parameters.
func cleanType(contentType string) string {
	mediaType, _, err := mime.ParseMediaType(contentType)
	if err != nil || len(mediaType) > 100 {
		return "application/octet-stream"
	}
	return mediaType
}
