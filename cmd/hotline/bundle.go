package main

import (
	"fmt"
	"regexp"
	"strconv"

	"hotline/store/casework"
)

// bundleVersion is the version of an exported case's layout:
//
//	case.json                 what the server knows
//	keys/HANDLER.age          the case identity, sealed to that handler
//	0001-report.json.age      the messages in order: NNNN-SENDER.json.age
//	files/ID.age              the files, sealed and padded
//	README.txt                how to open it with the age command
const bundleVersion = 1

const (
	bundleCase   = "case.json"
	bundleKeys   = "keys"
	bundleFiles  = "files"
	bundleReadme = "README.txt"
)

// bundle is case.json.
type bundle struct {
	Version int `json:"format"`
	listedCase
	Recipient         string          `json:"recipient"`
	ReporterRecipient string          `json:"reporter_recipient"`
	Keys              []string        `json:"key_files"` // paths in the folder, as all below
	MessageFiles      []bundleMessage `json:"message_files"`
	SealedFiles       []bundleFile    `json:"sealed_files"`
}

type bundleMessage struct {
	Path string          `json:"path"`
	Seq  int             `json:"seq"`
	From casework.Sender `json:"from"`
	On   casework.Day    `json:"on"`
	At   string          `json:"at,omitempty"` // RFC 3339, of what handlers do
}

type bundleFile struct {
	Path string `json:"path"`
	ID   string `json:"id"`
	Seq  int    `json:"seq"`  // of the message that carries it
	Size int64  `json:"size"` // sealed and padded, bytes
}

func messagePath(seq int, from casework.Sender) string {
	return fmt.Sprintf("%04d-%s.json.age", seq, from)
}

var messageName = regexp.MustCompile(`^([0-9]{4,9})-(report|reporter|desk|note)\.json\.age$`)

// parseMessagePath is the opposite of messagePath.
func parseMessagePath(name string) (seq int, from casework.Sender, ok bool) {
	m := messageName.FindStringSubmatch(name)
	if m == nil {
		return 0, "", false
	}
	seq, err := strconv.Atoi(m[1])
	return seq, casework.Sender(m[2]), err == nil
}
