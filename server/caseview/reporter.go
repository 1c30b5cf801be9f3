// Package caseview is a case as pages and APIs show it: to the reporter and to
// handlers, in the clear what the server knows and sealed what it does not.
package caseview

import (
	"hotline/store"
	"hotline/store/casework"
	"hotline/store/casework/law"
)

// ReporterCase is a case as its reporter's browser sees it: sealed, and without
// what is for handlers only.
type ReporterCase struct {
	Form              string            `json:"form"`
	On                casework.Day      `json:"on"`
	Case              string            `json:"case"`
	Branch            casework.Branch   `json:"branch"`
	Names             BranchNames       `json:"names,omitempty"`
	Kind              string            `json:"kind"` // "" until a handler has confirmed it
	State             casework.State    `json:"state"`
	Outcome           casework.Outcome  `json:"outcome"`
	Recipient         string            `json:"recipient"`
	ReporterRecipient string            `json:"reporter_recipient"`
	LastSeq           int               `json:"last_seq"`
	Full              string            `json:"full"` // what it takes no more of from the reporter: FullMessages, FullFiles, "" nothing
	Dates             ReporterDates     `json:"dates"`
	Messages          []ReporterMessage `json:"messages,omitempty"` // stand last: they are read while they are sent
	Earlier           int               `json:"earlier"`            // the number to ask before for those before this page; 0: there are none. Messages with smaller ones are of the beginning
	Files             []File            `json:"files"`
	Limits            ScriptLimits      `json:"limits"`
	Name              []byte            `json:"name"` // sealed apart from the report; empty: there is none
	Statements        []Statement       `json:"statements"`
	Asks              Asks              `json:"asks"`
	Transfers         []Transfer        `json:"transfers"`
}

// What a case takes no more of from its reporter: messages, and with them files, or files
// alone.
const (
	FullMessages = "messages"
	FullFiles    = "files"
)

// FullOf says what a case takes no more of, by what its reporter has written.
func FullOf(w casework.Written) string {
	switch {
	case casework.ReporterBound.Full(w):
		return FullMessages
	case casework.ReporterBound.FilesFull(w):
		return FullFiles
	}
	return ""
}

// BranchNames are what branches are called, by language, where that is not the
// program's own word for a queue.
type BranchNames map[casework.Branch]map[string]string

// Statement is where the reporter's check of something stands that was written down of
// what they said: an oral report, or a meeting.
type Statement struct {
	Seq   int                `json:"seq"` // of the message
	State casework.Statement `json:"state"`
	On    casework.Day       `json:"on"` // of the answer; "" none yet
}

// StatementsOf are the statements of a case for a browser.
func StatementsOf(all []store.Statement) []Statement {
	shown := make([]Statement, len(all))
	for i, s := range all {
		shown[i] = Statement(s)
	}
	return shown
}

// ToCheck is the statement that a page asks about: the first without an answer, else the
// last one; Seq 0: there is none.
func ToCheck(all []store.Statement) (s store.Statement) {
	for _, s = range all {
		if s.State == casework.StatementOffered {
			break
		}
	}
	return s
}

// Asks is what the page of a case asks its reporter by itself. What they answered stands
// in their sealed messages and nowhere else.
type Asks struct {
	Watch     int  `json:"watch"`     // whether anybody has treated them badly, by its months after the receipt; 0: not asked
	Satisfied bool `json:"satisfied"` // whether they are satisfied: the case is closed
}

// AsksOf is what the page of a case asks on a day.
func AsksOf(profile law.Profile, c store.Case, today casework.Day) Asks {
	return Asks{
		Watch:     profile.Dates(c.History()).WatchQuestion(today),
		Satisfied: c.Closed != "" && c.State.Ended() && c.Standing != casework.Junk,
	}
}

// ReporterMessage is a message that the reporter may see, sealed.
type ReporterMessage struct {
	Seq    int             `json:"seq"`
	From   casework.Sender `json:"from"`
	On     casework.Day    `json:"on"`
	Sealed []byte          `json:"sealed"`
}

// File is a sealed file of a message.
type File struct {
	ID   string `json:"id"`
	Seq  int    `json:"seq"`
	Size int64  `json:"size"`
}

// Transfer is that a case was handed to another queue, as its reporter is told:
// the day, and no persons.
type Transfer struct {
	On     casework.Day    `json:"on"`
	Branch casework.Branch `json:"branch"`
	After  int             `json:"after"` // number of the newest message that the reporter could see then
}

// FilesOf are files for a browser.
func FilesOf(files []store.File) []File {
	all := make([]File, len(files))
	for i, f := range files {
		all[i] = File{f.ID, f.Seq, f.Size}
	}
	return all
}

// ReporterMessageOf is a message for its reporter's browser.
func ReporterMessageOf(m store.Message) ReporterMessage {
	return ReporterMessage{m.Seq, m.From, m.On, m.Sealed}
}
