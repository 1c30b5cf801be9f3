// Package remind does what a new day brings: deputies begin and end, those who work on
// cases are told of due days, and others where nobody acts. It tells nobody by itself,
// and writes notices only.
package remind

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"hotline/server/settings"
	"hotline/store"
)

// every is how often a look is taken whether it is another day somewhere.
const every = time.Hour

// Daily is the work of each day.
type Daily struct {
	store    *store.Store
	settings *settings.Settings
	log      *slog.Logger
}

// Parts are what it works with. What day it is where, the settings say.
type Parts struct {
	Store    *store.Store
	Settings *settings.Settings
	Log      *slog.Logger
}

// New assembles it.
func New(p Parts) *Daily { return &Daily{p.Store, p.Settings, p.Log} }

// Step does what is to be done by now and was not done yet, by this server or another.
// Deputies come first, so that they are told of what is theirs today.
func (d *Daily) Step(ctx context.Context) error {
	days := d.settings.Days()
	return errors.Join(
		d.store.TurnDeputies(ctx, days),
		d.store.Remind(ctx, days, d.settings.Escalate()),
		d.store.RemindUnseen(ctx, days),
		d.store.DropEndedSessions(ctx),
	)
}

// Hourly takes the step at once, and then every hour until the context ends.
func (d *Daily) Hourly(ctx context.Context) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := d.Step(ctx); err != nil && ctx.Err() == nil {
			d.log.Error("the reminders of the day failed, and are tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
