package view

// Access is the page on which a handler gives colleagues, or themselves with the
// recovery identity, keys that they lack. What it shows comes from a script.
type Access struct {
	Desk
	Recovery bool // there is a recovery recipient
}

// Search is the page on which a handler searches what they can open. Everything
// happens in the browser.
type Search struct {
	Desk
	Handlers map[string]string // names by id
}
