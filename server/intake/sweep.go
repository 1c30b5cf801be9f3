package intake

import (
	"context"
	"time"

	"hotline/store/casework"
)

const (
	sweepEvery  = time.Hour
	expireEvery = 10 * time.Minute // looking for drafts that nobody goes on with
)

// Sweep removes what interrupted uploads left behind, and the daily keys that
// are older than 48 hours.
func (in *Intake) Sweep(ctx context.Context) error {
	if _, err := in.files.Sweep(ctx, in.store.MissingFiles); err != nil {
		return err
	}
	yesterday := in.now().UTC().AddDate(0, 0, -1)
	return in.keys.drop(ctx, casework.DayOf(yesterday))
}

// SweepHourly sweeps until the context ends. In the first hour of each day, when
// few people write, the rows of the database are laid down anew, so that their
// places no longer tell in which order the reports of the day before came.
func (in *Intake) SweepHourly(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	expire := time.NewTicker(expireEvery)
	defer expire.Stop()
	for day := in.Today(); ; {
		select {
		case <-ctx.Done():
			return
		case <-expire.C:
			in.uploads.Expire()
		case <-tick.C:
			in.complain(ctx, "hourly sweep failed", in.Sweep(ctx))
			if today := in.Today(); today != day {
				day = today
				in.complain(ctx, "the rows of the database still tell the order of arrival", in.store.ForgetOrder(ctx))
			}
		}
	}
}

// complain logs an error of work that nobody waits for.
func (in *Intake) complain(ctx context.Context, what string, err error) {
	if err != nil && ctx.Err() == nil {
		in.log.Error(what, "error", err)
	}
}
