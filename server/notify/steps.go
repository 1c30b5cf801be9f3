package notify

import (
	"context"
	"errors"
	"strconv"
	"time"

	"hotline/store"
	"hotline/store/casework"
)

// settingThrough is the last window boundary at which everybody was told, in seconds
// from 1970. With it nobody misses a daily mail whose hour passed while no process ran.
const settingThrough = "notices-through"

// mostPatient is the attempt after which the time to the next one does not grow, where
// somebody is in danger: it is 5 minutes.
const mostPatient = 2

// stepDanger tells, at each tick, those for whom there is something urgent. What fails
// is tried again without a word: log and tables learn of it at the next window, because
// else they would say when somebody was in danger.
func (w *Worker) stepDanger(d *danger) step {
	return func(ctx context.Context, now, since time.Time) error {
		d.Lock()
		defer d.Unlock()
		at, due := d.reached(now, since)
		if !due {
			return nil
		}
		waiting, err := w.parts.Store.Waiting(ctx)
		if err != nil {
			return err
		}
		var targets []string
		for _, each := range waiting {
			if each.Urgent && each.Notify != store.NotifyNone && isHook(each.Target) == d.hooks && !w.backingOff(each.Target, at) {
				targets = append(targets, each.Target)
			}
		}
		return w.batch(ctx, targets, at, func(_ context.Context, target string, _ []int64, _ *Fault) error {
			w.backOff(target, at)
			return nil
		})
	}
}

// stepWindow tells, at each window boundary, all for whom there is something, and at
// each tick those who were not told before and whose next attempt it is. Where the
// database fails at a boundary, the next tick makes up for it.
func (w *Worker) stepWindow(ctx context.Context, now, since time.Time) error {
	w.windowLane.Lock()
	defer w.windowLane.Unlock()
	boundary, isWindow := w.windows.reached(now, since)
	tick, isTick := w.retries.reached(now, since)
	switch {
	case isWindow:
		err := w.window(ctx, boundary)
		if err != nil {
			w.windows.undo()
		}
		return err
	case isTick:
		return w.tell(ctx, tick, func(store.Waiting) bool { return false })
	}
	return nil
}

// window tells all whose time a window boundary is.
func (w *Worker) window(ctx context.Context, at time.Time) error {
	if err := w.parts.Store.DropNotices(ctx, w.parts.Mail != nil); err != nil {
		return err
	}
	before, err := w.through(ctx, at)
	if err != nil {
		return err
	}
	zone := w.parts.Zone()
	err = w.tell(ctx, at, func(each store.Waiting) bool {
		return each.Notify != store.NotifyDaily || each.Urgent || casework.HourBetween(before, at, each.Hour, zone)
	})
	if err != nil {
		return err
	}
	return w.parts.Store.SetSetting(ctx, settingThrough, strconv.FormatInt(at.Unix(), 10))
}

// through returns the last window boundary before at at which everybody was told.
func (w *Worker) through(ctx context.Context, at time.Time) (time.Time, error) {
	last := at.Add(-w.parts.Window)
	noted, err := w.parts.Store.Setting(ctx, settingThrough)
	if errors.Is(err, store.ErrNotFound) {
		return last, nil
	}
	if err != nil {
		return last, err
	}
	if seconds, err := strconv.ParseInt(noted, 10, 64); err == nil && time.Unix(seconds, 0).Before(last) {
		return time.Unix(seconds, 0), nil
	}
	return last, nil
}

// tell tells those whose next attempt is due, and of those who are not waiting for
// one, whose time it is.
func (w *Worker) tell(ctx context.Context, at time.Time, isTime func(store.Waiting) bool) error {
	waiting, err := w.parts.Store.Waiting(ctx)
	if err != nil {
		return err
	}
	var targets []string
	for _, each := range waiting {
		due := !casework.StillWaits(each.Retry, at)
		if each.Retry.IsZero() {
			due = isTime(each)
		}
		if due {
			targets = append(targets, each.Target)
		}
	}
	codes := &faultCodes{}
	err = w.batch(ctx, targets, at, func(ctx context.Context, target string, places []int64, f *Fault) error {
		codes.add(target, f.Code)
		return w.parts.Store.DeliveryFailed(ctx, target, places, f.Code, at)
	})
	codes.log(w.parts.Log)
	return err
}

// backingOff reports whether an attempt to tell of danger failed so lately that the
// next one is later than a time.
func (w *Worker) backingOff(target string, at time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	b := w.again[target]
	return b != nil && b.next.After(at) && !b.last.After(at) // else the clock was set back
}

// backOff notes that an attempt to tell of danger failed.
func (w *Worker) backOff(target string, at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	b := w.again[target]
	if b == nil {
		b = &backOff{}
		w.again[target] = b
	}
	b.attempts = min(b.attempts+1, mostPatient)
	b.last = at
	b.next, _ = casework.NextTry(at, at, b.attempts)
}
