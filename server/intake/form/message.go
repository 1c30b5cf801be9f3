package form

import (
	"context"
	"errors"
	"strconv"

	"hotline/crypto"
	"hotline/store"
	"hotline/store/casework"
)

// appendTries is how often a message is sealed anew because another one took
// its number.
const appendTries = 8

// errKeyChanged says that the database names another recipient for a case than
// the one that its report was sealed to.
var errKeyChanged = errors.New("form: the case has another recipient than its report")

// recipientOf returns the case's recipient after comparing it with the one that
// the report is bound to: nobody who can write to the database gets what a
// reporter adds.
func (in *Pages) recipientOf(ctx context.Context, c store.Case, receipt crypto.Receipt) (crypto.Recipient, error) {
	reporter, err := receipt.Identity()
	if err != nil {
		return nil, err
	}
	recipient, err := crypto.ParseRecipient(c.Recipient)
	if err != nil {
		return nil, errKeyChanged
	}
	report, err := in.store.Message(ctx, c.ID, 1)
	if errors.Is(err, store.ErrNotFound) {
		return nil, errKeyChanged
	}
	if err != nil {
		return nil, err
	}
	m, err := crypto.OpenMessage(report.Sealed, reporter, c.ID, 1, string(casework.FromReport))
	if err != nil || !receipt.Bound(m.Recipient, c.ID, recipient) {
		return nil, errKeyChanged
	}
	return recipient, nil
}

// further is a message of the reporter after the first one.
type further struct {
	message crypto.Message
	kind    casework.MessageKind
	name    map[string]string // another name of the reporter, sealed apart; nil: it stays as it is
	files   func(seq int) []store.File
	use     store.FormUse
}

// addMessage seals a further message of the reporter and appends it to the
// case. store.ErrExists means that this very form is stored already.
func (in *Pages) addMessage(ctx context.Context, c store.Case, receipt crypto.Receipt, f further) error {
	m := f.message
	identity, err := receipt.Identity()
	if err != nil {
		return err
	}
	caseRecipient, err := in.recipientOf(ctx, c, receipt)
	if err != nil {
		return err
	}
	reporter := identity.Recipient() // not the one that the database names
	m.Case, m.From, m.Seq = c.ID, string(casework.FromReporter), c.LastSeq
	var apart []byte
	if f.name != nil {
		named := crypto.Message{Case: c.ID, Seq: 1, From: crypto.FromName, On: m.On, Language: m.Language, Fields: f.name}
		if apart, err = crypto.SealMessage(named, caseRecipient, reporter); err != nil {
			return err
		}
	}
	statementOf, _ := strconv.Atoi(m.Fields["statement_of"]) // 0: none
	for range appendTries {
		m.Seq++
		sealed, err := crypto.SealMessage(m, caseRecipient, reporter)
		if err != nil {
			return err
		}
		err = in.store.AddMessage(ctx, store.NewMessage{
			CaseID: c.ID, Seq: m.Seq, From: casework.FromReporter, Kind: f.kind, On: casework.Day(m.On),
			Sealed: sealed, Files: f.files(m.Seq), Use: &f.use, Name: apart, Danger: m.Fields["danger"] != "",
			Statement: casework.Statement(m.Fields["statement"]), StatementOf: statementOf, AsksMeeting: m.Fields["meeting"] != "",
		})
		if !errors.Is(err, store.ErrConflict) {
			return err
		}
		now, err := in.store.Case(ctx, c.ID)
		if err != nil {
			return err
		}
		m.Seq = now.LastSeq
	}
	return store.ErrBusy
}
