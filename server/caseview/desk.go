package caseview

import (
	"hotline/store"
	"hotline/store/casework"
)

// DeskCase is a case as a handler's browser sees it: CASE of docs/desk-api.md.
type DeskCase struct {
	Form       string            `json:"form"`
	On         casework.Day      `json:"on"`
	Case       Facts             `json:"case"`
	Dates      DeskDates         `json:"dates"`
	Key        []byte            `json:"key"`
	Messages   []DeskMessage     `json:"messages,omitempty"` // stand last: they are read while they are sent
	Earlier    int               `json:"earlier"`            // as in ReporterCase
	Files      []File            `json:"files"`
	Events     []Event           `json:"events"`
	Handlers   map[string]string `json:"handlers"`
	Colleagues []string          `json:"colleagues"`
	Moves      []Move            `json:"moves"`
	Read       int               `json:"read"`
	Limits     ScriptLimits      `json:"limits"`

	Exclusions []Exclusion      `json:"exclusions"`
	Excludable []string         `json:"excludable"`
	Queues     []casework.Queue `json:"queues"`   // that it can be handed over to
	Entities   []string         `json:"entities"` // that it can be about: those that stand in the clear
	Names      BranchNames      `json:"names,omitempty"`
	Name       Name             `json:"name"`
	Labels     []byte           `json:"labels"`
	Version    int              `json:"labels_version"`
	Links      []Link           `json:"links"`

	Classification []byte `json:"classification"` // empty while there is none
	Classified     int    `json:"classification_version"`

	Statements []Statement `json:"statements"`
	Retention  Retention   `json:"retention"`
}

// DeskPage is a part of a case's messages.
type DeskPage struct {
	Messages []DeskMessage     `json:"messages,omitempty"` // stand last, as in DeskCase
	Earlier  int               `json:"earlier"`
	Files    []File            `json:"files"`
	Handlers map[string]string `json:"handlers"` // names by id, of those who wrote them
}

// Exclusion is somebody who may not see the case.
type Exclusion struct {
	Who  string `json:"who"`
	Kind string `json:"kind"`
	At   int64  `json:"at"`
	By   string `json:"by"`
}

// Name is whether there is a reporter's name, and whether the handler may
// open it.
type Name struct {
	Held       bool `json:"held"`
	Designated bool `json:"designated"`
}

// Link is another case that the handler may read.
type Link struct {
	Kind     string          `json:"kind"`
	Case     string          `json:"case"`
	Branch   casework.Branch `json:"branch"`
	Category string          `json:"category"`
	State    casework.State  `json:"state"`
	Received casework.Day    `json:"received"`
}

// Facts stand in the row of a case.
type Facts struct {
	ID                string            `json:"id"`
	Queue             casework.Queue    `json:"queue"`
	Branch            casework.Branch   `json:"branch"` // who reads it
	Entity            string            `json:"entity"` // what it is about, "" the organisation
	Category          string            `json:"category"`
	Channel           casework.Channel  `json:"channel"`
	Kind              string            `json:"kind"` // "" until a handler has confirmed it
	Standing          casework.Standing `json:"standing"`
	Danger            casework.Danger   `json:"danger"`
	Urgent            bool              `json:"urgent"`
	State             casework.State    `json:"state"`
	Outcome           casework.Outcome  `json:"outcome"`
	Priority          casework.Priority `json:"priority"`
	Turn              casework.Turn     `json:"turn"`
	Assignee          string            `json:"assignee"`
	Recipient         string            `json:"recipient"`
	ReporterRecipient string            `json:"reporter_recipient"`
	LastSeq           int               `json:"last_seq"`
}

// DeskMessage is a message of any kind, sealed.
type DeskMessage struct {
	Seq    int                  `json:"seq"`
	From   casework.Sender      `json:"from"`
	Kind   casework.MessageKind `json:"kind"`
	On     casework.Day         `json:"on"`
	At     int64                `json:"at"`
	By     string               `json:"by"`
	Sealed []byte               `json:"sealed"`
}

// Event is something that was done.
type Event struct {
	After   int              `json:"after"`
	At      int64            `json:"at"`
	By      string           `json:"by"`
	What    string           `json:"what"`
	From    string           `json:"from"`
	To      string           `json:"to"`
	Outcome casework.Outcome `json:"outcome"`
}

// Move is a move that can be made now.
type Move struct {
	To       casework.State     `json:"to"`
	Message  casework.Sender    `json:"message"` // that comes with it; "" none
	Note     bool               `json:"note"`    // that one comes with it, before the message
	Outcomes []casework.Outcome `json:"outcomes"`
}

// FactsOf is what stands in the row of a case.
func FactsOf(c store.Case) Facts {
	return Facts{
		c.ID, c.Queue(), c.Branch, c.Entity, c.Category, c.Channel, c.Kind, c.Standing, c.Danger, c.History().Urgent(), c.State, c.Outcome, c.Priority, c.Turn, c.Assignee, c.Recipient, c.ReporterRecipient, c.LastSeq,
	}
}

// MovesOf lists the moves from a state.
func MovesOf(from casework.State) []Move {
	moves := []Move{}
	for _, to := range from.Next() {
		m := casework.Move{From: from, To: to}
		move := Move{To: to, Message: m.Message(), Note: m.Note(), Outcomes: []casework.Outcome{}}
		if m.Closes() {
			move.Outcomes = casework.Outcomes
		}
		moves = append(moves, move)
	}
	return moves
}

// DeskMessageOf is a message for a handler's browser.
func DeskMessageOf(m store.Message) DeskMessage {
	return DeskMessage{m.Seq, m.From, m.Kind, m.On, m.At, m.By, m.Sealed}
}

// LinkOf is a link for a handler's browser.
func LinkOf(l store.Link) Link {
	return Link{l.Kind, l.CaseID, l.Branch, l.Category, l.State, l.Received}
}

// ExclusionOf is an exclusion for a handler's browser.
func ExclusionOf(e store.Exclusion) Exclusion { return Exclusion{e.HandlerID, e.Kind, e.At, e.By} }
