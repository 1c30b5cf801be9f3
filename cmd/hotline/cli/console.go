package cli

import (
	"io"
	"os"
)

// Console is what a command reads from and writes to.
type Console struct {
	In  *os.File
	Out io.Writer
	Err *os.File
}
