package intake

import (
	"context"
	"time"

	"hotline/store/casework"
)

const sweepEvery = time.Hour

// Sweep removes what interrupted uploads left behind, and the daily keys that
// are older than 48 hours.
func (in *Intake) Sweep(ctx context.Context) error {
	if _, err := in.files.Sweep(ctx, in.store.MissingFiles); err != nil {
		return err
	}
	yesterday := in.now().UTC().AddDate(0, 0, -1)
	return in.keys.drop(ctx, casework.DayOf(yesterday))
}

// SweepHourly sweeps until the context ends.
func (in *Intake) SweepHourly(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := in.Sweep(ctx); err != nil && ctx.Err() == nil {
				in.log.Error("hourly sweep failed", "error", err)
			}
		}
	}
}
