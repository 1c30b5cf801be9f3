package casework

import "slices"

// Members are who can receive cases: ids of handlers by branch. They are active,
// in the role of handler and have a recipient.
type Members map[Branch][]string

// Nearest returns the branch that reads the cases of a queue about an entity, and
// who reads them there: that of the nearest entity, upwards, that has a member.
// path is that of Entities.Path. Nobody: false.
func (m Members) Nearest(q Queue, path []string) (Branch, []string, bool) {
	for _, entity := range path {
		if b := BranchOf(q, entity); len(m[b]) > 0 {
			return b, m[b], true
		}
	}
	return BranchOf(q, Root), nil, false
}

// Route returns the branch that receives a report about an entity whose queue by
// the rules is first, and the ids of its handlers who get a key, excluded ones left
// out. If the exclusions leave nobody there, the report moves on to compliance and
// then to the independent queue. A queue that had no handler to begin with is
// closed: ErrNoHandler.
func (m Members) Route(first Queue, path, excluded []string) (Branch, []string, error) {
	b, _, read := m.Nearest(first, path)
	if !read {
		return b, nil, ErrNoHandler
	}
	return m.Remaining(b, path, excluded)
}

// Remaining returns where a case goes that a branch reads and that is about the
// entity of a path, and the ids of who reads it there, when some may not: it stays,
// or moves on to compliance, and then to the independent queue; never to nobody,
// which is ErrNoHandler.
func (m Members) Remaining(b Branch, path, excluded []string) (Branch, []string, error) {
	compliance, _, _ := m.Nearest(Compliance, path)
	independent, _, _ := m.Nearest(Independent, path)
	for _, b := range []Branch{b, compliance, independent} {
		if left := without(m[b], excluded); len(left) > 0 {
			return b, left, nil
		}
	}
	return b, nil, ErrNoHandler
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

// Seen returns the entity that a case about an entity is stored under in the clear:
// the nearest one upwards that has readers of its own or at least SeenPeople
// people, so that a small site does not point at somebody.
func (t Entities) Seen(code string, members Members) string {
	for _, c := range t.Path(code) {
		if e, _ := t.Find(c); c == Root || e.People >= SeenPeople || members.at(c) {
			return c
		}
	}
	return Root
}

// at reports whether some queue has members at an entity.
func (m Members) at(entity string) bool {
	for b, ids := range m {
		if b.Entity() == entity && len(ids) > 0 {
			return true
		}
	}
	return false
}
