package cases

import (
	"github.com/gofiber/fiber/v2"

	"hotline/crypto"
	"hotline/server/caseview"
	"hotline/server/respond"
	"hotline/server/session"
	"hotline/server/view"
	"hotline/store/casework"
)

// GetSearch is the page on which a handler searches. What they look for never
// comes here.
func (d *Desk) GetSearch(c *fiber.Ctx, s session.Session) error {
	handlers, err := d.store.Handlers(c.UserContext())
	if err != nil {
		return err
	}
	return d.answers.Send(c, fiber.StatusOK, "desk-search", view.Search{Desk: s.Frame(), Handlers: namesOf(handlers)})
}

// foundAtOnce is how many cases one answer holds for searching, and foundBytes
// about how many bytes of messages.
const (
	foundAtOnce = 25
	foundBytes  = 512 << 10
)

// foundCase is FOUND of docs/desk-api.md.
type foundCase struct {
	Case     string               `json:"case"`
	Branch   casework.Branch      `json:"branch"`
	Names    caseview.BranchNames `json:"names,omitempty"`
	Category string               `json:"category"`
	State    casework.State       `json:"state"`
	Received casework.Day         `json:"received"`
	Assignee string               `json:"assignee"`
	Key      []byte               `json:"key"`
	Summary  []byte               `json:"summary"`
	Labels   []byte               `json:"labels"`
	Messages []sealedMessage      `json:"messages"` // the newest ones
	Earlier  int                  `json:"earlier"`  // the number to ask before for those before them; 0: there are none
}

type sealedMessage struct {
	Seq    int             `json:"seq"`
	From   casework.Sender `json:"from"`
	Sealed []byte          `json:"sealed"`
}

// PostSearch hands out what a browser searches, sealed. What is looked for is
// never said here.
func (d *Desk) PostSearch(c *fiber.Ctx, s session.Session) error {
	var r struct {
		After string `json:"after"`
	}
	if err := respond.ReadJSON(c, respond.SmallBody, &r); err != nil {
		return err
	}
	if r.After != "" && !crypto.ValidID(r.After) {
		return respond.ErrMalformed
	}
	place, err := d.large.Take(c.UserContext(), s.Handler.ID, c.Context().Conn())
	if err != nil {
		return err
	}
	if err := d.sendFound(c, s, r.After); err != nil {
		place.Free()
		return err
	}
	respond.Hold(c, place)
	return nil
}

// sendFound answers with the cases after one of them.
func (d *Desk) sendFound(c *fiber.Ctx, s session.Session, after string) error {
	found, more, err := d.store.OpenableCases(c.UserContext(), s.Handler, after, foundAtOnce, foundBytes)
	if err != nil {
		return err
	}
	answer := struct {
		Cases []foundCase `json:"cases"`
		Next  string      `json:"next"`
	}{Cases: []foundCase{}}
	o := d.settings.Organization()
	for _, f := range found {
		one := foundCase{f.ID, f.Branch, view.BranchNames(d.texts, o, []casework.Branch{f.Branch}), f.Category, f.State, f.Received, f.Assignee, f.Key, f.Summary, append([]byte{}, f.Labels...), []sealedMessage{}, 0}
		for _, m := range f.Messages {
			one.Messages = append(one.Messages, sealedMessage{m.Seq, m.From, m.Sealed})
		}
		if len(f.Messages) > 0 && f.Messages[0].Seq > 1 {
			one.Earlier = f.Messages[0].Seq
		}
		answer.Cases = append(answer.Cases, one)
	}
	if more {
		answer.Next = found[len(found)-1].ID
	}
	return respond.SendJSON(c, fiber.StatusOK, answer)
}
