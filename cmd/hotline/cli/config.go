package cli

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"hotline/server/settings"
	"hotline/store"
)

// Config is what every command can be told: by a flag, by the environment
// variable named beside it, or else by its default. A flag wins over the
// environment. Nothing is read from a file.
type Config struct {
	// Data is the folder of everything a server keeps: the SQLite database
	// hotline.db, the folder files/ with the sealed files, and lock, which a
	// running server holds. It is made, 0700, when it is not there.
	Data string `help:"Folder of everything the server keeps (default ${default})." env:"HOTLINE_DATA" default:"./data" placeholder:"DIR" group:"place"`

	// Database is where rows are kept: "" for hotline.db in the data folder,
	// the path of another SQLite file, or postgres://….
	Database string `help:"postgres://… URL (default SQLite in the data folder)." env:"HOTLINE_DATABASE" placeholder:"URL" group:"place"`

	// Listen is the address of the public pages. TLS is a reverse proxy's or
	// an onion service's work.
	Listen string `help:"Address of the public pages (default ${default})." env:"HOTLINE_LISTEN" default:"127.0.0.1:8080" placeholder:"ADDR" group:"server"`

	// PublicURL is what people type to get here. Its host may post forms, and
	// it is printed on the receipt page.
	PublicURL string `help:"Address that people type (default http:// and the address of --listen)." env:"HOTLINE_PUBLIC_URL" placeholder:"URL" group:"server"`

	// OpsListen is the address of /livez, /readyz and /metrics. "" is off.
	OpsListen string `help:"Address of /livez, /readyz and /metrics (default ${default}); empty for none." env:"HOTLINE_OPS_LISTEN" default:"127.0.0.1:9090" placeholder:"ADDR" group:"server"`

	// Limits "off" lifts the rate limits and the minimum time to fill a form
	// in. It is for load tests.
	Limits string `help:"Rate limits and minimum fill time (default ${default}); off is for load tests." env:"HOTLINE_LIMITS" default:"on" enum:"on,off" placeholder:"on|off" group:"server"`

	// Organization is the name that the pages show in every language that has none
	// of its own. "" leaves it to the page of the organization, where an
	// administrator chooses it, and the names in single languages.
	Organization string `help:"Name of the organization, as the pages show it (default what an administrator chose)." env:"HOTLINE_ORGANIZATION" placeholder:"NAME" group:"server"`

	// ExitURL is the neutral site that "Leave this page quickly" leads to. ""
	// leaves it to an administrator, and to settings.DefaultExitURL.
	ExitURL string `help:"Neutral site that the quick exit leads to (default what an administrator chose)." env:"HOTLINE_EXIT_URL" placeholder:"URL" group:"server"`

	// MaxFiles and MaxFileSize are the limits of one report or message.
	MaxFiles    int      `help:"Files that one report or message may carry (default ${default})." env:"HOTLINE_MAX_FILES" default:"20" placeholder:"N" group:"server"`
	MaxFileSize ByteSize `help:"Largest file, like 1GB (default ${default})." env:"HOTLINE_MAX_FILE_SIZE" default:"200MB" placeholder:"SIZE" group:"server"`

	// WebhookAllow are hosts that webhooks may lead to although their addresses are
	// not public: by the name or address that stands in the webhook's own.
	WebhookAllow []string `help:"Host in a private network that webhooks may lead to; can be repeated (default none)." env:"HOTLINE_WEBHOOK_ALLOW" placeholder:"HOST" group:"server"`

	// TimeZone is the organization's, by its IANA name. Days of receipt, and
	// with them all due dates, are counted in it. "" leaves it to an administrator;
	// until one has chosen, it is UTC.
	TimeZone string `help:"Time zone in which days are counted, like Asia/Tokyo (default what an administrator chose)." env:"HOTLINE_TIME_ZONE" placeholder:"ZONE" group:"server"`

	// SMTP is the mail server that tells handlers that there is something for them:
	// smtp://, which must go on encrypted unless it is on this machine and tls=off, or
	// smtps://. "" is no mail.
	SMTP string `name:"smtp" help:"Mail server, as smtp[s]://[USER@]HOST[:PORT][?tls=starttls|off]; off is for one on this machine (default no mail)." env:"HOTLINE_SMTP" placeholder:"URL" group:"mail"`

	// SMTPPasswordFile is the file with the password of SMTP's user.
	SMTPPasswordFile string `name:"smtp-password-file" help:"File with the password of that user." env:"HOTLINE_SMTP_PASSWORD_FILE" placeholder:"FILE" group:"mail"`

	// MailFrom is the bare address that mail is from.
	MailFrom string `help:"Address that mail is from." env:"HOTLINE_MAIL_FROM" placeholder:"ADDRESS" group:"mail"`

	// MailWindow is how far apart the times are at which mail leaves, so that the time
	// of a mail does not say when somebody reported.
	MailWindow time.Duration `help:"Mail leaves at fixed times, so far apart, 1s or more (default ${default}); where somebody is in danger, within a minute." env:"HOTLINE_MAIL_WINDOW" default:"30m" placeholder:"DURATION" group:"mail"`
}

// HelpGroups are the headings of the flags in the help.
var HelpGroups = []kong.Group{
	{Key: "place", Title: "Where things are kept:"},
	{Key: "server", Title: "The server:"},
	{Key: "mail", Title: "Mail to handlers:"},
}

// sqliteName is the database's name in the data folder.
const sqliteName = "hotline.db"

// DatabaseURL is what the store opens: a path or postgres://….
func (c *Config) DatabaseURL() string {
	if c.Database != "" {
		return c.Database
	}
	return filepath.Join(c.Data, sqliteName)
}

// UsesPostgres reports whether --database is a PostgreSQL server.
func (c *Config) UsesPostgres() bool {
	return strings.HasPrefix(c.Database, "postgres://") || strings.HasPrefix(c.Database, "postgresql://")
}

// FilesFolder is where the sealed files are.
func (c *Config) FilesFolder() string { return filepath.Join(c.Data, "files") }

// Limited reports whether rate limits and the minimum time to fill a form in hold.
func (c *Config) Limited() bool { return c.Limits != "off" }

// Zone returns the time zone in which days are counted: that of --time-zone, else
// the one that an administrator chose, else UTC.
func (c *Config) Zone(ctx context.Context, st *store.Store) (*time.Location, error) {
	chosen, err := st.Settings(ctx)
	switch name := cmp.Or(c.TimeZone, chosen.TimeZone); {
	case err != nil:
		return nil, err
	case name != "":
		return settings.LoadZone(name)
	}
	return time.UTC, nil
}

// SiteURL is --public-url without a slash at the end, or the address that
// the server listens on.
func (c *Config) SiteURL(listening string) string {
	if c.PublicURL != "" {
		return strings.TrimRight(c.PublicURL, "/")
	}
	return "http://" + Reachable(listening)
}

// Reachable turns an address to listen on into one to connect to: ":8080" is
// every address of the machine, and localhost is one of them.
func Reachable(listening string) string {
	host, port, err := net.SplitHostPort(listening)
	if err != nil {
		return listening
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}

// InTheClear reports whether reports would cross a network without TLS, as far
// as the configuration tells, and under which address.
func (c *Config) InTheClear() (address string, plain bool) {
	if c.PublicURL == "" {
		host, _, err := net.SplitHostPort(c.Listen)
		return "http://" + c.Listen, err == nil && !private(host)
	}
	u, err := url.Parse(c.PublicURL)
	return c.PublicURL, err == nil && u.Scheme == "http" && !private(u.Hostname())
}

// private reports whether a host is reached without crossing a network in the
// clear: this machine, or an onion service.
func private(host string) bool {
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsLoopback()
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || strings.HasSuffix(host, ".onion")
}

// Faults lists what a server cannot be started with.
func (c *Config) Faults() []*Fault {
	var all []*Fault
	add := func(wrong bool, hint, text string, args ...any) {
		if wrong {
			all = append(all, Misused(hint, text, args...))
		}
	}
	_, _, err := net.SplitHostPort(c.Listen)
	add(err != nil, "use HOST:PORT, like 127.0.0.1:8080", "--listen %q is not an address.", c.Listen)
	_, _, err = net.SplitHostPort(c.OpsListen)
	add(c.OpsListen != "" && err != nil, "use HOST:PORT, like 127.0.0.1:9090, or \"\" for none", "--ops-listen %q is not an address.", c.OpsListen)
	add(c.PublicURL != "" && !IsSite(c.PublicURL), "use https:// and the name of the site, without a path", "--public-url %q is not the address of a site.", c.PublicURL)
	add(c.ExitURL != "" && !settings.ValidExitURL(c.ExitURL), "use a whole address, like https://www.wikipedia.org/", "--exit-url %q is not a web address.", c.ExitURL)
	add(c.MaxFiles < 0 || c.MaxFiles > 1000, "use a number from 0 to 1000", "--max-files %d is out of range.", c.MaxFiles)
	for _, host := range c.WebhookAllow {
		add(!isHost(host), "use the name or the address alone, like tickets.example.internal or 10.0.0.7", "--webhook-allow %q is not the name of a host.", host)
	}
	_, err = settings.LoadZone(c.TimeZone)
	add(c.TimeZone != "" && err != nil, "use an IANA name, like Asia/Tokyo or Europe/Madrid", "There is no time zone %q.", c.TimeZone)
	return append(all, c.mailFaults()...)
}

// IsSite reports whether s is http(s)://host[:port] and nothing more.
func IsSite(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil &&
		(u.Path == "" || u.Path == "/") && u.RawQuery == "" && u.Fragment == ""
}

// isHost reports whether s is the name or the address of a host and nothing more.
func isHost(s string) bool {
	if _, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
		return true
	}
	u, err := url.Parse("https://" + s)
	return err == nil && s != "" && u.Host == s && u.Port() == "" && !strings.HasSuffix(s, ":") && !strings.ContainsAny(s, "*, ")
}

// ByteSize is a number of bytes, written "200MB" or plain.
type ByteSize int64

// sizeUnits are 1024 times each other, as the pages and most desktops count.
var sizeUnits = map[string]float64{
	"": 1, "B": 1, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30, "TB": 1 << 40,
	"KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30, "TIB": 1 << 40,
}

// UnmarshalText reads "200MB", "1 GB", "1.5GB" or a plain number of bytes.
func (b *ByteSize) UnmarshalText(text []byte) error {
	s := strings.ToUpper(strings.TrimSpace(string(text)))
	digits := strings.TrimRight(s, "KMGTIB ")
	unit, known := sizeUnits[strings.TrimSpace(s[len(digits):])]
	n, err := strconv.ParseFloat(digits, 64)
	if err != nil || !known || !(n >= 1) || n*unit > math.MaxInt64/2048 {
		return fmt.Errorf("%q is not a size like 200MB, 1GB or 5000000", text)
	}
	*b = ByteSize(n * unit)
	return nil
}
