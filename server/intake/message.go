package intake

import (
	"context"
	"errors"

	"hotline/crypto"
	"hotline/store"
	"hotline/store/casework"
)

// appendTries is how often a message is sealed anew because another one took
// its number.
const appendTries = 8

// addMessage seals a further message of the reporter and appends it to the
// case. store.ErrExists means that this very form is stored already.
func (in *Intake) addMessage(ctx context.Context, c store.Case, m crypto.Message, files func(seq int) []store.File, use store.FormUse) error {
	caseRecipient, err := crypto.ParseRecipient(c.Recipient)
	if err != nil {
		return err
	}
	reporter, err := crypto.ParseRecipient(c.ReporterRecipient)
	if err != nil {
		return err
	}
	m.Case, m.From, m.Seq = c.ID, string(casework.FromReporter), c.LastSeq
	for range appendTries {
		m.Seq++
		sealed, err := crypto.SealMessage(m, caseRecipient, reporter)
		if err != nil {
			return err
		}
		err = in.store.AddMessage(ctx, store.NewMessage{
			CaseID: c.ID, Seq: m.Seq, From: casework.FromReporter, On: casework.Day(m.On),
			Sealed: sealed, Files: files(m.Seq), Use: &use,
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
