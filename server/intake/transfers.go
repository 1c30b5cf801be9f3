package intake

import (
	"context"
	"time"

	"hotline/server/caseview"
	"hotline/store"
	"hotline/store/casework"
)

// Transfers returns when another queue took a case over. messages are those that
// the reporter sees.
func (in *Intake) Transfers(ctx context.Context, caseID string, messages []store.Message) ([]caseview.Transfer, error) {
	events, err := in.store.Events(ctx, caseID)
	all := []caseview.Transfer{}
	for _, e := range events {
		if e.What != store.EventQueue {
			continue
		}
		p := caseview.Transfer{On: casework.DayOf(time.Unix(e.At, 0).In(in.settings.Zone())), Queue: casework.Queue(e.To)}
		for _, m := range messages {
			if m.Seq <= e.After {
				p.After = m.Seq
			}
		}
		all = append(all, p)
	}
	return all, err
}
