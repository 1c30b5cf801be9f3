// Package web holds the pages' templates and the built stylesheets and scripts.
// They are part of the binary, so that it needs no files beside it. With the build
// tag dev they are read from the disk instead, see make dev.
package web
