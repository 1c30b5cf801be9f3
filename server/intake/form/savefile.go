package form

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/server/respond"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

// PostSaveFile opens a file that came with an answer of the desk, for a reporter
// without scripts, and sends it. It is read twice: nothing of it leaves before
// its hash is known to be right.
func (in *Pages) PostSaveFile(c *fiber.Ctx) error {
	f, err := readWithoutFiles(c)
	if err != nil {
		return err
	}
	v := in.visit(c, f)
	if err := v.open(c.UserContext(), false); err != nil {
		return v.showEntry(c, err)
	}
	described, row, err := v.deskFile(c.UserContext(), f["file"])
	if err != nil {
		return err
	}
	identity, err := v.receipt.Identity()
	if err != nil {
		return err
	}
	if err := in.copyOpened(io.Discard, row, described, identity); err != nil {
		if !errors.Is(err, errDamaged) {
			return err
		}
		return v.showConversation(c, fiber.StatusConflict, view.Conversation{Notice: "notice.file-damaged", Text: f["text"]}, nil)
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEOctetStream)
	c.Set(fiber.HeaderContentDisposition, attachment(described.Name))
	respond.Stream(c, in.log, int(described.Size), func(to io.Writer) error { return in.copyOpened(to, row, described, identity) })
	return nil
}

// deskFile finds a file among the desk's messages, and what its message says of
// it. store.ErrNotFound: the case has no such file for its reporter.
func (v *visit) deskFile(ctx context.Context, id string) (crypto.File, store.File, error) {
	row, err := v.in.store.DeskFile(ctx, v.found.ID, id)
	if err != nil {
		return crypto.File{}, row, err
	}
	identity, err := v.receipt.Identity()
	if err != nil {
		return crypto.File{}, row, err
	}
	message, err := v.in.store.Message(ctx, v.found.ID, row.Seq)
	if err != nil {
		return crypto.File{}, row, err
	}
	m, err := crypto.OpenMessage(message.Sealed, identity, v.found.ID, row.Seq, string(casework.FromDesk))
	if err == nil {
		for _, f := range m.Files {
			if f.ID == id {
				return f, row, nil
			}
		}
	}
	return crypto.File{}, row, store.ErrNotFound // its message says nothing of it, or does not open
}

// errDamaged is a sealed file that is not what its message says.
var errDamaged = errors.New("form: a file of the desk was changed or damaged")

// copyOpened opens a sealed file and writes its bytes without the padding.
func (in *Pages) copyOpened(to io.Writer, row store.File, described crypto.File, identity crypto.Identity) error {
	sealed, err := in.files.Open(row.ID)
	if errors.Is(err, store.ErrNotFound) {
		return errDamaged
	}
	if err != nil {
		return err
	}
	defer sealed.Close()
	opened, err := crypto.OpenReader(sealed, identity)
	if err != nil {
		return errDamaged
	}
	hash := sha256.New()
	out := &writing{to: to}
	n, err := io.Copy(io.MultiWriter(out, hash), io.LimitReader(opened, described.Size))
	if out.err != nil {
		return out.err // the browser's going away
	}
	sum, wantErr := hex.DecodeString(described.SHA256)
	if err != nil || wantErr != nil || n != described.Size || !bytes.Equal(hash.Sum(nil), sum) {
		return errDamaged
	}
	return nil
}

// writing keeps an error of writing apart from those of reading.
type writing struct {
	to  io.Writer
	err error
}

func (w *writing) Write(p []byte) (n int, err error) {
	n, w.err = w.to.Write(p)
	return n, w.err
}

// attachment is the Content-Disposition of a file to be saved under a name
// (RFC 6266). What cannot be seen in a name, and what would lead elsewhere, is
// left out.
func attachment(name string) string {
	safe := strings.Map(func(r rune) rune {
		if casework.Marked(r) || strings.ContainsRune("\n\t/\\:*?\"<>|", r) {
			return '_'
		}
		return r
	}, name)
	if strings.Trim(safe, "._ ") == "" {
		safe = "file"
	}
	return `attachment; filename="file"; filename*=UTF-8''` + strings.ReplaceAll(url.QueryEscape(safe), "+", "%20")
}
