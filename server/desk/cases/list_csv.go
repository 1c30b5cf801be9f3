package cases

import (
	"context"
	"encoding/csv"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"hotline/i18n"
	"hotline/server/respond"
	"hotline/server/session"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

// listColumns are the keys of the first line.
var listColumns = []string{
	"list.column.case", "date.received", "case.queue", "list.column.entity", "case.category", "case.state", "list.column.outcome", "list.column.kind", "list.column.standing", "list.column.danger",
	"case.priority", "case.assignee", "cases.due", "list.column.due-for", "list.column.acknowledged", "list.column.closed", "list.column.messages", "list.column.files", "cases.unread",
}

// GetCasesCSV sends a list, all its pages, as a table of what the server knows.
func (d *Desk) GetCasesCSV(c *fiber.Ctx, s session.Session) error {
	ctx := c.UserContext()
	handlers, err := d.store.Handlers(ctx)
	if err != nil {
		return err
	}
	counts, err := d.store.TabCounts(ctx, s.Handler, d.settings.Days())
	if err != nil {
		return err
	}
	asked := d.askedFor(queryOf(c), s.Handler, counts)
	if len(asked.errors) > 0 {
		return respond.ErrMalformed
	}
	q := d.queryOf(asked)
	q.After, q.Until = casework.Cursor{}, casework.Cursor{}
	rows, next, err := d.store.CaseList(ctx, s.Handler, q)
	if err != nil {
		return err
	}
	if err := d.store.Audit(ctx, store.AuditEntry{By: s.Handler.ID, What: store.AuditListExport, Detail: asked.tab}); err != nil {
		return err
	}
	t := listTable{d: d, texts: d.texts.Texts(respond.Lang(c.Context())), made: d.settings.Organization(), me: s.Handler, names: namesOf(handlers)}
	respond.SendCSV(c, d.log, "cases.csv", func(table *csv.Writer) error {
		err := t.write(ctx, table, q, rows, next)
		if err != nil {
			d.log.Error("a list broke off while it was sent", "error", err)
		}
		return err
	})
	return nil
}

// listTable puts cases into the words of a language.
type listTable struct {
	d     *Desk
	texts *i18n.Texts
	made  store.Organization
	me    store.Handler
	names map[string]string // of handlers
}

// write writes a page and all that follow it, until nobody reads on. A table has no end
// that could be missed, so one that breaks off says so in its last row.
func (t listTable) write(ctx context.Context, table *csv.Writer, q store.CaseQuery, rows []store.ListedCase, next casework.Cursor) (err error) {
	var head []string
	for _, key := range listColumns {
		head = append(head, t.texts.T(key))
	}
	_ = table.Write(head) // what fails here, fails in Flush
	for {
		for _, row := range rows {
			_ = table.Write(t.record(row))
		}
		if table.Flush(); table.Error() != nil || next.ID == "" {
			return nil
		}
		q.After = next
		if rows, next, err = t.d.store.CaseList(ctx, t.me, q); err != nil {
			last := make([]string, len(listColumns))
			last[0] = t.texts.T("audit.broke-off")
			_ = table.Write(last)
			table.Flush()
			return err
		}
	}
}

// record is a row of the table.
func (t listTable) record(c store.ListedCase) []string {
	dates := t.d.datesOf(c.Case)
	unread := ""
	if c.LastSeq > c.Read {
		unread = t.word("list.", "yes")
	}
	record := []string{
		c.ID, dates.Received, view.BranchName(t.texts, t.made, c.Branch), view.EntityName(t.texts, t.made, c.Entity), view.CategoryName(t.texts, c.Category),
		t.word("state.", string(c.State)), t.word("outcome.", string(c.Outcome)), t.word("answers.kind.", c.Kind), t.word("standing.", string(c.Standing)), t.word("list.danger.", string(c.Danger)),
		t.word("priority.", string(c.Priority)), t.names[c.Assignee], dates.Due, t.word("list.due-for.", dates.DueFor), dates.Acknowledged, dates.Closed,
		strconv.Itoa(c.LastSeq), strconv.Itoa(c.Files), unread,
	}
	for i, text := range record {
		record[i] = respond.Cell(text)
	}
	return record
}

// word is a code in words, "" where there is none.
func (t listTable) word(family, code string) string {
	if code == "" {
		return ""
	}
	return t.texts.T(family + code)
}
