package casework

import (
	"errors"
	"slices"
)

// ErrNoHandler says that nobody can receive the report now: the queue it
// belongs to, and every queue it could fall back to, has no handler with a key.
var ErrNoHandler = errors.New("casework: no handler can receive this report")

// QueueReaders is who can receive reports: handler ids by queue.
type QueueReaders map[Queue][]string

// ownToHR go to hr when our own organisation is concerned: labour, safety,
// harassment, discrimination, forced or child labour, trainees.
var ownToHR = []string{
	"power-harassment", "sexual-harassment", "other-harassment", "discrimination", "human-relations",
	"work-environment", "working-hours-wages", "employment-rules",
	"human-rights-labour", "forced-labour", "child-labour", "foreign-trainees", "health-safety",
}

// QueueFor returns the queue a report belongs to by its category and whom it
// is about. Unknown and empty answers go to compliance.
func QueueFor(category, subject string) Queue {
	c, ok := CategoryByCode(category)
	switch {
	case !ok:
		return Compliance
	case subject == SubjectOwn && slices.Contains(ownToHR, category):
		return HR
	case subject == SubjectOwn && c.Queue == Procurement:
		// A buyer's own conduct is never judged by procurement.
		return Compliance
	default:
		// For a supplier too: the supplier areas have procurement as their queue.
		return c.Queue
	}
}

// Route returns the queue that receives a report and the ids of its handlers
// who get a key, excluded ones left out. If the exclusions leave nobody in the
// queue the report moves on to compliance and then to the independent queue. A
// queue that had no handler to begin with is closed: ErrNoHandler.
func Route(category, subject string, excluded []string, readers QueueReaders) (Queue, []string, error) {
	first := QueueFor(category, subject)
	if len(readers[first]) == 0 {
		return first, nil, ErrNoHandler
	}
	return Remaining(first, excluded, readers)
}

// Remaining returns where a case of a queue goes and the ids of who reads it
// there, when some may not: it stays, or moves on to compliance, and then to the
// independent queue; never to nobody, which is ErrNoHandler.
func Remaining(queue Queue, excluded []string, readers QueueReaders) (Queue, []string, error) {
	for _, q := range []Queue{queue, Compliance, Independent} {
		if left := without(readers[q], excluded); len(left) > 0 {
			return q, left, nil
		}
	}
	return queue, nil, ErrNoHandler
}

func without(ids, excluded []string) []string {
	var left []string
	for _, id := range ids {
		if !slices.Contains(excluded, id) {
			left = append(left, id)
		}
	}
	return left
}
