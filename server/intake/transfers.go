package intake

import (
	"context"
	"time"

	"hotline/server/caseview"
	"hotline/store"
	"hotline/store/casework"
)

// Transfers returns when another branch took a case over. messages are those that
// the reporter sees.
func (in *Intake) Transfers(ctx context.Context, c store.Case, messages []store.MessageHead) ([]caseview.Transfer, error) {
	events, err := in.store.Events(ctx, c.ID)
	all := []caseview.Transfer{}
	for _, e := range events {
		if e.What != store.EventQueue {
			continue
		}
		p := caseview.Transfer{On: casework.DayOf(time.Unix(e.At, 0).In(in.settings.ZoneAt(c.Entity))), Branch: casework.Branch(e.To)}
		for _, m := range messages {
			if m.Seq <= e.After {
				p.After = m.Seq
			}
		}
		all = append(all, p)
	}
	return all, err
}
