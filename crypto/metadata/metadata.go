package metadata

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// Format names a container that Clean knows.
type Format string

// The formats that Clean reports.
const (
	JPEG  Format = "jpeg"
	PNG   Format = "png"
	WebP  Format = "webp"
	OOXML Format = "ooxml" // DOCX, XLSX, PPTX, their templates and macro-enabled kinds
	ODF   Format = "odf"   // ODT, ODS, ODP, ODG and their templates

	// archiveFormat is any ZIP container, before a look inside.
	archiveFormat Format = "zip"
)

// HeadSize is how many leading bytes Candidate wants. A shorter file gives what it has.
const HeadSize = 12

// Why a file was not cleaned. Errors of the source and of the destination come back as they are, wrapped.
var (
	// ErrUnsupported: not a container that Clean knows, or one that holds something whose metadata it does not know.
	ErrUnsupported = errors.New("metadata: not supported")
	// ErrMalformed: the container breaks its own format.
	ErrMalformed = errors.New("metadata: malformed")
	// ErrTooLarge: beyond one of the limits in limits.go.
	ErrTooLarge = errors.New("metadata: too large")
)

// Candidate reports whether a file that begins with head may be one that Clean can clean: JPEG, PNG, WebP or a ZIP
// container. It decides whether the caller needs random access.
func Candidate(head []byte) bool {
	return sniff(head) != ""
}

// Clean writes the first size bytes of src, without their metadata, to dst. After an error, what was written to dst is
// worthless and the caller keeps the original as it is; the Format is then empty.
//
// Clean reads src a few times from front to back, in pieces of up to 256 KiB. For pictures it holds about 1 MiB; for
// documents it holds one XML part at a time, of up to 16 MiB, twice, and a list of its edits. A cleaned document may be
// longer than its original, because edited parts are not compressed again: up to twice its size and 1 MiB, beyond which it
// is ErrTooLarge.
func Clean(dst io.Writer, src io.ReaderAt, size int64) (Format, error) {
	if size < 0 {
		return "", fmt.Errorf("%w: negative size", ErrMalformed)
	}
	head := make([]byte, min(HeadSize, size))
	if err := readAt(src, head, 0); err != nil {
		return "", err
	}
	out := bufio.NewWriterSize(dst, bufferSize)
	format, err := clean(out, src, size, sniff(head))
	if err != nil {
		return "", err
	}
	if err := out.Flush(); err != nil {
		return "", err
	}
	return format, nil
}

func clean(w io.Writer, src io.ReaderAt, size int64, format Format) (Format, error) {
	switch format {
	case JPEG, PNG, WebP:
		l, err := planImage(format, src, size)
		if err != nil {
			return "", err
		}
		return format, l.writeTo(w, src)
	case archiveFormat:
		return cleanArchive(w, src, size)
	}
	return "", fmt.Errorf("%w: unknown container", ErrUnsupported)
}

// planImage lays out the cleaned image.
func planImage(format Format, src io.ReaderAt, size int64) (*layout, error) {
	c := newCursor(src, size)
	switch format {
	case JPEG:
		return planJPEG(c)
	case PNG:
		return planPNG(c)
	case WebP:
		return planWebP(c)
	}
	return nil, fmt.Errorf("%w: not an image", ErrUnsupported)
}

func cleanArchive(w io.Writer, src io.ReaderAt, size int64) (Format, error) {
	a, err := openArchive(src, size)
	if err != nil {
		return "", err
	}
	switch {
	case len(a.entries) > 0 && a.entries[0].name == "mimetype":
		return ODF, cleanODF(w, a)
	case a.find(contentTypesName) != nil:
		return OOXML, cleanOOXML(w, a)
	}
	return "", fmt.Errorf("%w: a ZIP archive that is no office document", ErrUnsupported)
}

// sniff tells the container from its first bytes; "" is none of ours.
func sniff(head []byte) Format {
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return JPEG
	case bytes.HasPrefix(head, []byte(pngSignature)):
		return PNG
	case len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP":
		return WebP
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return archiveFormat
	}
	return ""
}
