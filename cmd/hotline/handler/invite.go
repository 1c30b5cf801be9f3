package handler

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"hotline/cmd/hotline/cli"
	"hotline/crypto"
	"hotline/i18n"
	"hotline/server/session"
	"hotline/store"
	"hotline/store/casework"
)

// Invite is `hotline handler invite`.
type Invite struct {
	Name     string   `help:"The handler's name. Not for somebody who is invited again." placeholder:"N"`
	Email    string   `required:"" help:"The handler's e-mail address, which they sign in with." placeholder:"E"`
	Queue    []string `help:"Queue they work for: hr, procurement, compliance, independent, or one of your own. Can be repeated." placeholder:"hr"`
	Entity   string   `help:"Company or site for which they have queue and role (default: the whole organisation)." placeholder:"CODE"`
	Role     []string `help:"What they may do: handler (read and answer cases; the default with --queue), admin, intake, auditor. Can be repeated." placeholder:"handler"`
	Language string   `default:"en" help:"Language of the page that the link leads to (default ${default})." placeholder:"en"`
}

// Run prints a link with which a person enrols, or enrols again.
func (cmd *Invite) Run(ctx context.Context, c *cli.Config, con *cli.Console) error {
	if !i18n.Known(cmd.Language) {
		return cli.Misused("use ja, en, es, pt or zh", "There is no language %q.", cmd.Language)
	}
	email, err := checkEmail(cmd.Email)
	if err != nil {
		return err
	}
	st, err := cli.OpenForWriting(ctx, c)
	if err != nil {
		return err
	}
	defer st.Close()
	var token string
	h, err := st.HandlerByEmail(ctx, email)
	switch {
	case errors.Is(err, store.ErrNotFound):
		h, token, err = cmd.inviteNew(ctx, st, email)
	case err == nil:
		token, err = cmd.inviteAgain(ctx, st, h)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(con.Out, "Give this link to %s, and to nobody else. It works once, within %d hours:\n\n  %s\n",
		cli.Line(h.Name), int(store.InvitationLife.Hours()), session.Link(c.SiteURL(c.Listen), cmd.Language, token))
	return nil
}

// inviteNew stores somebody who was not here before.
func (cmd *Invite) inviteNew(ctx context.Context, st *store.Store, email string) (h store.Handler, token string, err error) {
	h = store.Handler{ID: crypto.NewID(), Email: email, Roles: slices.Compact(slices.Sorted(slices.Values(cmd.Role))), Notify: store.Notify{Language: cmd.Language}}
	if h.Name, err = checkName(cmd.Name); err != nil {
		return h, "", err
	}
	o, err := st.Organization(ctx)
	if err != nil {
		return h, "", err
	}
	if h.Branches, err = cli.CheckBranches(o, cmd.Queue, cmd.Entity); err != nil {
		return h, "", err
	}
	if len(h.Roles) == 0 && len(h.Branches) > 0 {
		h.Roles = []string{store.RoleHandler}
	}
	if entity, _ := cli.CheckEntity(o, cmd.Entity); entity != casework.Root {
		for i, role := range h.Roles {
			switch {
			case slices.Contains(store.EntityRoles, role):
				h.Roles[i] = store.RoleAt(role, entity)
			case role == store.RoleIntake:
				return h, "", cli.Misused("leave --entity out", "An intake operator enters reports for the whole organisation.")
			}
		}
	}
	if err := checkWork(o, h); err != nil {
		return h, "", err
	}
	i, token := session.NewInvitation(h.ID)
	return h, token, st.InviteHandler(ctx, h, i)
}

// inviteAgain makes another link for somebody whose first one has ended, who lost
// the password, or whose identity stays offline. Their work stays as it is.
func (cmd *Invite) inviteAgain(ctx context.Context, st *store.Store, h store.Handler) (string, error) {
	if len(cmd.Queue)+len(cmd.Role)+len(cmd.Entity) > 0 || cmd.Name != "" && cmd.Name != h.Name {
		return "", cli.Failed("leave out --name, --queue, --role and --entity to make another link; what they may do is changed on the page of people",
			"There is a handler %s already.", h.Email)
	}
	if !h.Active() {
		return "", cli.Failed("somebody who comes back needs another address", "%s is disabled.", h.Email)
	}
	i, token := session.NewInvitation(h.ID)
	return token, st.Invite(ctx, i)
}

// checkWork refuses roles and queues that do not go together.
func checkWork(o store.Organization, h store.Handler) error {
	switch err := o.CheckWork(h.Roles, h.Branches); {
	case errors.Is(err, store.ErrNoSuchWork):
		return cli.Misused("the roles are "+cli.Listed(store.Roles), "There is no such role.")
	case errors.Is(err, store.ErrNoWork):
		return cli.Misused("say --queue for somebody who reads cases, or --role", "Nobody can be invited to do nothing.")
	case errors.Is(err, store.ErrNoQueue):
		return cli.Misused("say --queue hr, for example", "A handler reads the cases of a queue, and none is named.")
	case errors.Is(err, store.ErrOnlyHandler):
		return cli.Misused("say --role handler too, or leave --queue out", "Only a handler reads the cases of a queue.")
	default:
		return err
	}
}
