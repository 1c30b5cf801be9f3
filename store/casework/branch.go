package casework

import "strings"

// Root is the entity that all others belong to: the organisation itself. Its code
// is empty, so that an organisation with one entity never meets one.
const Root = ""

// RootName stands for the root where a code is wanted in words: on the command line
// and in its output.
const RootName = "main"

// Branch is a queue at one entity: the people who read its cases there. It is
// written "hr" at the root and "hr@br" at the entity br.
type Branch string

// BranchOf returns the branch of a queue at an entity.
func BranchOf(q Queue, entity string) Branch {
	if entity == Root {
		return Branch(q)
	}
	return Branch(string(q) + "@" + entity)
}

// AtRoot returns the branches of queues at the root.
func AtRoot(queues ...Queue) []Branch {
	branches := make([]Branch, len(queues))
	for i, q := range queues {
		branches[i] = Branch(q)
	}
	return branches
}

// Queue returns the queue that b is a branch of.
func (b Branch) Queue() Queue {
	queue, _, _ := strings.Cut(string(b), "@")
	return Queue(queue)
}

// Entity returns the code of the entity that b is at, Root for the root.
func (b Branch) Entity() string {
	_, entity, _ := strings.Cut(string(b), "@")
	return entity
}
