package form

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"hotline/crypto"
	"hotline/server/caseview"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

// answersStatement reports whether a form answers the written statement of an
// oral report. One form of our page holds a message and the answer, so that
// changing the language loses neither. The pressed button decides. Only the answer's
// button has a name: the message's comes after the files, where no field may follow.
func (f fields) answersStatement() bool {
	_, ours := f["correction"]
	return f["send"] == sendStatement || f["statement"] != "" && !ours
}

// sendStatement is what the button of the answer sends in the field `send`.
const sendStatement = "statement"

// statement is what a form says to the written statement; "" nothing.
func (f fields) statement() casework.Statement {
	if !f.answersStatement() {
		return ""
	}
	return casework.Statement(f["statement"])
}

// written is the text that a form sends, and the name of its field: beside the
// answer to a statement our page has a field of its own.
func (f fields) written() (text, field string) {
	if correction, ours := f["correction"]; ours && f.answersStatement() {
		return correction, "correction"
	}
	return f["text"], "text"
}

// validateStatement names what is wrong with an answer to a statement. A
// correction says what is to be corrected, and nobody withdraws by mistake.
func validateStatement(f fields) []view.FieldError {
	if !f.answersStatement() {
		return nil
	}
	chosen := f.statement()
	text, field := f.written()
	if !slices.Contains(casework.StatementAnswers, chosen) {
		return []view.FieldError{{Field: "statement", Key: "error.choice"}}
	}
	sure := f["withdraw"] == "yes" || f["send"] != sendStatement // our page's button asks first
	errs := contradictions(casework.StatementAnswer{Answer: chosen, Text: text, Sure: sure}.Contradictions())
	if len(errs) == 0 {
		errs = validateText(text, false)
	}
	for i := range errs {
		if errs[i].Field != "withdraw" {
			errs[i].Field = field
		}
	}
	return errs
}

// besides are the fields that say in a message what its reporter does with it: what they
// say to a statement, and that they ask for a meeting.
var besides = []string{"statement", "statement_of", "meeting"}

// asksMeeting reports whether a form asks for a meeting. It is a part of the message, and
// stays in the page where the answer to a statement is sent.
func (f fields) asksMeeting() bool { return f["meeting"] == "asked" && !f.answersStatement() }

// sealedBesides are those of them that are said.
func (a *followUp) sealedBesides() map[string]string {
	switch {
	case a.fields.answersStatement():
		return map[string]string{"statement": string(a.fields.statement()), "statement_of": strconv.Itoa(a.statementOf)}
	case a.fields.asksMeeting():
		return map[string]string{"meeting": "asked"}
	}
	return nil
}

// findStatement says which statement a form answers: the one that its page asked about, or,
// of a form that does not say so, the one that is open.
func (a *followUp) findStatement(ctx context.Context) error {
	if !a.fields.answersStatement() {
		return nil
	}
	if a.statementOf, _ = strconv.Atoi(a.fields["statement_of"]); a.statementOf > 0 {
		return nil
	}
	all, err := a.in.store.Statements(ctx, a.found.ID)
	a.statementOf = max(1, caseview.ToCheck(all).Seq)
	return err
}

// meeting is what the page of a conversation shows of a meeting.
func (v *visit) meeting() view.Meeting {
	dates := v.in.rules.Dates(v.found)
	return view.Meeting{
		Open: dates.MeetingBy != "", Asked: dates.MeetingAsked, By: dates.MeetingBy,
		Ask: dates.MeetingBy == "" && !v.found.State.Ended(), Chosen: v.fields["meeting"] == "asked",
	}
}

// entries puts the messages of a conversation and what happened between them in
// order, the newest first: an answer must not stand below a long report.
func entries(messages []view.Message, rows []store.MessageHead, transfers []caseview.Transfer) (all []view.Message) {
	add := func(after int) {
		for _, p := range transfers {
			if p.After == after {
				all = append(all, view.Message{On: string(p.On), Transferred: p.Branch})
			}
		}
	}
	for i, m := range messages {
		all = append(all, m)
		add(rows[i].Seq)
	}
	slices.Reverse(all)
	return all
}

// showName adds to a report what was sealed apart from it, where there is something.
func (in *Pages) showName(ctx context.Context, report *view.Message, identity crypto.Identity, caseID string) error {
	sealed, err := in.store.ReporterName(ctx, caseID)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	m, err := crypto.OpenMessage(sealed, identity, caseID, 1, crypto.FromName)
	if err != nil {
		report.NameBroken = true
		return nil
	}
	report.Name = view.SealedApart(m.Fields)
	return nil
}

// statementOf is what the page of a conversation shows of the written statement.
func (v *visit) statementOf(ctx context.Context, errs []view.FieldError) (s view.Statement, err error) {
	all, err := v.in.store.Statements(ctx, v.found.ID)
	shown := caseview.ToCheck(all)
	s = view.Statement{Seq: shown.Seq, State: shown.State, On: string(shown.On), Choice: v.fields["statement"], Text: v.fields["correction"]}
	s.Asking = v.fields["withdraw"] != "" || slices.ContainsFunc(errs, func(e view.FieldError) bool { return e.Field == "withdraw" })
	return s, err
}
