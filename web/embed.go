//go:build !dev

package web

import (
	"embed"
	"io/fs"
)

// Live is whether the files may change while the program runs.
const Live = false

//go:embed templates/*.html
var templates embed.FS

//go:embed static
var static embed.FS

// Templates returns the html/template files, without a folder.
func Templates() fs.FS { return sub(templates, "templates") }

// Static returns the files served under /static/, without a folder.
func Static() fs.FS { return sub(static, "static") }

func sub(files embed.FS, folder string) fs.FS {
	f, err := fs.Sub(files, folder)
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return f
}
