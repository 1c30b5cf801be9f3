// Command hotline runs a whistleblowing hotline, and does the work around it
// on the same machine: handlers, cases, checks.
//
//	hotline serve [--demo]      run the server (the default command)
//	hotline handler invite      print a one-time link to enrol
//	hotline handler add         a handler whose identity stays offline
//	hotline handler list
//	hotline handler disable E
//	hotline queue list | add
//	hotline entity list | add | set
//	hotline case list [--json]
//	hotline case export CASE DIR
//	hotline case open DIR -i IDENTITY-FILE [-o OUT]
//	hotline case grant (CASE … | --all) --to EMAIL|recovery -i IDENTITY-FILE
//	hotline purge --dry-run | --due
//	hotline mail test --to ADDRESS
//	hotline doctor [--url URL]
//	hotline version
//
// Every command but "case open" and "doctor --url" works on the data folder of
// a server, also while that server runs; [cli.Config] is what they can be told.
// They exit with 0 when all is well, 1 when something failed and 2 when they
// were called wrongly, and say what is wrong on stderr, in a sentence and a hint.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // --time-zone must work on machines without zone files

	"github.com/alecthomas/kong"

	"hotline/cmd/hotline/cases"
	"hotline/cmd/hotline/cli"
	"hotline/cmd/hotline/doctor"
	"hotline/cmd/hotline/handler"
	"hotline/cmd/hotline/mail"
	"hotline/cmd/hotline/organization"
	"hotline/cmd/hotline/purge"
	"hotline/cmd/hotline/serve"
)

// commandLine is the whole of it. Each command's flags are beside its code.
type commandLine struct {
	cli.Config

	Serve   serve.Command `cmd:"" default:"withargs" help:"Run the server (the default command)."`
	Handler struct {
		Invite  handler.Invite  `cmd:"" help:"Print a one-time link with which somebody enrols."`
		Add     handler.Add     `cmd:"" help:"Add a handler whose identity stays offline."`
		List    handler.List    `cmd:"" help:"List the handlers."`
		Disable handler.Disable `cmd:"" help:"End a handler's work: new reports are not sealed to them any more."`
	} `cmd:"" help:"Handlers: the people who read and answer cases."`
	Queue struct {
		List organization.ListQueues `cmd:"" help:"List the queues, and who reads them."`
		Add  organization.AddQueue   `cmd:"" help:"Add a queue of your own."`
	} `cmd:"" help:"Queues: the desks that cases are routed to."`
	Entity struct {
		List organization.ListEntities `cmd:"" help:"List the companies and sites, and what holds there."`
		Add  organization.AddEntity    `cmd:"" help:"Add a company or site."`
		Set  organization.SetEntity    `cmd:"" help:"Change what is said about a company or site."`
	} `cmd:"" help:"Entities: the companies and sites of the organisation."`
	Case struct {
		List   cases.List   `cmd:"" help:"List the cases, as far as the server knows them."`
		Export cases.Export `cmd:"" help:"Write a case as sealed files into a new folder."`
		Open   cases.Open   `cmd:"" help:"Open an exported case with an identity file, offline."`
		Grant  cases.Grant  `cmd:"" help:"Give somebody access to cases with an identity that opens them."`
	} `cmd:"" help:"Cases: reports with their messages and files."`
	Mail struct {
		Test mail.Test `cmd:"" help:"Send one mail as the server does, and say what the mail server answers."`
	} `cmd:"" help:"Mail to handlers."`
	Purge   purge.Command  `cmd:"" help:"Delete the cases whose day has come, or list which will be deleted."`
	Doctor  doctor.Command `cmd:"" help:"Check configuration, database, keys and disk."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

func main() {
	harden()
	os.Exit(run(os.Args[1:], &cli.Console{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}

// run runs one command and returns the exit code.
func run(args []string, c *cli.Console) int {
	// Not ended at once by SIGTERM and SIGINT: the server finishes what it has
	// begun, and a half export is removed. A second signal ends the process.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	defer stop()

	var commands commandLine
	parser := kong.Must(&commands,
		kong.Name("hotline"),
		kong.Description("An anonymous, multilingual grievance and whistleblowing hotline. `hotline serve --demo` shows it with sample cases."),
		kong.Writers(c.Out, c.Err),
		kong.ConfigureHelp(kong.HelpOptions{FlagsLast: true}),
		kong.ExplicitGroups(cli.HelpGroups),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(&commands.Config, c),
	)
	ignoreEmptyEnvironment(parser.Model.Flags)
	command, err := parser.Parse(args)
	if err != nil {
		return cli.Report(c.Err, cli.WrongUsage(err))
	}
	if commands.Data == "" {
		return cli.Report(c.Err, cli.Misused("name a folder, or leave it out for ./data", "--data is empty."))
	}
	return cli.Report(c.Err, command.Run())
}

// ignoreEmptyEnvironment makes a variable that is set to nothing the same as
// one that is not set, as compose files leave them. Only --ops-listen has a
// meaning when it is empty.
func ignoreEmptyEnvironment(flags []*kong.Flag) {
	for _, f := range flags {
		for _, name := range f.Envs {
			if value, set := os.LookupEnv(name); set && value == "" && f.Name != "ops-listen" {
				os.Unsetenv(name)
			}
		}
	}
}
