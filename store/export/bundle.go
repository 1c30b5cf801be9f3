// Package export writes a case as sealed files, into a folder or a ZIP archive.
// Nothing is opened: whoever exports a case needs no key, and learns nothing
// that the server does not know. The layout:
//
//	case.json                 what the server knows
//	keys/HANDLER.age          the case identity, sealed to that handler
//	keys/recovery.age         the same, sealed to the recovery recipient
//	name.json.age             the reporter's name, apart from the messages
//	classification.json.age   what the desk classified it as
//	0001-report.json.age      the messages in order: NNNN-SENDER.json.age
//	files/ID.age              the files, sealed and padded
//	README.txt                how to open it with the age command
package export

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"

	"hotline/store"
	"hotline/store/casework"
	"hotline/store/casework/law"
)

// Version is the version of the layout.
const Version = 1

// Names in an exported case.
const (
	CaseName   = "case.json"
	KeysName   = "keys"
	FilesName  = "files"
	ReadmeName = "README.txt"
	NameName   = "name.json.age"

	ClassificationName = "classification.json.age"
)

// Case is what the server knows of a case, in the open.
type Case struct {
	ID            string            `json:"id"`
	Queue         casework.Queue    `json:"queue"`
	Branch        casework.Branch   `json:"branch"` // who reads it: the queue at an entity
	Entity        string            `json:"entity"` // a code, casework.RootName for the organisation
	Category      string            `json:"category"`
	Channel       casework.Channel  `json:"channel"`
	Kind          string            `json:"kind"` // "" until a handler has confirmed it
	Standing      casework.Standing `json:"standing"`
	Danger        casework.Danger   `json:"danger"`
	State         casework.State    `json:"state"`
	Outcome       casework.Outcome  `json:"outcome,omitempty"`
	Received      casework.Day      `json:"received"`
	AcknowledgeBy casework.Day      `json:"acknowledge_by"`
	AnswerBy      casework.Day      `json:"answer_by"`
	Acknowledged  casework.Day      `json:"acknowledged,omitempty"`
	Closed        casework.Day      `json:"closed,omitempty"`
	MeetingAsked  casework.Day      `json:"meeting_asked,omitempty"`
	MeetingHeld   casework.Day      `json:"meeting_held,omitempty"`
	Due           casework.Day      `json:"due"` // the next one, "" none
	DueFor        law.DueFor        `json:"due_for,omitempty"`
	Messages      int               `json:"messages"`
	Files         int               `json:"files"`
}

// CaseOf describes a case, with its dates by the organisation's profile.
func CaseOf(c store.Case, profile law.Profile) Case {
	dates := profile.Dates(c.History())
	due, dueFor := dates.Due()
	return Case{
		ID: c.ID, Queue: c.Queue(), Entity: cmp.Or(c.Entity, casework.RootName), Branch: c.Branch, Category: c.Category, Channel: c.Channel, Kind: c.Kind, Standing: c.Standing, Danger: c.Danger,
		State: c.State, Outcome: c.Outcome,
		Received: c.Received, AcknowledgeBy: dates.Acknowledge.On, AnswerBy: dates.Answer.On, Acknowledged: c.Acknowledged,
		Closed: c.Closed, MeetingAsked: c.MeetingAsked, MeetingHeld: c.MeetingHeld, Due: due, DueFor: dueFor, Messages: c.LastSeq, Files: c.Files,
	}
}

// Bundle is case.json.
type Bundle struct {
	Version int `json:"format"`
	Case
	Recipient         string      `json:"recipient"`
	ReporterRecipient string      `json:"reporter_recipient"`
	Keys              []string    `json:"key_files"` // paths in the folder, as all below
	NameFile          string      `json:"name_file,omitempty"`
	Classification    string      `json:"classification_file,omitempty"`
	MessageFiles      []Message   `json:"message_files"`
	Statements        []Statement `json:"statements"`
	SealedFiles       []File      `json:"sealed_files"`
}

// Statement is where the reporter's check of a message stands in case.json.
type Statement struct {
	Seq   int                `json:"seq"`
	State casework.Statement `json:"state"`
	On    casework.Day       `json:"on,omitempty"`
}

// Message is a message in case.json.
type Message struct {
	Path string          `json:"path"`
	Seq  int             `json:"seq"`
	From casework.Sender `json:"from"`
	On   casework.Day    `json:"on"`
	At   string          `json:"at,omitempty"` // RFC 3339, of what handlers do
}

// File is a file in case.json.
type File struct {
	Path string `json:"path"`
	ID   string `json:"id"`
	Seq  int    `json:"seq"`  // of the message that carries it
	Size int64  `json:"size"` // sealed and padded, bytes
}

func messagePath(seq int, from casework.Sender) string {
	return fmt.Sprintf("%04d-%s.json.age", seq, from)
}

var messageName = regexp.MustCompile(`^([0-9]{4,9})-(report|reporter|desk|note)\.json\.age$`)

// ParseMessagePath reads the name of a message's file.
func ParseMessagePath(name string) (seq int, from casework.Sender, ok bool) {
	m := messageName.FindStringSubmatch(name)
	if m == nil {
		return 0, "", false
	}
	seq, err := strconv.Atoi(m[1])
	return seq, casework.Sender(m[2]), err == nil
}
