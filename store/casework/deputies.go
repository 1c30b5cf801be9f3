package casework

import (
	"errors"
	"slices"
)

var (
	// ErrNotApart says that somebody would read, in place of another handler, what is
	// kept from them for good: what accuses the people of their own desk.
	ErrNotApart = errors.New("casework: this deputy would read what may be about their own desk")
	// ErrDeputyDays says that the days of a deputy are none that can be.
	ErrDeputyDays = errors.New("casework: these are no days for a deputy")
)

// DeputyDays is how long somebody can stand in for a handler at most, days.
const DeputyDays = 366

// CheckDeputyDays returns ErrDeputyDays unless somebody can be named today for these
// days.
func CheckDeputyDays(from, until, today Day) error {
	if from < today || until < from || until.DaysAfter(from) >= DeputyDays {
		return ErrDeputyDays
	}
	return nil
}

// MayStandIn reports whether somebody who has branches of their own can read another
// one in place of a handler. Buyers cannot read what may accuse buyers, and neither
// can compliance read what is there because it was excluded.
func MayStandIn(own []Branch, b Branch, queues []QueueInfo) bool {
	buyers := func(code Queue) bool {
		return slices.ContainsFunc(queues, func(q QueueInfo) bool { return q.Code == code && q.Buyers })
	}
	for _, mine := range own {
		if buyers(mine.Queue()) && !buyers(b.Queue()) || mine.Queue() == Compliance && b.Queue() == Independent {
			return slices.Contains(own, b)
		}
	}
	return true
}

// Reads returns the branches that somebody reads today: their own, and those of the
// people whom they stand in for. others are the own branches of these, so that a deputy
// of a deputy gets nothing more.
func Reads(own []Branch, queues []QueueInfo, others ...[]Branch) []Branch {
	var more []Branch
	for _, b := range slices.Concat(others...) {
		if !slices.Contains(own, b) && MayStandIn(own, b, queues) {
			more = append(more, b)
		}
	}
	slices.Sort(more)
	return slices.Concat(own, slices.Compact(more))
}

// StandIn is somebody who acts today in place of a handler.
type StandIn struct {
	Deputy, For string   // handlers' ids
	Own         []Branch // the deputy's own
}

// StandIns are all who act today.
type StandIns []StandIn

// KeptOut reports whether somebody may not see a case of a branch from which some
// handlers are excluded: they are among these, or read the branch in place of one of
// them.
func (s StandIns) KeptOut(id string, b Branch, excluded []string) bool {
	return slices.Contains(excluded, id) || s.only(id, b, excluded)
}

// only reports whether somebody reads a branch in place of one of these alone.
func (s StandIns) only(id string, b Branch, whom []string) bool {
	return slices.ContainsFunc(s, func(one StandIn) bool {
		return one.Deputy == id && slices.Contains(whom, one.For) && !slices.Contains(one.Own, b)
	})
}

// Without returns the members as they are for a case from which some handlers are
// excluded: without those who stand in for them. The excluded themselves are left to
// Route and Remaining.
func (m Members) Without(stands StandIns, excluded []string) Members {
	if len(stands) == 0 || len(excluded) == 0 {
		return m
	}
	left := Members{}
	for b, ids := range m {
		left[b] = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return stands.only(id, b, excluded) })
	}
	return left
}
