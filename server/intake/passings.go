package intake

import (
	"context"
	"time"

	"hotline/server/caseview"
	"hotline/store"
	"hotline/store/casework"
)

// Passings returns when another queue took a case over. messages are those that
// the reporter sees.
func (in *Intake) Passings(ctx context.Context, caseID string, messages []store.Message) ([]caseview.Passing, error) {
	events, err := in.store.Events(ctx, caseID)
	all := []caseview.Passing{}
	for _, e := range events {
		if e.What != store.EventQueue {
			continue
		}
		p := caseview.Passing{On: casework.DayOf(time.Unix(e.At, 0).In(in.config.Zone)), Queue: casework.Queue(e.To)}
		for _, m := range messages {
			if m.Seq <= e.After {
				p.After = m.Seq
			}
		}
		all = append(all, p)
	}
	return all, err
}
