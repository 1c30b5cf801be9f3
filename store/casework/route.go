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

// Route returns the queue that receives a report whose queue by the rules is
// first, and the ids of its handlers who get a key, excluded ones left out. If the
// exclusions leave nobody in the queue the report moves on to compliance and then
// to the independent queue. A queue that had no handler to begin with is closed:
// ErrNoHandler.
func Route(first Queue, excluded []string, readers QueueReaders) (Queue, []string, error) {
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
