package view

// AuditLog is the page of the audit log.
type AuditLog struct {
	Desk
	Rows        []AuditRow
	Choice      AuditChoice
	People      []Person
	Acts        []Act
	Errors      []FieldError
	Query       string     // of this very page
	All, Verify string     // queries: what is chosen from its newest row on; and with the whole log verified
	Next        string     // query of the older rows, "" none
	Later       bool       // there are newer rows
	Zone        string     // "Asia/Tokyo (UTC+09:00)"
	Chain       AuditChain // of the whole log
	At          []string   // entities whose part of the log is shown; none: all of it
}

func (p AuditLog) failed() bool { return p.Failed || len(p.Errors) > 0 }

// The language switch keeps what was chosen.
func (p AuditLog) base() Base {
	b := p.Base
	if b.Path == "" {
		b.Path = withQuery("desk/audit", p.Query)
	}
	return b
}

// AuditChoice is what was asked for, as in the query.
type AuditChoice struct{ Who, What, Case, From, To string }

// Active reports whether anything was chosen.
func (c AuditChoice) Active() bool { return c != AuditChoice{} }

// Act is something that can be done, in words.
type Act struct{ Code, Words string }

// AuditRow is a row of the audit log in words.
type AuditRow struct {
	N           int64
	Day, Clock  string // 2026-11-21 and 17:30:05, in the organisation's zone
	By          string // name
	What        string
	Detail      string // "" none
	Subject     string // name, "" none
	SubjectCase string // id, "" none
	Case        string // id, "" none
}

// AuditChain says whether the log is what was written.
type AuditChain struct {
	Rows    int
	Hash    string // of the newest row, hexadecimal
	Checked bool   // just now, all of them
	Broken  int64  // number of the first row that does not fit, 0 none
}
