package casework

import (
	"errors"
	"slices"
)

// Why a case cannot change its state.
var (
	ErrMove    = errors.New("casework: a case cannot go from this state to that one")
	ErrOutcome = errors.New("casework: a case is closed with an outcome, and only then has one")
	ErrReason  = errors.New("casework: this move is made with a message that gives the reason")
)

// next are the ways from each state. A case is acknowledged before anything
// else; whatever was closed can be taken up again.
var next = map[State][]State{
	Received:         {Acknowledged},
	Acknowledged:     {UnderReview, Investigating, Closed},
	UnderReview:      {Investigating, Closed},
	Investigating:    {UnderReview, CorrectiveAction, Closed},
	CorrectiveAction: {Investigating, Closed},
	Closed:           {Monitoring, Investigating},
	Monitoring:       {Closed, Investigating},
}

// Next returns the states that a case can go to from this one, in the order
// they are offered.
func (s State) Next() []State { return slices.Clone(next[s]) }

// Ended reports whether the desk has finished its work.
func (s State) Ended() bool { return s == Closed || s == Monitoring }

// Move is a change of a case's state on a day.
type Move struct {
	From, To State
	Outcome  Outcome // when a case that was open is closed; "" otherwise
	On       Day
}

// Check returns ErrMove or ErrOutcome for a move that no case can make.
func (m Move) Check() error {
	if !slices.Contains(next[m.From], m.To) {
		return ErrMove
	}
	if m.Closes() != slices.Contains(Outcomes, m.Outcome) || (!m.Closes() && m.Outcome != "") {
		return ErrOutcome
	}
	return nil
}

// Closes reports whether the move ends the desk's work on an open case.
func (m Move) Closes() bool { return m.To == Closed && !m.From.Ended() }

// Reopens reports whether the move takes a case up again that was closed.
func (m Move) Reopens() bool { return m.From.Ended() && !m.To.Ended() }

// Decides reports whether from this move on it is settled what becomes of the
// report: it is investigated, or it ends.
func (m Move) Decides() bool {
	return m.To == Investigating || m.To == CorrectiveAction || m.Closes()
}

// Message returns who reads the message that must come with a move, "" if it
// needs none: an acknowledgement is sent, whoever investigates tells the reporter so,
// and whoever closes a case gives the reporter the reason (Directive (EU) 2019/1937,
// art. 5(13): feedback gives the grounds for the follow-up).
func (m Move) Message() Sender {
	if m.To == Acknowledged || m.To == Investigating || m.Closes() {
		return FromDesk
	}
	return ""
}

// Note reports whether a note must come with a move, before its message: whoever
// investigates has said whether a reader depends on the person concerned, and whoever
// takes a case up again tells the colleagues why.
func (m Move) Note() bool { return m.To == Investigating }
