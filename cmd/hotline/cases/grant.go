package cases

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"hotline/cmd/hotline/cli"
	"hotline/crypto"
	"hotline/store"
)

// Grant is `hotline case grant`.
type Grant struct {
	Cases    []string `arg:"" optional:"" name:"CASE" help:"The cases' ids, or their first characters."`
	All      bool     `help:"All cases that they may read."`
	To       string   `required:"" help:"Who gets access: a handler's e-mail address, or recovery." placeholder:"EMAIL|recovery"`
	Identity string   `short:"i" required:"" help:"File with an identity that opens the cases: a handler's, or the recovery identity." placeholder:"FILE"`
}

// grantedAtOnce is how many keys are stored in one transaction. What is stored
// stays: after an interruption the same command goes on where it stopped.
const grantedAtOnce = 50

// Run gives somebody access to cases with an identity that opens them: where no
// colleague is left who could do it at the desk. It can be run beside a server,
// on a machine that the identity may be brought to.
func (cmd *Grant) Run(ctx context.Context, c *cli.Config, con *cli.Console) error {
	if cmd.All == (len(cmd.Cases) > 0) {
		return cli.Misused("hotline case grant --all --to E -i FILE, for example", "Name cases, or say --all.")
	}
	if err := c.Exists(); err != nil {
		return err
	}
	identities, err := readIdentities(cmd.Identity, con.Err)
	if err != nil {
		return err
	}
	st, err := cli.OpenForWriting(ctx, c)
	if err != nil {
		return err
	}
	defer st.Close()
	g := &granting{ctx: ctx, store: st, con: con, identities: identities, named: !cmd.All, keys: map[string][]byte{}}
	if err := g.find(cmd.To); err != nil {
		return err
	}
	ids, err := g.cases(cmd.Cases)
	if err != nil {
		return err
	}
	for i, id := range ids {
		g.progress(i+1, len(ids))
		if err := g.give(id); err != nil {
			return err
		}
	}
	if err := g.put(1); err != nil {
		return err
	}
	return g.tell()
}

// granting is a command on its way.
type granting struct {
	ctx        context.Context
	store      *store.Store
	con        *cli.Console
	identities []crypto.Identity
	named      bool // the cases were named one by one

	to        store.Handler // its ID is store.Recovery for the recovery identity
	recipient crypto.Recipient
	keys      map[string][]byte // by case, sealed and not stored yet

	granted, had, closed, refused int
}

// find finds out who gets access.
func (g *granting) find(to string) (err error) {
	if to == store.Recovery {
		g.to = store.Handler{ID: store.Recovery, Email: "the recovery identity"}
		if g.to.Recipient, err = g.store.RecoveryRecipient(g.ctx); err == nil && g.to.Recipient == "" {
			err = cli.Failed("an administrator sets it on the page of the recovery key", "There is no recovery recipient.")
		}
	} else {
		g.to, err = g.store.HandlerByEmail(g.ctx, to)
		switch {
		case errors.Is(err, store.ErrNotFound):
			err = cli.Failed("see `hotline handler list`", "There is no handler %s.", to)
		case err != nil:
		case !g.to.Active():
			err = cli.Failed("somebody who comes back needs another address", "%s is disabled.", g.to.Email)
		case !g.to.Has(store.RoleHandler):
			err = cli.Failed("an administrator changes roles on the page of people", "%s reads no cases.", g.to.Email)
		case g.to.Recipient == "":
			err = cli.Failed("they have to enrol first", "%s has no key that cases could be sealed to.", g.to.Email)
		}
	}
	if err == nil {
		g.recipient, err = crypto.ParseRecipient(g.to.Recipient)
	}
	return err
}

// cases are the ids of what was asked for.
func (g *granting) cases(prefixes []string) (ids []string, err error) {
	for _, prefix := range prefixes {
		id, err := findCase(g.ctx, g.store, prefix)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	if g.named {
		return ids, nil
	}
	all, err := g.store.Cases(g.ctx, store.CaseFilter{})
	for _, c := range all {
		if g.to.ID == store.Recovery || slices.Contains(g.to.Branches, c.Branch) {
			ids = append(ids, c.ID)
		}
	}
	return ids, err
}

// give seals one case's identity, unless they have it already or may not.
func (g *granting) give(id string) error {
	c, err := g.store.Case(g.ctx, id)
	if err != nil {
		return err
	}
	if why, err := g.mayNot(c); err != nil || why != "" {
		if why != "" && g.named {
			g.refused++
			g.say("%s may not read the case %s: %s.", g.to.Email, id, why)
		}
		return err
	}
	_, err = g.store.CaseKeyFor(g.ctx, id, g.to.ID)
	if err == nil {
		g.had++
		return nil
	}
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	identity, err := g.open(c)
	if err != nil || identity == nil {
		return err
	}
	if g.keys[id], err = crypto.SealCaseKey(identity, g.recipient); err != nil {
		return err
	}
	return g.put(grantedAtOnce)
}

// mayNot says why they may not read a case, "" they may.
func (g *granting) mayNot(c store.Case) (why string, err error) {
	if g.to.ID == store.Recovery {
		return "", nil
	}
	if !slices.Contains(g.to.Branches, c.Branch) {
		return "it is in the queue " + string(c.Branch), nil
	}
	exclusions, err := g.store.Exclusions(g.ctx, c.ID)
	if slices.ContainsFunc(exclusions, func(e store.Exclusion) bool { return e.HandlerID == g.to.ID }) {
		why = "they are excluded from it"
	}
	return why, err
}

// open opens one of a case's keys; nil: none opens, or none is this case's.
func (g *granting) open(c store.Case) (crypto.Identity, error) {
	keys, err := g.store.CaseKeys(g.ctx, c.ID)
	if err != nil {
		return nil, err
	}
	for _, key := range keys {
		for _, own := range g.identities {
			identity, err := crypto.OpenCaseKey(key.Sealed, own)
			if err != nil {
				continue
			}
			if identity.Recipient().String() == c.Recipient {
				return identity, nil
			}
			g.say("A key of the case %s is that of another case; it is not passed on.", c.ID)
		}
	}
	if g.closed++; g.named {
		g.say("No identity in that file opens the case %s.", c.ID)
	}
	return nil, nil
}

// put stores the keys once there are so many.
func (g *granting) put(atLeast int) error {
	if len(g.keys) < atLeast {
		return nil
	}
	err := g.grant(g.keys)
	if errors.Is(err, store.ErrNotFound) { // one of the cases was handed over, or gone, meanwhile
		for _, id := range slices.Sorted(maps.Keys(g.keys)) {
			if err = g.grant(map[string][]byte{id: g.keys[id]}); errors.Is(err, store.ErrNotFound) {
				g.refused++
				g.say("%s may not read the case %s any more.", g.to.Email, id)
				err = nil
			}
			if err != nil {
				break
			}
		}
	}
	if errors.Is(err, store.ErrStale) {
		return cli.Failed("run the same command again", "%s has another key by now.", g.to.Email)
	}
	clear(g.keys)
	return err
}

func (g *granting) grant(keys map[string][]byte) error {
	granted, err := g.store.Grant(g.ctx, "", g.to.ID, g.to.Recipient, keys)
	if err == nil {
		g.granted += granted
		g.had += len(keys) - granted
	}
	return err
}

func (g *granting) say(text string, args ...any) {
	fmt.Fprintf(g.con.Err, "hotline: %s\n", cli.Line(fmt.Sprintf(text, args...)))
}

func (g *granting) progress(i, of int) {
	out := g.con.Err
	if !cli.IsTerminal(out) || i%grantedAtOnce != 0 && i != of {
		return
	}
	fmt.Fprintf(out, "\r\x1b[KCase %d of %d", i, of)
	if i == of {
		fmt.Fprint(out, "\r\x1b[K")
	}
}

// tell says what came of it.
func (g *granting) tell() error {
	switch {
	case g.granted > 0:
		fmt.Fprintf(g.con.Out, "%s can open %s more.\n", cli.Line(g.to.Email), cli.Counted(g.granted, "case"))
	case g.closed+g.refused == 0:
		fmt.Fprintf(g.con.Out, "Nothing to do: %s has every key already.\n", cli.Line(g.to.Email))
	}
	if g.granted > 0 && g.had > 0 {
		fmt.Fprintf(g.con.Out, "%s had been given before.\n", cli.Counted(g.had, "key"))
	}
	if g.closed > 0 {
		return cli.Failed("bring the recovery identity, or that of a handler who can open them", "%s could not be opened with that file.", cli.Counted(g.closed, "case"))
	}
	if g.refused > 0 {
		return cli.Failed("what they may read is changed at the desk", "%s left out.", wasOrWere(g.refused))
	}
	return nil
}

func wasOrWere(cases int) string {
	if cases == 1 {
		return "1 case was"
	}
	return fmt.Sprintf("%d cases were", cases)
}
