package serve

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"hotline/cmd/hotline/cli"
	"hotline/store/folder"
)

// claim makes the data folder and locks it for a server. Closing the returned
// file, or the end of the process, gives it back.
func claim(dir string) (*os.File, error) {
	if err := folder.Make(dir); err != nil {
		return nil, cli.Unwritable(dir, err)
	}
	lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, cli.Unwritable(dir, err)
	}
	free, err := tryLock(lock)
	if err != nil {
		lock.Close()
		return nil, cli.Unwritable(dir, err)
	}
	if !free {
		holder, _ := io.ReadAll(io.LimitReader(lock, 32))
		lock.Close()
		return nil, cli.Failed("stop that one first, or choose another folder with --data",
			"Another hotline server%s uses the folder %s.", process(string(holder)), dir)
	}
	if err = lock.Truncate(0); err == nil {
		_, err = lock.WriteAt(fmt.Appendln(nil, os.Getpid()), 0)
	}
	if err != nil {
		lock.Close()
		return nil, cli.Unwritable(dir, err)
	}
	return lock, nil
}

// process names the holder of the lock, if it has written its number yet.
func process(number string) string {
	if number = strings.TrimSpace(number); number == "" {
		return ""
	}
	return " (process " + number + ")"
}
