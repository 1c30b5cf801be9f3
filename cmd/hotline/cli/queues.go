package cli

import (
	"slices"
	"strings"

	"hotline/store"
	"hotline/store/casework"
)

// CheckQueues returns the queues of these codes, each once.
func CheckQueues(codes []string) ([]casework.Queue, error) {
	var queues []casework.Queue
	for _, code := range codes {
		code = strings.TrimSpace(code)
		if !casework.KnownQueue(code) {
			return nil, Misused("the queues are "+Listed(casework.Queues), "There is no queue %q.", code)
		}
		if q := casework.Queue(code); !slices.Contains(queues, q) {
			queues = append(queues, q)
		}
	}
	return queues, nil
}

// Readers returns by queue the handlers who get the keys of new cases.
func Readers(handlers []store.Handler) map[casework.Queue][]store.Handler {
	by := map[casework.Queue][]store.Handler{}
	for _, h := range handlers {
		for _, q := range h.Queues {
			by[q] = append(by[q], h)
		}
	}
	return by
}

// Unread lists the queues that nobody can read.
func Unread(handlers []store.Handler) []casework.Queue {
	by := Readers(handlers)
	var all []casework.Queue
	for _, q := range casework.Routed {
		if len(by[q]) == 0 {
			all = append(all, q)
		}
	}
	return all
}
