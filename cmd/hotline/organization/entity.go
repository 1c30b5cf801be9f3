// Package organization has the commands for companies, sites and queues.
package organization

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"hotline/cmd/hotline/cli"
	"hotline/i18n"
	"hotline/server/countries"
	"hotline/server/settings"
	"hotline/store"
	"hotline/store/casework"
	"hotline/store/casework/law"
)

// ListEntities is `hotline entity list`.
type ListEntities struct{}

// Run prints the entities, each below the one it belongs to, with what holds there.
func (*ListEntities) Run(ctx context.Context, c *cli.Config, con *cli.Console) error {
	st, err := cli.OpenForReading(ctx, c)
	if err != nil {
		return err
	}
	defer st.Close()
	o, err := st.Organization(ctx)
	if err != nil {
		return err
	}
	handlers, err := st.ActiveHandlers(ctx)
	if err != nil {
		return err
	}
	by := cli.Readers(handlers)
	w := tabwriter.NewWriter(con.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "CODE\tCOUNTRY\tTIME ZONE\tDATES\tLANGUAGES\tPEOPLE\tQUEUES OF ITS OWN\tNAME")
	for _, e := range o.Entities {
		holds, code := o.Entities.Effective(e.Code), strings.Repeat("  ", o.Entities.Depth(e.Code))+e.Code
		if e.Code == casework.Root {
			code = casework.RootName
		}
		var queues []casework.Queue
		for _, q := range o.Queues {
			if len(by[casework.BranchOf(q.Code, e.Code)]) > 0 {
				queues = append(queues, q.Code)
			}
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", code, orDash(holds.Country), orDash(holds.TimeZone), law.ProfileOf(holds.Profile).Code,
			orDash(strings.Join(holds.Languages, ",")), people(e.People), orDash(cli.Listed(queues)), orDash(cli.Line(e.Name)))
	}
	return w.Flush()
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func people(n int) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprint(n)
}

// entityFields are what is said about an entity.
type entityFields struct {
	Name      map[string]string `help:"What it is called, by language; the first stands for languages without one. Can be repeated." placeholder:"en=TEXT"`
	Parent    *string           `help:"Code of the company that it belongs to (default: the organisation itself)." placeholder:"CODE"`
	Country   *string           `help:"Country, by its ISO code. Empty: that of the entity above." placeholder:"BR"`
	Zone      *string           `help:"Time zone in which days are counted there, by its IANA name. Empty: that of the entity above." placeholder:"ZONE"`
	Profile   *string           `help:"Dates: strictest, eu, de, fr, es, pt, it, jp or kr. Empty: those of the entity above." placeholder:"P"`
	Languages []string          `help:"Languages that reporters there are offered." placeholder:"pt,en"`
	Contact   map[string]string `help:"How else to reach somebody there, by language: telephone, post, visits, hours." placeholder:"pt=TEXT"`
	People    *int              `help:"How many people work there." placeholder:"N"`
}

// AddEntity is `hotline entity add`.
type AddEntity struct {
	Code string `required:"" help:"Short code, in addresses: lower-case letters, digits and hyphens." placeholder:"C"`
	entityFields
}

// Run adds the entity.
func (cmd *AddEntity) Run(ctx context.Context, c *cli.Config, con *cli.Console) error {
	if len(cmd.Name) == 0 {
		return cli.Misused("say --name en=TEXT, for example", "The entity needs a name.")
	}
	return put(ctx, c, con, casework.Entity{Code: cmd.Code}, cmd.entityFields, true)
}

// SetEntity is `hotline entity set`.
type SetEntity struct {
	Code string `arg:"" help:"Its code."`
	entityFields
}

// Run changes the entity.
func (cmd *SetEntity) Run(ctx context.Context, c *cli.Config, con *cli.Console) error {
	return put(ctx, c, con, casework.Entity{Code: cmd.Code}, cmd.entityFields, false)
}

// put stores an entity with what is said of it anew.
func put(ctx context.Context, c *cli.Config, con *cli.Console, e casework.Entity, fields entityFields, added bool) error {
	st, err := cli.OpenForWriting(ctx, c)
	if err != nil {
		return err
	}
	defer st.Close()
	o, err := st.Organization(ctx)
	if err != nil {
		return err
	}
	var was *casework.Entity
	if !added {
		known, found := o.Entities.Find(e.Code)
		if !found || e.Code == casework.Root {
			return cli.Failed("see `hotline entity list`; the organisation itself is changed on its page", "There is no entity %q to change.", e.Code)
		}
		e, was = known, &known
	}
	if err := fields.into(&e, o); err != nil {
		return err
	}
	if added && fields.Profile == nil {
		e.Profile = law.ProfileFor(e.Country)
	}
	if zones := countries.Zones(e.Country); added && fields.Zone == nil && len(zones) == 1 {
		e.TimeZone = zones[0]
	}
	if err := st.PutEntity(ctx, "", e, was); err != nil {
		return explainEntity(err, e)
	}
	holds := o.Entities.Effective(e.Parent)
	if e.TimeZone == "" && e.Country != "" && e.Country != holds.Country {
		fmt.Fprintf(con.Out, "Days at %s are counted in %s, the time zone of the entity above: choose another with `hotline entity set %s --zone ZONE`.\n", e.Code, orDash(holds.TimeZone), e.Code)
	}
	fmt.Fprintf(con.Out, "%s is stored. Reporters reach it at /LANGUAGE/at/%s/.\n", cli.Line(e.Name), e.Code)
	return nil
}

// into writes what is said into an entity.
func (f entityFields) into(e *casework.Entity, o store.Organization) (err error) {
	if len(f.Name) > 0 {
		if e.Name, e.Names, err = translated("--name", f.Name); err != nil {
			return err
		}
	}
	if len(f.Contact) > 0 {
		if e.Contact, e.Contacts, err = translated("--contact", f.Contact); err != nil {
			return err
		}
	}
	if f.Parent != nil {
		if e.Parent, err = cli.CheckEntity(o, *f.Parent); err != nil {
			return err
		}
	}
	if f.Country != nil {
		if e.Country = strings.ToUpper(*f.Country); e.Country != "" && !slices.Contains(i18n.CountryCodes(), e.Country) {
			return cli.Misused("use an ISO 3166-1 code like BR", "There is no country %q.", *f.Country)
		}
	}
	if f.Zone != nil {
		if e.TimeZone = *f.Zone; e.TimeZone != "" {
			if _, err := settings.LoadZone(e.TimeZone); err != nil {
				return cli.Misused("use a name like America/Sao_Paulo", "There is no time zone %q.", e.TimeZone)
			}
		}
	}
	if f.Profile != nil {
		if e.Profile = *f.Profile; e.Profile != "" && !slices.Contains(law.Profiles(), e.Profile) {
			return cli.Misused("the profiles are "+cli.Listed(law.Profiles()), "There is no profile %q.", e.Profile)
		}
	}
	for _, l := range f.Languages {
		if !i18n.Known(l) {
			return cli.Misused("use ja, en, es, pt or zh", "There is no language %q.", l)
		}
	}
	if len(f.Languages) > 0 {
		e.Languages = f.Languages
	}
	if f.People != nil {
		if e.People = *f.People; e.People < 0 || e.People > casework.EntityPeopleLimit {
			return cli.Misused("say how many people work there", "%d people cannot be.", e.People)
		}
	}
	return nil
}

// explainEntity puts what is wrong with an entity into a sentence and a hint.
func explainEntity(err error, e casework.Entity) error {
	switch {
	case errors.Is(err, store.ErrConflict):
		return cli.Failed("look at it with `hotline entity list` and try again", "Somebody else changed %s a moment ago.", e.Code)
	case errors.Is(err, store.ErrExists):
		return cli.Failed("change it with `hotline entity set "+e.Code+" …`", "There is an entity %s already.", e.Code)
	case errors.Is(err, casework.ErrEntityCode):
		return cli.Misused(`use 1 to 24 lower-case letters, digits and hyphens; "main" is the organisation itself`, "%q cannot be the code of an entity.", e.Code)
	case errors.Is(err, casework.ErrEntityName):
		return cli.Misused("use up to 200 characters that can be seen", "%q cannot be the name of an entity.", e.Name)
	case errors.Is(err, casework.ErrEntityParent):
		return cli.Misused("name a company that is not below it itself", "%s cannot belong to %s.", e.Code, orDash(e.Parent))
	case errors.Is(err, casework.ErrEntityDeep):
		return cli.Failed("place it higher", "There would be more than %d levels of entities.", casework.EntityDepth)
	case errors.Is(err, casework.ErrEntityMany):
		return cli.Failed("use the ones that there are", "There are %d entities already.", casework.EntitiesLimit)
	}
	return err
}

// translated is a text that is given by language: that of the first language in the
// order shown stands for those without one.
func translated(flag string, by map[string]string) (text string, in casework.Translations, err error) {
	in = casework.Translations{}
	for lang, t := range by {
		t = strings.TrimSpace(t)
		if !i18n.Known(lang) || t == "" || utf8.RuneCountInString(t) > casework.ContactLimit || strings.ContainsFunc(t, casework.Hidden) {
			return "", nil, cli.Misused("write "+flag+" LANGUAGE=TEXT, with ja, en, es, pt or zh", "%s %s=%s cannot be.", flag, lang, cli.Line(t))
		}
		in[lang] = t
	}
	for _, lang := range slices.Concat([]string{i18n.Fallback}, languageCodes()) {
		if text == "" {
			text = in[lang]
		}
	}
	for lang, t := range in {
		if t == text {
			delete(in, lang)
		}
	}
	return text, in, nil
}

func languageCodes() (codes []string) {
	for _, l := range i18n.Languages {
		codes = append(codes, l.Code)
	}
	return codes
}
