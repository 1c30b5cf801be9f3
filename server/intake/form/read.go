package form

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/text/encoding/japanese"

	"hotline/server/guard"
	"hotline/server/respond"
)

const (
	maxParts   = 128     // fields of a form, apart from its files
	fieldsSize = 1 << 20 // bytes of all fields together
)

// fields are the values of a form by name. The first of two values of a name
// counts, but for those of lists, which has one value a line.
type fields map[string]string

// lists are the names that come once for each value.
var lists = []string{"files", "not_for", "day"}

func (f fields) add(name, value string) {
	value = strings.ReplaceAll(value, "\r\n", "\n")
	if before, ok := f[name]; !ok {
		f[name] = value
	} else if slices.Contains(lists, name) {
		f[name] = before + "\n" + value
	}
}

// incomingForm is a form on its way: its fields, and the files that follow them.
type incomingForm struct {
	fields fields
	conn   net.Conn // that it comes on

	// What is left of a multipart form.
	body   *guard.Body
	parts  *multipart.Reader
	count  int             // of parts
	left   int64           // bytes that its fields may still have
	file   *multipart.Part // the next file; nil: there is none
	name   string          // the file's
	opened bool            // a file has come: no field may follow
}

// fileTaker receives the files of a form as they arrive.
type fileTaker interface {
	take(name, contentType string, content io.Reader) error
}

// errNothingKept is a form that was too large to keep anything of it, so that
// only an error page can answer.
var errNothingKept = fiber.ErrRequestEntityTooLarge

// readFields reads a form from the body stream, urlencoded or multipart, up to its
// first file. Files must come last. What it returns is never nil, and with
// guard.ErrTooLarge it is complete as far as it was read, so that nothing typed is
// lost. Fiber's own form functions are not used: they write uploads to temporary
// files in the clear.
func readFields(c *fiber.Ctx, limit int64) (*incomingForm, error) {
	f := &incomingForm{fields: fields{}, conn: c.Context().Conn()}
	mediaType, params, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil {
		return f, respond.ErrMalformed
	}
	switch mediaType {
	case fiber.MIMEApplicationForm:
		body, err := respond.NewBody(c, min(limit, fieldsSize))
		if err == nil {
			err = readURLEncoded(body, f.fields)
		}
		if errors.Is(err, guard.ErrTooLarge) {
			err = errNothingKept
		}
		return f, err
	case fiber.MIMEMultipartForm:
		body, err := respond.NewBody(c, limit)
		tooLarge := errors.Is(err, guard.ErrTooLarge)
		if tooLarge { // its fields are kept, and its files are not waited for
			body, err = guard.NewBody(guard.Stream(c.Context()), -1, fieldsSize)
		}
		if err == nil {
			err = f.readMultipart(body, params["boundary"])
		}
		if err == nil && tooLarge {
			err = guard.ErrTooLarge
		}
		return f, err
	}
	return f, respond.ErrMalformed
}

// readMultipart reads the fields of a multipart form.
func (f *incomingForm) readMultipart(body *guard.Body, boundary string) (err error) {
	if boundary == "" {
		return respond.ErrMalformed
	}
	f.body, f.parts, f.left = body, multipart.NewReader(body, boundary), fieldsSize
	f.file, err = f.nextFile()
	return err
}

// readFiles hands over the files that follow the fields, one after the other.
func (f *incomingForm) readFiles(files fileTaker) (err error) {
	for f.file != nil {
		if err := files.take(f.name, f.file.Header.Get(fiber.HeaderContentType), f.file); err != nil {
			return bodyError(err)
		}
		if f.file, err = f.nextFile(); err != nil {
			return err
		}
	}
	return nil
}

// nextFile reads fields until a file begins; nil: the form has ended.
func (f *incomingForm) nextFile() (*multipart.Part, error) {
	for ; ; f.count++ {
		part, err := f.parts.NextRawPart()
		var field, name string
		if err == nil {
			field, name = disposition(part.Header.Get(fiber.HeaderContentDisposition))
		}
		switch {
		case err == io.EOF:
			return nil, f.body.Drain() // an epilogue, if any
		case err != nil:
			return nil, bodyError(err)
		case name == "" && field == "files":
			err = dropEmpty(part)
		case name != "":
			f.opened, f.name = true, name
			return part, nil
		case f.opened || f.count > maxParts || field == "":
			err = respond.ErrMalformed // a file whose name cannot be read must not be dropped in silence
		default:
			err = f.readField(part, field)
		}
		if err != nil {
			return nil, bodyError(err)
		}
	}
}

// readWithoutFiles reads a form that has none: a language switch on a page with
// files sends only their names.
func readWithoutFiles(c *fiber.Ctx) (fields, error) {
	f, err := readFields(c, fieldsSize)
	if err == nil && f.file != nil {
		err = respond.ErrMalformed
	}
	return f.fields, err
}

func readURLEncoded(body io.Reader, f fields) error {
	raw, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	values, err := url.ParseQuery(string(raw))
	if err != nil {
		return respond.ErrMalformed
	}
	for name, all := range values {
		value := all[0]
		if slices.Contains(lists, name) {
			value = strings.Join(all, "\n")
		}
		if !validText(name) || !validText(value) {
			return respond.ErrMalformed
		}
		f.add(name, value)
	}
	return nil
}

// fileNames are the names of chosen files that a language switch sends, without
// the files: they must be chosen again.
func (f fields) fileNames() []string {
	var names []string
	for name := range strings.FieldsFuncSeq(f["files"], func(r rune) bool { return r == '\n' }) {
		if names = append(names, cleanName(name)); len(names) == maxParts {
			break // a page for each of a million made-up names would be a large one
		}
	}
	return names
}

// disposition reads the names of a part: of its field, and of its file. In Shift_JIS,
// which old telephones write, a backslash can be the second byte of a character
// (表), and no escape (RFC 7578, section 4.2, asks for UTF-8).
func disposition(header string) (field, file string) {
	if !utf8.ValidString(header) {
		if decoded, err := japanese.ShiftJIS.NewDecoder().String(header); err == nil && !strings.ContainsRune(decoded, utf8.RuneError) {
			header = decoded
		}
	}
	kind, params, err := mime.ParseMediaType(header)
	if err != nil {
		return "", ""
	}
	if kind == "form-data" {
		field = params["name"]
	}
	return field, params["filename"]
}

func (f *incomingForm) readField(part io.Reader, name string) error {
	value, err := io.ReadAll(io.LimitReader(part, f.left+1))
	if err != nil {
		return err
	}
	if f.left -= int64(len(value)); f.left < 0 {
		f.fields.add(name, strings.ToValidUTF8(string(value[:len(value)-1]), "")) // cut, but not lost
		return guard.ErrTooLarge
	}
	if !validText(name) || !utf8.Valid(value) || bytes.IndexByte(value, 0) >= 0 {
		return respond.ErrMalformed
	}
	f.fields.add(name, string(value))
	return nil
}

// dropEmpty reads the part that a browser sends for a file field left empty.
func dropEmpty(part io.Reader) error {
	n, err := io.Copy(io.Discard, io.LimitReader(part, 1))
	if err == nil && n > 0 {
		return respond.ErrMalformed
	}
	return err
}

func validText(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

// bodyError keeps the errors that have a meaning; everything else that a body
// can have is a malformed one.
func bodyError(err error) error {
	for _, known := range []error{guard.ErrTooLarge, guard.ErrCutOff, respond.ErrMalformed} {
		if errors.Is(err, known) {
			return known
		}
	}
	var ours *storageError
	if errors.As(err, &ours) {
		return ours.error
	}
	return respond.ErrMalformed
}

// storageError marks an error of ours among the errors of reading a body.
type storageError struct{ error }

func (e *storageError) Unwrap() error { return e.error }
