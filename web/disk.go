//go:build dev

package web

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// Live is whether the files may change while the program runs.
const Live = true

// Templates returns the html/template files, without a folder.
func Templates() fs.FS { return os.DirFS(beside("templates")) }

// Static returns the files served under /static/, without a folder: those of the
// folder HOTLINE_STATIC, where there is one.
func Static() fs.FS {
	if folder := os.Getenv("HOTLINE_STATIC"); folder != "" {
		return os.DirFS(folder)
	}
	return os.DirFS(beside("static"))
}

// beside returns the path of a folder beside this file.
func beside(name string) string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), name)
}
