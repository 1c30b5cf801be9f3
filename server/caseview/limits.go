package caseview

import (
	"iter"

	"hotline/store"
)

// Each is messages as a browser gets them, one after another.
func Each[T any](messages iter.Seq2[store.Message, error], shown func(store.Message) T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for m, err := range messages {
			if !yield(shown(m), err) {
				return
			}
		}
	}
}

// Limits are the sizes that a form accepts, as it tells the person.
type Limits struct {
	Text     int   // characters of the report or message
	Field    int   // characters of any other field
	Files    int   // number of files
	FileSize int64 // bytes of one file
}

// ScriptLimits are Limits for a script.
type ScriptLimits struct {
	Text     int   `json:"text"`
	Field    int   `json:"field"`
	Files    int   `json:"files"`
	FileSize int64 `json:"file_size"`
	Chunk    int64 `json:"chunk"` // the largest chunk of a file
}

// ForScripts returns the limits as scripts are told.
func (l Limits) ForScripts(chunk int64) ScriptLimits {
	return ScriptLimits{l.Text, l.Field, l.Files, l.FileSize, chunk}
}
