package audit

import (
	"context"
	"encoding/csv"
	"encoding/hex"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"hotline/server/respond"
	"hotline/server/session"
	"hotline/store"
)

// rowsAtOnce are held in memory while the log is sent.
const rowsAtOnce = 500

// columns are the keys of the first line.
var columns = []string{"audit.column.number", "audit.column.when", "audit.column.who", "audit.column.code", "audit.column.what", "audit.column.detail", "audit.column.case", "audit.column.subject", "audit.column.hash"}

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
	respond.SendCSV(c, a.log, "audit-log.csv", func(table *csv.Writer) error {
		err := a.writeCSV(ctx, table, w, s.Handler, f, rows)
		if err != nil {
			a.log.Error("the audit log broke off while it was sent", "error", err)
		}
		return err
	})
	return nil
}

// writeCSV writes the rows, and then all older ones, until nobody reads on. A table has
// no end that could be missed, so one that breaks off says so in its last row.
func (a *Audit) writeCSV(ctx context.Context, table *csv.Writer, w words, reader store.Handler, f store.AuditFilter, rows []store.AuditEntry) (err error) {
	var head []string
	for _, key := range columns {
		head = append(head, w.texts.T(key))
	}
	_ = table.Write(head) // what fails here, fails in Flush
	for {
		for _, row := range rows {
			_ = table.Write(w.record(row))
		}
		if table.Flush(); table.Error() != nil {
			return nil
		}
		if len(rows) < rowsAtOnce {
			return nil
		}
		f.Before = rows[len(rows)-1].N
		if rows, err = a.store.AuditLog(ctx, reader, f); err != nil {
			last := make([]string, len(columns))
			last[0] = w.texts.T("audit.broke-off")
			_ = table.Write(last)
			table.Flush()
			return err
		}
	}
}

// record is a row of the table.
func (w words) record(e store.AuditEntry) []string {
	r := w.row(e)
	at := time.Unix(e.At, 0).In(w.zone).Format(time.RFC3339)
	return []string{strconv.FormatInt(e.N, 10), at, respond.Cell(r.By), e.What, respond.Cell(r.What), respond.Cell(r.Detail), r.Case, respond.Cell(join("", r.Subject, r.SubjectCase)), hex.EncodeToString(e.Hash)}
}
