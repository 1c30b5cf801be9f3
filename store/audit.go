package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"

	"hotline/store/casework"
	"hotline/store/engine"
)

// What stands in the audit log: acts of handlers, intake operators and
// administrators. What reporters do is not in it, and neither is that somebody
// took a report on a person's behalf: the time would lead to the call.
const (
	AuditRead       = "case.read"     // detail: up to which message
	AuditMessage    = "case.message"  // detail: "desk" or "note", and its number
	AuditState      = "case.state"    // detail: from>to, and the outcome
	AuditPriority   = "case.priority" // detail: the new one
	AuditAssignee   = "case.assignee" // subject: the new one, "" nobody
	AuditKind       = "case.kind"     // detail: the new one
	AuditStanding   = "case.standing" // detail: the new one
	AuditDanger     = "case.danger"   // detail: the new one, "" none
	AuditQueue      = "case.queue"    // detail: from>to, branches
	AuditAbout      = "case.entity"   // detail: from>to
	AuditExcluded   = "case.excluded" // subject: who
	AuditRecused    = "case.recused"
	AuditReadmitted = "case.readmitted"     // subject: who
	AuditAccess     = "case.access"         // subject: who got a key
	AuditKeyBroken  = "case.access-refused" // the key that a colleague sealed does not open
	AuditName       = "case.name"           // the reporter's name was opened
	AuditExport     = "case.export"         // detail: Export…
	AuditLabels     = "case.labels"
	AuditClassified = "case.classified" // detail: "" or Corrected
	AuditExtended   = "case.extended"   // detail: by when the answer is due now
	AuditMeeting    = "case.meeting"    // detail: the day on which it was held, or Meeting…
	AuditStep       = "case.step"       // detail: its code, and the day on which it was done
	AuditLinked     = "case.linked"     // subject: the other case; detail: the kind
	AuditUnlinked   = "case.unlinked"
	AuditHold       = "case.hold"     // subject: its owner; detail: its end, "" lifted
	AuditDeletion   = "case.deletion" // detail: DeletionAsked or DeletionWithdrawn
	AuditPurged     = "case.purged"   // subject: who had asked for it, "" its day had come; detail: law.Why
	AuditListExport = "list.export"   // what the server knows of a list; detail: its tab

	AuditInvited      = "person.invited"  // subject: who
	AuditAdded        = "person.added"    // subject: who; their identity stays offline
	AuditEnrolled     = "person.enrolled" // subject: who; detail: "key" with a new recipient
	AuditWork         = "person.work"     // subject: who; detail: roles and branches
	AuditDisabled     = "person.disabled"
	AuditShown        = "person.shown"        // reporters may, or may no longer, exclude them
	AuditDeputy       = "person.deputy"       // subject: whose; detail: the deputy, from, until
	AuditDeputyEnded  = "person.deputy-ended" // the same, before it was over
	AuditLead         = "person.lead"         // subject: who; detail: a branch, -branch: not any more
	AuditDesignated   = "person.designated"   // subject: who
	AuditUndesignated = "person.undesignated"

	AuditSettings = "settings.changed" // detail: their names
	AuditEntity   = "entity.changed"   // detail: its code; -code: removed
	AuditQueueSet = "queue.changed"    // detail: its code; -code: removed
	AuditRouting  = "routing.changed"
	AuditWords    = "words.changed"   // detail: part, language and the entity's code
	AuditLetters  = "letters.changed" // detail: a letter's code, language or Letter…, and the entity's code
	AuditRecovery = "recovery.changed"
	AuditWebhook  = "webhook.changed" // detail: Webhook…, the beginning of its id, code of its entity

	AuditSignedIn = "account.signed-in"
	AuditPassword = "account.password"
	AuditTOTP     = "account.totp"
	AuditPasskey  = "account.passkey" // detail: "added" or "removed"
)

// Audits lists them in the order they are shown.
var Audits = []string{
	AuditRead, AuditMessage, AuditState, AuditPriority, AuditAssignee, AuditKind, AuditStanding, AuditDanger, AuditQueue, AuditAbout, AuditExcluded, AuditRecused, AuditReadmitted, AuditAccess,
	AuditKeyBroken, AuditName, AuditExport, AuditLabels, AuditClassified, AuditExtended, AuditMeeting, AuditStep, AuditLinked, AuditUnlinked, AuditHold, AuditDeletion, AuditPurged, AuditListExport,
	AuditInvited, AuditAdded, AuditEnrolled, AuditWork, AuditDisabled, AuditShown, AuditDeputy, AuditDeputyEnded, AuditLead, AuditDesignated, AuditUndesignated,
	AuditSettings, AuditEntity, AuditQueueSet, AuditRouting, AuditWords, AuditLetters, AuditRecovery, AuditWebhook, AuditSignedIn, AuditPassword, AuditTOTP, AuditPasskey,
}

// AuditEntry is a row of the audit log. It never says what was written.
type AuditEntry struct {
	N       int64  // 1, 2, 3 …
	At      int64  // unix seconds
	By      string // a handler's id; "" the command line
	What    string // Audit…
	CaseID  string
	Subject string // a handler's or a case's id
	Detail  string // codes
	Hash    []byte // of the row and all before it; set by AuditLog
}

// audit adds to the log what the transaction does. The row is written with the
// commit, after every other lock was taken, because all writers wait for its head.
func (t tx) audit(e AuditEntry) { *t.log = append(*t.log, e) }

// auditCase is audit for an act on a case.
func (t tx) auditCase(a Act, what, subject, detail string) {
	t.audit(AuditEntry{At: a.At, By: a.By, What: what, CaseID: a.CaseID, Subject: subject, Detail: detail})
}

// chain writes what the transaction added to the audit log.
func (s *Store) chain(t tx) error {
	if len(*t.log) == 0 {
		return nil
	}
	// An update that changes nothing makes PostgreSQL's other writers wait here.
	if _, err := t.Exec(`UPDATE audit_head SET n = n WHERE id = 1`); err != nil {
		return err
	}
	var n int64
	var last []byte
	if err := t.Row(`SELECT n, hash FROM audit_head WHERE id = 1`).Scan(&n, &last); err != nil {
		return err
	}
	for _, e := range *t.log {
		n++
		e.N = n
		if e.At == 0 {
			e.At = s.now().Unix()
		}
		last = e.link(last)
		_, err := t.Exec(`INSERT INTO audit (n, at, handler_id, what, case_id, subject, detail, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			e.N, e.At, e.By, e.What, e.CaseID, e.Subject, e.Detail, last)
		if err != nil {
			return err
		}
	}
	_, err := t.Exec(`UPDATE audit_head SET n = $1, hash = $2 WHERE id = 1`, n, last)
	return err
}

// link returns the hash of a row: SHA-256 of the hash before, and of every
// column with its length, so that no two rows read the same.
func (e AuditEntry) link(last []byte) []byte {
	h := sha256.New()
	field(h, last)
	for _, number := range []int64{e.N, e.At} {
		field(h, binary.BigEndian.AppendUint64(nil, uint64(number)))
	}
	for _, text := range []string{e.By, e.What, e.CaseID, e.Subject, e.Detail} {
		field(h, []byte(text))
	}
	return h.Sum(nil)
}

func field(h hash.Hash, b []byte) {
	h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(b))))
	h.Write(b)
}

// Audit adds to the log what changes nothing else, an export for example.
func (s *Store) Audit(ctx context.Context, e AuditEntry) error {
	return s.write(ctx, func(t tx) error {
		t.audit(e)
		return nil
	})
}

// AuditFilter chooses rows of the audit log. The zero value chooses all.
type AuditFilter struct {
	By, What    string
	CommandLine bool   // what nobody did who is signed in, but for deletions whose day had come
	CaseID      string // or its beginning
	From, Until int64  // unix seconds: not before, before; 0: no bound
	Before      int64  // rows of a smaller number; 0: the newest
	Limit       int    // rows; 0: all

	Scope *AuditScope // nil: the whole log
}

// AuditScope is the part of the log that somebody sees who audits entities: what was
// done to cases of these, and what concerns these people. Links between cases are among
// it where both are.
type AuditScope struct {
	Entities []string // codes
	People   []string // handlers' ids
}

func (a AuditScope) condition(q *engine.Statement) string {
	in := func(values []string) string {
		if len(values) == 0 {
			return `(NULL)` // nothing is
		}
		return `(` + engine.ArgsOf(q, values) + `)`
	}
	of := func(column string) string {
		return `EXISTS (SELECT 1 FROM cases c WHERE c.id = a.` + column + ` AND c.entity IN ` + in(a.Entities) + `)`
	}
	return ` AND (a.case_id = '' AND a.subject IN ` + in(a.People) + ` OR a.case_id <> '' AND ` + of("case_id") +
		` AND (a.what NOT IN (` + q.Arg(AuditLinked) + `, ` + q.Arg(AuditUnlinked) + `) OR ` + of("subject") + `))`
}

// AuditLog returns the chosen rows, the newest first. What was done to cases that
// the reader is excluded from is left out, deleted ones too: for them these cases do not exist.
func (s *Store) AuditLog(ctx context.Context, reader Handler, f AuditFilter) ([]AuditEntry, error) {
	var q engine.Statement
	query := `SELECT n, at, handler_id, what, case_id, subject, detail, hash FROM audit a WHERE 1 = 1`
	for _, table := range []string{"exclusions", "purged_exclusions"} {
		query += ` AND NOT EXISTS (
			SELECT 1 FROM ` + table + ` x WHERE x.case_id <> '' AND x.case_id IN (a.case_id, a.subject) AND (x.handler_id = ` + q.Arg(reader.ID) + `
				OR x.handler_id IN (SELECT d.handler_id FROM deputies d WHERE d.deputy_id = ` + q.Arg(reader.ID) + ` AND d.acting = 1)))`
	}
	if f.Scope != nil {
		query += f.Scope.condition(&q)
	}
	if f.CommandLine {
		query += ` AND handler_id = '' AND what <> ` + q.Arg(AuditPurged)
	}
	if f.CaseID != "" { // as the index wants it, which LIKE is not
		query += ` AND case_id <> '' AND case_id >= ` + q.Arg(f.CaseID) + ` AND case_id < ` + q.Arg(f.CaseID+"g")
	}
	for _, c := range []struct{ column, value string }{{"handler_id", f.By}, {"what", f.What}} {
		if c.value != "" {
			query += ` AND ` + c.column + ` = ` + q.Arg(c.value)
		}
	}
	for _, c := range []struct {
		condition string
		value     int64
	}{{"at >= ", f.From}, {"at < ", f.Until}, {"n < ", f.Before}} {
		if c.value != 0 {
			query += ` AND ` + c.condition + q.Arg(c.value)
		}
	}
	query += ` ORDER BY n DESC`
	if f.Limit > 0 {
		query += ` LIMIT ` + q.Arg(f.Limit)
	}
	return engine.List(s.read(ctx), scanAudit, query, q.Args...)
}

func scanAudit(row engine.Scanner) (e AuditEntry, err error) {
	err = row.Scan(&e.N, &e.At, &e.By, &e.What, &e.CaseID, &e.Subject, &e.Detail, &e.Hash)
	return e, err
}

// BrokenChain says where the audit log is not what was written.
type BrokenChain struct {
	N      int64 // number of the first row that does not fit
	Reason string
}

func (b *BrokenChain) Error() string {
	return fmt.Sprintf("store: audit log: row %d %s", b.N, b.Reason)
}

// AuditHead is how far the log reaches, to be kept elsewhere: whoever can write
// to the database can also write a new chain, but not one that ends the same.
type AuditHead struct {
	N    int64
	Hash []byte
}

// VerifyAudit reads the whole log and returns its head. A BrokenChain names the
// first row that was changed, taken out or put in.
func (s *Store) VerifyAudit(ctx context.Context) (AuditHead, error) {
	head := AuditHead{Hash: make([]byte, sha256.Size)}
	for {
		const atOnce = 1000
		rows, err := engine.List(s.read(ctx), scanAudit, `SELECT n, at, handler_id, what, case_id, subject, detail, hash FROM audit WHERE n > $1 ORDER BY n LIMIT $2`, head.N, atOnce)
		if err != nil {
			return head, err
		}
		for _, e := range rows {
			if e.N != head.N+1 {
				return head, &BrokenChain{head.N + 1, "is missing"}
			}
			if head.Hash = e.link(head.Hash); string(head.Hash) != string(e.Hash) {
				return head, &BrokenChain{e.N, "was changed"}
			}
			head.N = e.N
		}
		if len(rows) < atOnce {
			break
		}
	}
	return head, s.checkHead(ctx, head)
}

// NotedAuditHead returns what is noted of the log's end, without reading the log.
// ErrNotFound: that was taken away.
func (s *Store) NotedAuditHead(ctx context.Context) (AuditHead, error) {
	return engine.One(s.read(ctx), func(row engine.Scanner) (h AuditHead, err error) {
		err = row.Scan(&h.N, &h.Hash)
		return h, err
	}, `SELECT n, hash FROM audit_head WHERE id = 1`)
}

// checkHead compares the end of the log with what was noted of it: rows that
// were cut off at the end break no link.
func (s *Store) checkHead(ctx context.Context, found AuditHead) error {
	noted, err := s.NotedAuditHead(ctx)
	switch {
	case errors.Is(err, ErrNotFound):
		return &BrokenChain{found.N + 1, "may be missing: the head of the log is gone"}
	case err != nil:
		return err
	case noted.N > found.N: // a row may have been added since the last look
		again, err := engine.One(s.read(ctx), engine.Column[int64], `SELECT count(*) FROM audit WHERE n > $1`, found.N)
		if err == nil && again == 0 {
			err = &BrokenChain{found.N + 1, "is missing"}
		}
		return err
	case noted.N < found.N || string(noted.Hash) != string(found.Hash):
		return &BrokenChain{noted.N, "is not the one that was written last"}
	}
	return nil
}

// auditWork is the detail of roles and branches.
func auditWork(roles []string, branches []casework.Branch) string {
	return joinList(roles) + " " + joinList(branches)
}
