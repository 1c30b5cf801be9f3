package audit

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/gofiber/fiber/v2"

	"hotline/server/respond"
	"hotline/server/session"
	"hotline/store"
)

// rowsAtOnce are held in memory while the log is sent.
const rowsAtOnce = 500

// columns are the keys of the first line.
var columns = []string{"audit.column.number", "audit.column.when", "audit.column.who", "audit.column.code", "audit.column.what", "audit.column.detail", "audit.column.case", "audit.column.subject", "audit.column.hash"}

// byteOrderMark tells spreadsheets that the file is UTF-8.
const byteOrderMark = "\ufeff"

// GetCSV sends what was chosen as a table (RFC 4180), with every row's hash: a
// hash that was noted earlier can be found again in it.
func (a *Audit) GetCSV(c *fiber.Ctx, s session.Session) error {
	ctx := c.UserContext()
	f, errs := a.filter(chosen(c))
	if len(errs) > 0 {
		return respond.ErrMalformed
	}
	handlers, err := a.store.Handlers(ctx)
	if err != nil {
		return err
	}
	if f.Scope, err = a.scope(ctx, s.Handler, handlers); err != nil {
		return err
	}
	f.Limit = rowsAtOnce
	rows, err := a.store.AuditLog(ctx, s.Handler, f)
	if err != nil {
		return err
	}
	w := newWords(a.texts.Texts(respond.Lang(c.Context())), handlers, a.settings.Zone(), a.settings.Organization())
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8; header=present")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="audit-log.csv"`)
	c.Context().SetBodyStreamWriter(func(out *bufio.Writer) {
		if err := a.writeCSV(ctx, out, w, s.Handler, f, rows); err != nil && !errors.Is(err, errGone) {
			a.log.Error("the audit log broke off while it was sent", "error", err)
		}
	})
	return nil
}

// errGone: the browser has gone away.
var errGone = errors.New("audit: nobody reads on")

// writeCSV writes the rows, and then all older ones. A table has no end that could
// be missed, so one that breaks off says so in its last row.
func (a *Audit) writeCSV(ctx context.Context, out *bufio.Writer, w words, reader store.Handler, f store.AuditFilter, rows []store.AuditEntry) (err error) {
	if _, err := out.WriteString(byteOrderMark); err != nil {
		return errGone
	}
	table := csv.NewWriter(out)
	table.UseCRLF = true
	var head []string
	for _, key := range columns {
		head = append(head, w.texts.T(key))
	}
	_ = table.Write(head) // what fails here, fails in Flush
	for {
		for _, row := range rows {
			_ = table.Write(w.record(row))
		}
		if len(rows) < rowsAtOnce {
			break
		}
		f.Before = rows[len(rows)-1].N
		if rows, err = a.store.AuditLog(ctx, reader, f); err != nil {
			last := make([]string, len(columns))
			last[0] = w.texts.T("audit.broke-off")
			_ = table.Write(last)
			break
		}
	}
	if table.Flush(); table.Error() != nil {
		return errGone
	}
	return err
}

// record is a row of the table.
func (w words) record(e store.AuditEntry) []string {
	r := w.row(e)
	at := time.Unix(e.At, 0).In(w.zone).Format(time.RFC3339)
	return []string{strconv.FormatInt(e.N, 10), at, cell(r.By), e.What, cell(r.What), cell(r.Detail), r.Case, cell(join("", r.Subject, r.SubjectCase)), hex.EncodeToString(e.Hash)}
}

// formulas are the characters with which spreadsheets begin one, the full-width
// forms of East Asian keyboards among them.
const formulas = "=+-@\t\r\n＝＋－＠"

// cell makes a text one that no spreadsheet takes for a formula: CSV has no other
// way to say so than an apostrophe before it (OWASP, CSV Injection).
func cell(text string) string {
	begins := strings.TrimLeftFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) && r != '\t' && r != '\r' && r != '\n' || r == '"' || r == '\''
	})
	if begins != "" && strings.ContainsRune(formulas, []rune(begins)[0]) {
		return "'" + text
	}
	return text
}
