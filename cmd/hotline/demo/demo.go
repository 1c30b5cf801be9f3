package demo

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"hotline/cmd/hotline/cli"
	"hotline/crypto"
	"hotline/i18n"
	"hotline/store"
	"hotline/store/casework"
)

// Demo is what was made for a demonstration.
type Demo struct {
	dir      string
	handlers []samplePerson
	others   []samplePerson // who read no case
	receipts []shownReceipt // of the cases to try
	example  string         // id of a case to export
	opener   string         // path of an identity that opens it
}

// roleNotes say what those do who read no case.
var roleNotes = map[string]string{
	store.RoleAdmin:   "administrator%s: reads no case",
	store.RoleIntake:  "enters what callers and visitors say%s: reads no case",
	store.RoleAuditor: "auditor%s: sees who did what, and reads no case",
}

// roleNote says what somebody does by a role, be it for one entity alone.
func roleNote(written string) string {
	role, entity := store.SplitRole(written)
	of := ""
	if entity != casework.Root {
		of = " of " + entity + " alone"
	}
	return fmt.Sprintf(roleNotes[role], of)
}

type shownReceipt struct {
	receipt  crypto.Receipt
	language string
	about    string
}

// Print says what there is to try: site is the address of the pages, ops that of
// the pages for those who run it, "" for none. It is written in one piece: whoever waits
// for its first line finds the rest.
func (d *Demo) Print(w io.Writer, site, ops string, c *cli.Config) {
	var b bytes.Buffer
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	p("Hotline listens on %s/", site)
	p("This is a demonstration: nothing in it is real. It ends with Ctrl+C, and then the")
	p("folder %s is removed.", d.dir)
	p("\nPages (start, report, follow-up)")
	for _, l := range i18n.Languages {
		p("  %s/%s/  %s/%s/report  %s/%s/follow-up  %s", site, l.Code, site, l.Code, site, l.Code, l.Name)
	}
	p("  %s/ja/at/tokyo/  %s/pt/at/br/  %s/es/at/mx/  %s/zh/at/cn/  %s/es/at/iberia/  companies of the group", site, site, site, site, site)
	if ops != "" {
		p("\nFor those who run it\n  %s/livez  %s/readyz  %s/metrics", ops, ops, ops)
	}
	p("\nReceipts to follow up with")
	for _, r := range d.receipts {
		p("  %s  %s/%s/follow-up  %s", r.receipt, site, r.language, r.about)
	}
	p("\nThe desk: sign in with any of these addresses; everybody's password is  %s", password)
	for _, l := range i18n.Languages {
		p("  %s/%s/desk  %s", site, l.Code, l.Name)
	}
	p("")
	for _, h := range d.handlers {
		p("  %-32s %s, reads %s", h.Email, h.Name, cli.Listed(h.Branches))
	}
	for _, o := range d.others {
		p("  %-32s %s, %s", o.Email, o.Name, roleNote(o.Role))
	}
	p("\nIdentity files, which open the same cases without the desk")
	for _, h := range d.handlers {
		p("  %s", filepath.Join(d.dir, h.Identity))
	}
	data := "--data " + cli.Quoted(c.Data)
	out := cli.Quoted(filepath.Join(d.dir, "case"))
	p("\nCommands to try, in another terminal")
	p("  %s case list %s", cli.Program(), data)
	p("  %s case export %s %s %s", cli.Program(), data, d.example, out)
	p("  %s case open %s -i %s -o %s", cli.Program(), out, cli.Quoted(d.opener), cli.Quoted(filepath.Join(d.dir, "opened")))
	p("")
	w.Write(b.Bytes())
}

// writeIdentity makes a handler's identity file as age-keygen -pq does.
func writeIdentity(path string) (crypto.Identity, error) {
	id, err := crypto.NewIdentity()
	if err != nil {
		return nil, err
	}
	text := fmt.Sprintf("# created: %s\n# public key: %s\n%s\n", time.Now().Format(time.RFC3339), id.Recipient(), id)
	return id, cli.WriteNew(path, []byte(text))
}
