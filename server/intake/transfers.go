package intake

import (
	"context"
	"time"

	"hotline/server/caseview"
	"hotline/store"
	"hotline/store/casework"
)

// Transfers returns when another branch took a case over, and after which of the
// messages that its reporter sees.
func (in *Intake) Transfers(ctx context.Context, c store.Case) ([]caseview.Transfer, error) {
	events, err := in.store.Events(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	all := []caseview.Transfer{}
	for _, e := range events {
		if e.What != store.EventQueue {
			continue
		}
		after, err := in.store.NewestShown(ctx, c.ID, e.After)
		if err != nil {
			return nil, err
		}
		day := casework.DayOf(time.Unix(e.At, 0).In(in.settings.ZoneAt(c.Entity)))
		all = append(all, caseview.Transfer{On: day, Branch: casework.Branch(e.To), After: after})
	}
	return all, nil
}
