// Command precompress writes FILE.br beside every file of a folder that brotli
// makes smaller, as small as it goes, and removes those whose file is gone. It
// is part of `make assets`: done when the server starts, it would cost half a
// second and a hundred megabytes.
package main

import (
	"bytes"
	"errors"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/andybalholm/brotli"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: precompress FOLDER")
	}
	if err := precompress(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func precompress(folder string) error {
	old, err := filepath.Glob(filepath.Join(folder, "*.br"))
	for _, name := range old {
		err = errors.Join(err, os.Remove(name))
	}
	if err != nil {
		return err
	}
	names, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil {
		return err
	}
	for _, name := range names {
		plain, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if small := compressed(plain); len(small) < len(plain) && !strings.HasSuffix(name, ".br") {
			if err := os.WriteFile(name+".br", small, 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

func compressed(plain []byte) []byte {
	var b bytes.Buffer
	w := brotli.NewWriterLevel(&b, brotli.BestCompression)
	_, _ = w.Write(plain) // a bytes.Buffer takes everything
	_ = w.Close()
	return b.Bytes()
}
