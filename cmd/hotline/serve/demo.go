package serve

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"hotline/cmd/hotline/cli"
	"hotline/cmd/hotline/demo"
)

// runDemo serves sample cases from a temporary folder. It is always SQLite in
// that folder, whatever --data and --database say: a demonstration must not
// write into a hotline that is real.
func runDemo(ctx context.Context, c *cli.Config, con *cli.Console) error {
	dir, err := os.MkdirTemp("", "hotline-demo-")
	if err != nil {
		return err
	}
	own := *c
	own.Data, own.Database = filepath.Join(dir, "data"), ""
	own.SMTP, own.SMTPPasswordFile, own.MailFrom = "", "", "" // its people are invented
	err = serveDemo(ctx, &own, con, dir)
	if err := errors.Join(err, os.RemoveAll(dir)); err != nil {
		return err
	}
	fmt.Fprintf(con.Out, "The folder %s is removed.\n", dir)
	return nil
}

func serveDemo(ctx context.Context, c *cli.Config, con *cli.Console, dir string) error {
	s, err := start(ctx, c, con, true)
	if err != nil {
		return err
	}
	defer s.close()
	d, err := demo.Seed(ctx, c, dir)
	if err != nil {
		return err
	}
	ops := ""
	if s.ops != nil {
		ops = "http://" + cli.Reachable(s.ops.Addr().String())
	}
	d.Print(con.Out, s.address(), ops, c)
	return s.run(ctx)
}
