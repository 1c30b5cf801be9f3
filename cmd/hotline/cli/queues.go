package cli

import (
	"slices"
	"strings"

	"hotline/store"
	"hotline/store/casework"
)

// CheckEntity returns the code of an entity as an organisation has it;
// casework.RootName, and nothing, are the root.
func CheckEntity(o store.Organization, code string) (string, error) {
	code = strings.TrimSpace(code)
	if code == casework.RootName {
		code = casework.Root
	}
	if o.Entities.Known(code) {
		return code, nil
	}
	known := []string{casework.RootName}
	for _, e := range o.Entities[1:] {
		known = append(known, e.Code)
	}
	return "", Misused("the entities are "+Listed(known)+"; see `hotline entity list`", "There is no entity %q.", code)
}

// CheckQueues returns the queues of these codes, each once.
func CheckQueues(o store.Organization, codes []string) ([]casework.Queue, error) {
	var queues, known []casework.Queue
	for _, q := range o.Queues {
		known = append(known, q.Code)
	}
	for _, code := range codes {
		q := casework.Queue(strings.TrimSpace(code))
		if !slices.Contains(known, q) {
			return nil, Misused("the queues are "+Listed(known), "There is no queue %q.", code)
		}
		if !slices.Contains(queues, q) {
			queues = append(queues, q)
		}
	}
	return queues, nil
}

// CheckBranches returns the branches of queues at an entity, each once.
func CheckBranches(o store.Organization, codes []string, entity string) ([]casework.Branch, error) {
	entity, err := CheckEntity(o, entity)
	if err != nil {
		return nil, err
	}
	queues, err := CheckQueues(o, codes)
	var branches []casework.Branch
	for _, q := range queues {
		branches = append(branches, casework.BranchOf(q, entity))
	}
	return branches, err
}

// Readers returns by branch the handlers who get the keys of new cases.
func Readers(handlers []store.Handler) map[casework.Branch][]store.Handler {
	by := map[casework.Branch][]store.Handler{}
	for _, h := range handlers {
		for _, b := range h.Branches {
			by[b] = append(by[b], h)
		}
	}
	return by
}

// Unread lists the queues that reports go to and that nobody reads for the whole
// organisation.
func Unread(handlers []store.Handler) []casework.Queue {
	by := Readers(handlers)
	var all []casework.Queue
	for _, q := range casework.Routed {
		if len(by[casework.BranchOf(q, casework.Root)]) == 0 {
			all = append(all, q)
		}
	}
	return all
}
