package view

// ScriptLimits are Limits for a script.
type ScriptLimits struct {
	Text     int   `json:"text"`
	Field    int   `json:"field"`
	Files    int   `json:"files"`
	FileSize int64 `json:"file_size"`
	Chunk    int64 `json:"chunk"` // the largest piece of a file
}

// ForScripts returns the limits as scripts are told.
func (l Limits) ForScripts(chunk int64) ScriptLimits {
	return ScriptLimits{l.Text, l.Field, l.Files, l.FileSize, chunk}
}
