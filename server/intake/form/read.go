package form

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

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
var lists = []string{"files", "not_for"}

func (f fields) add(name, value string) {
	value = strings.ReplaceAll(value, "\r\n", "\n")
	if before, ok := f[name]; !ok {
		f[name] = value
	} else if slices.Contains(lists, name) {
		f[name] = before + "\n" + value
	}
}

// fileTaker receives the files of a form as they arrive, after all fields.
type fileTaker interface {
	take(name, contentType string, content io.Reader) error
}

// errNothingKept is a form that was too large to keep anything of it, so that
// only an error page can answer.
var errNothingKept = fiber.ErrRequestEntityTooLarge

// readForm reads a form from the body stream, urlencoded or multipart. Files
// must come last. What it returns is complete also with guard.ErrTooLarge, as
// far as it was read, so that nothing typed is lost. Fiber's own form functions
// are not used: they write uploads to temporary files in the clear.
func readForm(c *fiber.Ctx, limit int64, f fields, files fileTaker) error {
	mediaType, params, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil {
		return respond.ErrMalformed
	}
	switch mediaType {
	case fiber.MIMEApplicationForm:
		body, err := respond.NewBody(c, min(limit, fieldsSize))
		if err == nil {
			err = readURLEncoded(body, f)
		}
		if errors.Is(err, guard.ErrTooLarge) {
			return errNothingKept
		}
		return err
	case fiber.MIMEMultipartForm:
		body, err := respond.NewBody(c, limit)
		if errors.Is(err, guard.ErrTooLarge) {
			return readFields(c, params["boundary"], f)
		}
		return readMultipart(body, params["boundary"], f, files)
	}
	return respond.ErrMalformed
}

// readFields keeps the fields of a form that announced itself too large, and
// does not wait for its files: always an error, mostly ErrTooLarge.
func readFields(c *fiber.Ctx, boundary string, f fields) error {
	body, err := guard.NewBody(guard.Stream(c.Context()), -1, fieldsSize)
	if err == nil {
		err = readMultipart(body, boundary, f, refuseFiles{})
	}
	if err == nil {
		err = guard.ErrTooLarge
	}
	return err
}

// refuseFiles ends the reading of a form at its first file.
type refuseFiles struct{}

func (refuseFiles) take(string, string, io.Reader) error { return guard.ErrTooLarge }

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

func readMultipart(body *guard.Body, boundary string, f fields, files fileTaker) error {
	if boundary == "" {
		return respond.ErrMalformed
	}
	reader := multipart.NewReader(body, boundary)
	left := int64(fieldsSize)
	filesBegan := false
	for parts := 0; ; parts++ {
		part, err := reader.NextRawPart()
		switch {
		case err == io.EOF:
			return body.Drain() // an epilogue, if any
		case err != nil:
			return bodyError(err)
		case part.FileName() == "" && part.FormName() == "files":
			err = dropEmpty(part)
		case part.FileName() != "":
			filesBegan = true
			err = files.take(part.FileName(), part.Header.Get(fiber.HeaderContentType), part)
		case filesBegan || parts > maxParts || part.FormName() == "":
			err = respond.ErrMalformed // a file whose name cannot be read must not be dropped in silence
		default:
			err = readField(part, f, &left)
		}
		if err != nil {
			return bodyError(err)
		}
	}
}

func readField(part *multipart.Part, f fields, left *int64) error {
	value, err := io.ReadAll(io.LimitReader(part, *left+1))
	if err != nil {
		return err
	}
	if *left -= int64(len(value)); *left < 0 {
		f.add(part.FormName(), strings.ToValidUTF8(string(value[:len(value)-1]), "")) // cut, but not lost
		return guard.ErrTooLarge
	}
	if !validText(part.FormName()) || !utf8.Valid(value) || bytes.IndexByte(value, 0) >= 0 {
		return respond.ErrMalformed
	}
	f.add(part.FormName(), string(value))
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
