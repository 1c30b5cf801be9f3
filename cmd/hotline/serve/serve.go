package serve

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"syscall"
	"time"

	"hotline/cmd/hotline/cli"
	"hotline/i18n"
	"hotline/server"
	"hotline/server/intake"
	"hotline/server/ops"
	"hotline/server/session"
	"hotline/store"
	"hotline/store/blob"
)

// finishLimit is how long requests on their way may take once the server is
// asked to stop. It leaves time to close the database within the 30 seconds
// that service managers wait.
const finishLimit = 25 * time.Second

// Command is `hotline serve`.
type Command struct {
	Demo bool `help:"Show everything with sample cases, in a temporary folder."`
}

// Run runs the server until it is asked to stop.
func (cmd *Command) Run(ctx context.Context, c *cli.Config, con *cli.Console) error {
	if faults := c.Faults(); len(faults) > 0 {
		return faults[0]
	}
	if cmd.Demo {
		return runDemo(ctx, c, con)
	}
	s, err := start(ctx, c, con, false)
	if err != nil {
		return err
	}
	defer s.close()
	handlers, err := s.store.ActiveHandlers(ctx)
	if err != nil {
		return err
	}
	var greeting bytes.Buffer // printed as one, so that whoever waits for a line of it has it whole
	fmt.Fprintf(&greeting, "Hotline listens on %s/\n", s.address())
	if s.publicURL != s.address() {
		fmt.Fprintf(&greeting, "People reach it at %s/\n", s.publicURL)
	}
	if err := s.printSetup(ctx, &greeting); err != nil {
		return err
	}
	printNextSteps(&greeting, c, handlers)
	if _, err := greeting.WriteTo(con.Out); err != nil {
		return err
	}
	return s.run(ctx)
}

// running is a server with all that it holds.
type running struct {
	server    *server.Server
	publicURL string
	public    net.Listener
	ops       net.Listener // nil: none
	lock      *os.File
	store     *store.Store
	log       *slog.Logger
}

// start does everything up to the first request. What it holds when it fails,
// it gives back.
func start(ctx context.Context, c *cli.Config, con *cli.Console, demo bool) (s *running, err error) {
	s = &running{log: newLog(con.Err)}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	if cli.CanLockMemory() {
		_ = cli.LockMemory() // where it fails, memory is as it is without; doctor says when it cannot be had
	}
	if s.lock, err = claim(c.Data); err != nil {
		return s, err
	}
	if s.public, err = listen(c.Listen, "--listen", "choose another with --listen, or stop what uses it"); err != nil {
		return s, err
	}
	if c.OpsListen != "" {
		if s.ops, err = listen(c.OpsListen, "--ops-listen", `choose another with --ops-listen, or switch it off with --ops-listen ""`); err != nil {
			return s, err
		}
	}
	if s.store, err = cli.OpenForWriting(ctx, c); err != nil {
		return s, err
	}
	s.publicURL = c.SiteURL(s.public.Addr().String())
	s.server, err = assemble(ctx, c, s, demo)
	return s, err
}

func assemble(ctx context.Context, c *cli.Config, s *running, demo bool) (*server.Server, error) {
	files, err := blob.Open(c.FilesFolder())
	if err != nil {
		return nil, cli.Unwritable(c.Data, err)
	}
	mailServer, err := c.MailServer()
	if err != nil {
		return nil, err
	}
	if c.PasswordExposed() {
		s.log.Warn("other users of this machine can read the password of the mail server: chmod 600 it", "file", c.SMTPPasswordFile)
	}
	if !c.Limited() {
		s.log.Warn("rate limits and minimum fill time are off: this is for load tests only")
	}
	if address, plain := c.InTheClear(); plain {
		s.log.Warn("reports cross the network in the clear unless a reverse proxy adds TLS; give its https:// address as --public-url", "address", address)
	}
	return server.New(ctx, server.Config{
		Intake: intake.Config{
			Files:    c.MaxFiles,
			FileSize: int64(c.MaxFileSize),
			Limited:  c.Limited(),
		},
		Store:     s.store,
		Files:     files,
		Fixed:     store.Settings{Organization: c.Organization, ExitURL: c.ExitURL, TimeZone: c.TimeZone},
		Mail:      mailServer,
		Window:    c.MailWindow,
		PublicURL: s.publicURL,
		Version:   cli.Version(),
		Demo:      demo,
		Webhooks:  c.WebhookAllow,
		Log:       s.log,
		Now:       time.Now,
	})
}

// newLog logs for people, to stderr. What is logged never says who asked for
// what: no address, no path.
func newLog(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }

func listen(address, flag, hint string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	switch {
	case err == nil:
		return l, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, cli.Failed(hint, "The address %s is in use.", address).Because(err)
	case errors.Is(err, syscall.EACCES):
		return nil, cli.Failed("choose a port from 1024 on with "+flag, "This user may not listen on %s.", address).Because(err)
	}
	return nil, cli.Failed("see that "+flag+" names an address of this machine", "Hotline cannot listen on %s.", address).Because(err)
}

// address is where the public pages answer, whatever people type.
func (s *running) address() string { return "http://" + cli.Reachable(s.public.Addr().String()) }

// run answers until the context ends, and then finishes what has begun.
func (s *running) run(ctx context.Context) error {
	working, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	ended := make(chan error, 2)
	go func() { ended <- s.server.Serve(working, s.public) }()
	if s.ops != nil {
		go func() { ended <- ops.Serve(working, s.ops, ops.Handler(s.store.Ready, s.failing, s.log)) }()
	}
	select {
	case err := <-ended:
		return errors.Join(err, s.finish())
	case <-ctx.Done():
		s.log.Info("stopping: requests on their way are finished first")
		return s.finish()
	}
}

// failing counts those who cannot be told that there is something new.
func (s *running) failing(ctx context.Context) (int, error) {
	all, err := s.store.FailedDeliveries(ctx)
	return len(all), err
}

// finish stops listening and waits for the requests on their way.
func (s *running) finish() error {
	ctx, cancel := context.WithTimeout(context.Background(), finishLimit)
	defer cancel()
	if err := s.server.Shutdown(ctx); err != nil && ctx.Err() != nil {
		s.log.Warn("some requests were not finished in time; nothing that was acknowledged is lost")
	}
	return nil
}

// close gives everything back. With the store's closing, the database is one
// file again.
func (s *running) close() {
	for _, l := range []net.Listener{s.public, s.ops} {
		if l != nil {
			l.Close() // most often closed already
		}
	}
	if s.store != nil {
		if err := s.store.Close(); err != nil && !errors.Is(err, store.ErrBusy) {
			s.log.Error("closing the database failed", "error", err)
		}
	}
	if s.lock != nil {
		s.lock.Close()
	}
}

// printSetup prints the link with which the first administrator begins, as long
// as there is none. Every start makes another; the one before is void.
func (s *running) printSetup(ctx context.Context, w io.Writer) error {
	there, err := s.store.Administrated(ctx)
	if err != nil || there {
		return err
	}
	i, token := session.NewInvitation("")
	if err := s.store.Invite(ctx, i); err != nil {
		return err
	}
	fmt.Fprintf(w, "\nNobody administers this hotline yet. Set it up with this link, which works once, within %d hours:\n\n  %s\n",
		int(store.InvitationLife.Hours()), session.Link(s.publicURL, i18n.Fallback, token))
	return nil
}

// printNextSteps says what is missing before reports can be read.
func printNextSteps(w io.Writer, c *cli.Config, handlers []store.Handler) {
	missing := cli.Unread(handlers)
	if len(missing) == 0 {
		return
	}
	if len(handlers) == 0 {
		fmt.Fprint(w, "\nNobody can read reports yet, so none is taken. ")
	} else {
		fmt.Fprintf(w, "\nNobody can read reports for %s yet, so none is taken for it. ", cli.Listed(missing))
	}
	fmt.Fprint(w, "Invite who will read them, on the page of people or with:\n\n")
	fmt.Fprintf(w, "  %s handler invite --data %s --name \"Aiko Tanaka\" --email aiko@example.org", cli.Program(), cli.Quoted(c.Data))
	if c.Database != "" {
		fmt.Fprint(w, " --database …")
	}
	for _, q := range missing {
		fmt.Fprintf(w, " --queue %s", q)
	}
	fmt.Fprint(w, "\n\nThe server need not be restarted. (`handler add` is for a key that stays on another machine.)\n")
}
