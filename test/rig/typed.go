package rig

import "io"

// FormPaths take forms.
var FormPaths = []string{"/en/report", "/ja/follow-up", "/zh/follow-up/message"}

// Typed are answers with everything that is easily lost on the way.
func Typed() []Field {
	return []Field{
		{Name: "kind", Value: "consultation"}, {Name: "relationship", Value: "trainee"}, {Name: "subject", Value: "supplier"}, {Name: "category", Value: "bribery"},
		{Name: "text", Value: "\n  残業代が <b>三か月</b> & “支払われて” いません。😟\n\nSegunda línea: ñ ü ç\t終\u200b"}, {Name: "danger", Value: "yes"},
		{Name: "where", Value: "第2工場 \"A\" <棟>"}, {Name: "country", Value: "JP"}, {Name: "when", Value: "先月 & 今月"}, {Name: "people", Value: "O'Neill; 山田"},
		{Name: "reported_before", Value: "no — 'nobody' asked"}, {Name: "identity", Value: "desk"}, {Name: "name", Value: "Ünïcode"}, {Name: "contact", Value: "a+b@example.org"},
		{Name: "keep_metadata", Value: "yes"},
	}
}

// TextFile is an attachment of that size.
func TextFile(name string, size int64) File {
	return File{Name: name, Type: "text/plain", Content: io.LimitReader(Endless{}, size)}
}

// WithForm puts a token before the fields of a form.
func WithForm(token string, fields ...Field) []Field {
	return append([]Field{{Name: "form", Value: token}}, fields...)
}

// TypedFields are the fields of the report form that take any text.
var TypedFields = []string{"where", "when", "people", "reported_before", "name", "contact"}

// Endless is a body without an end.
type Endless struct{}

// Read never ends.
func (Endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}
