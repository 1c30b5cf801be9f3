package casework

// Turn says who has to act on a case next. It follows from the state and from
// what was written last.
type Turn string

// The turns. After its end, too, a case can be somebody's turn: what a reporter
// writes then is read and answered.
const (
	TurnNew      Turn = "new"      // nobody has acknowledged it yet
	TurnDesk     Turn = "desk"     // we
	TurnReporter Turn = "reporter" // we asked, and wait for the answer
	TurnEnded    Turn = "ended"    // nobody
)

// TurnIn returns whose turn it is once a case has come to a state; asked: the
// desk's question stands without an answer. Of junk it is nobody's.
func TurnIn(s State, standing Standing, asked bool) Turn {
	switch {
	case s.Ended(), standing == Junk:
		return TurnEnded
	case s == Received:
		return TurnNew
	case asked:
		return TurnReporter
	}
	return TurnDesk
}

// After returns whose turn it is after a message to a case in this state, where
// it was t's before. Notes and answers to what a page asks change nothing, and neither
// does information while a case is open.
func (t Turn) After(s State, from Sender, kind MessageKind) Turn {
	switch {
	case t == TurnEnded && !s.Ended() && from != FromReporter: // junk
		return t
	case kind == Asked:
		return t
	case s == Received:
		return TurnIn(s, Counts, false)
	case from == FromReporter:
		return TurnDesk
	case from == FromDesk && kind == Question:
		return TurnReporter
	case from == FromDesk && (kind == Answer || s.Ended()):
		return TurnIn(s, Counts, false)
	}
	return t
}

// Priority is how urgent the desk thinks a case is.
type Priority string

// The priorities.
const (
	Normal Priority = "normal"
	High   Priority = "high"
)

// Priorities lists the priorities in the order they are shown.
var Priorities = []Priority{Normal, High}

// Danger is whether somebody is in danger.
type Danger string

// What is known of danger. DangerOpen is due on the day of receipt.
const (
	NoDanger    Danger = ""
	DangerOpen  Danger = "open"  // the reporter, or a handler, says so, and nobody has recorded that they acted
	DangerActed Danger = "acted" // a handler has acted
)

// Dangers lists what a handler can set.
var Dangers = []Danger{NoDanger, DangerOpen, DangerActed}

// Standing is whether a case is one: what figures count, and what waits for the
// desk.
type Standing string

// The standings.
const (
	Counts    Standing = "counts"
	Duplicate Standing = "duplicate" // the same reporter and matter as another case
	Junk      Standing = "junk"      // spam, a test; nothing is due, and nobody is told
)

// Standings lists the standings in the order they are offered.
var Standings = []Standing{Counts, Duplicate, Junk}

// MessageKind is what a message of the desk, or a note, is for.
type MessageKind string

// The kinds of the desk's messages.
const (
	Information MessageKind = ""
	Question    MessageKind = "question" // we wait for the reporter
	Answer      MessageKind = "answer"   // the feedback that the law asks for
)

// Task is a note that makes a task, or says what became of one.
const Task MessageKind = "task"

// Asked is an answer of the reporter to what their page asks by itself: whether anybody
// treats them badly, whether they are satisfied. It is the same for every answer, and
// makes no work: what has to be acted on comes as a case or a message of its own.
const Asked MessageKind = "asked"

// MessageKinds lists the kinds of the desk's messages in the order they are offered.
var MessageKinds = []MessageKind{Information, Question, Answer}

// Tabs are the lists of the desk, in the order shown.
var Tabs = []string{TabUrgent, TabNew, TabMine, TabOverdue, TabReporter, TabDesk, TabClosed, TabGoing, TabJunk, TabAll}

// The tabs. TabMine, TabReporter and TabDesk hold closed cases and junk only while
// it is somebody's turn, TabOverdue only those that are watched.
const (
	TabUrgent   = "urgent"   // somebody is in danger
	TabNew      = "new"      // not acknowledged
	TabMine     = "mine"     // assigned to the reader
	TabOverdue  = "overdue"  // a due day has passed
	TabReporter = "reporter" // waiting for the reporter
	TabDesk     = "desk"     // waiting for us
	TabClosed   = "closed"
	TabGoing    = "going" // their deletion is announced
	TabJunk     = "junk"
	TabAll      = "all"
)
