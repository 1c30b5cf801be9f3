package casework

import (
	"errors"
	"regexp"
	"slices"
)

// ErrNoHandler says that nobody can receive the report now: the queue it
// belongs to, and every queue it could fall back to, has no handler with a key.
var ErrNoHandler = errors.New("casework: no handler can receive this report")

// QueueInfo is what an organisation says about a queue.
type QueueInfo struct {
	Code      Queue
	Name      string       // "" of a built-in queue: the program's own word
	Names     Translations // of Name
	Readers   string       // who reads there, in words for reporters; "" nothing is said
	ReadersIn Translations // of Readers
	Choosable bool         // reporters may choose it themselves
	Buyers    bool         // people who buy for the organisation read it: never what accuses its own buyers
}

// BuiltIn reports whether a queue is one that every organisation has.
func (q QueueInfo) BuiltIn() bool { return slices.Contains(Queues, q.Code) }

// Limits of what is written about queues.
const (
	QueuesLimit  = 30  // of an organisation
	ReadersLimit = 300 // characters
)

// ValidQueueCode reports whether an administrator's queue can have the code: as that
// of an entity, and with a letter first, so that no number stands for a desk.
func ValidQueueCode(code string) bool {
	return queueCode.MatchString(code) && code != "recovery" && code != Unsure
}

var queueCode = regexp.MustCompile(`^[a-z]([a-z0-9-]{0,22}[a-z0-9])?$`)

// Label returns what a queue is called in a language, "" for the program's own word.
func (q QueueInfo) Label(lang string) string { return q.Names.Of(q.Name, lang) }

// AllQueues returns the built-in queues, as the organisation describes them, and then
// its own in the order of their codes.
func AllQueues(described []QueueInfo) []QueueInfo {
	all := make([]QueueInfo, 0, len(Queues)+len(described))
	for _, code := range Queues {
		q := QueueInfo{Code: code}
		if i := slices.IndexFunc(described, func(d QueueInfo) bool { return d.Code == code }); i >= 0 {
			q = described[i]
		}
		q.Choosable, q.Buyers = false, code == Procurement
		all = append(all, q)
	}
	for _, q := range described {
		if !q.BuiltIn() {
			all = append(all, q)
		}
	}
	return all
}
