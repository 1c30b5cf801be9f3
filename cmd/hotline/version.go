package main

import (
	"fmt"
	"runtime"

	"hotline/cmd/hotline/cli"
)

type versionCommand struct{}

// Run prints what this program was built from.
func (*versionCommand) Run(c *cli.Console) error {
	fmt.Fprintf(c.Out, "hotline %s %s %s/%s\n", cli.Version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}
