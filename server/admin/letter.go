package admin

import (
	"errors"
	"net/url"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"hotline/i18n"
	"hotline/server/respond"
	"hotline/server/session"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

// newLetter stands in an address for a letter that is being added.
const newLetter = "new"

// aboutLetter returns the page that describes one of an entity's own letters, or a new
// one. store.ErrNotFound: it is built in, or belongs to another entity.
func (a *Admin) aboutLetter(c *fiber.Ctx, s session.Session) (p view.AboutLetter, err error) {
	m, entity, err := a.wordsAt(c, s)
	if err != nil {
		return p, err
	}
	p = view.AboutLetter{Desk: s.Frame(), Entity: entity, Letter: casework.OwnLetter{Entity: entity, Use: casework.LetterInformation}}
	code := c.Params("letter")
	p.Path = view.LettersPath(entity) + "/" + code
	if code == newLetter {
		return p, nil
	}
	found, err := a.letter(c, m, entity, code)
	if err != nil {
		return p, err
	}
	if found.Own == nil || found.Own.Entity != entity {
		return p, store.ErrNotFound
	}
	p.Letter = *found.Own
	p.Called = p.Letter.Names.Of(p.Letter.Name, respond.Lang(c.Context()))
	current, err := a.store.CurrentLetters(c.UserContext())
	var missing, older int
	p.Languages = a.wordsStates(m, entity, current).cells(casework.LetterPart(code), &missing, &older)
	return p, err
}

// GetLetter is the page on which a letter of the organisation's own is described.
func (a *Admin) GetLetter(c *fiber.Ctx, s session.Session) error {
	p, err := a.aboutLetter(c, s)
	if err != nil {
		return err
	}
	p.Saved, p.Added, p.Remove = c.Query("saved") == "1", c.Query("added") == "1", c.Query("remove") == "1" && p.Letter.Number > 0
	return a.answers.Send(c, fiber.StatusOK, "desk-letter", p)
}

// PostLetter adds a letter, or changes its name and for which cases it is. What it is for
// stays: an acknowledgement can hold less than other letters.
func (a *Admin) PostLetter(c *fiber.Ctx, s session.Session, fields url.Values) error {
	p, err := a.aboutLetter(c, s)
	if err != nil {
		return err
	}
	p.Letter.Name, p.Letter.Names, p.Letter.Kind = oneLine(fields.Get("name")), translationsIn(fields, "name"), fields.Get("kind")
	if p.Letter.Number == 0 {
		p.Letter.Use = fields.Get("use")
	}
	p.Errors = checkLetterAbout(p.Letter)
	if len(p.Errors) == 0 {
		var done string
		if done, p.Errors, err = a.putLetter(c, s, p.Letter, fields.Get("seen")); err != nil {
			return err
		}
		if done != "" {
			return c.Redirect("/"+respond.Lang(c.Context())+"/"+view.LettersPath(p.Entity)+"/"+done, fiber.StatusSeeOther)
		}
	}
	return a.answers.Send(c, fiber.StatusUnprocessableEntity, "desk-letter", p)
}

// putLetter stores what is said about a letter, and returns where that shows, or why it
// was not stored.
func (a *Admin) putLetter(c *fiber.Ctx, s session.Session, l casework.OwnLetter, seen string) (done string, wrong []view.FieldError, err error) {
	if l.Number == 0 {
		if l.Number, err = a.store.AddLetter(c.UserContext(), s.Handler.ID, l); errors.Is(err, store.ErrTooMany) {
			return "", []view.FieldError{{Field: "name", Key: "letters.many", Args: []any{"Limit", casework.LettersLimit}}}, nil
		}
		return l.Code() + "?added=1", nil, err
	}
	err = store.ErrConflict
	if seen == strconv.Itoa(l.Version) {
		err = a.store.ChangeLetter(c.UserContext(), s.Handler.ID, l)
	}
	if errors.Is(err, store.ErrConflict) {
		return "", []view.FieldError{{Field: "name", Key: "letters.changed"}}, nil
	}
	return l.Code() + "?saved=1", nil, err
}

func checkLetterAbout(l casework.OwnLetter) (all []view.FieldError) {
	add := func(wrong bool, field, key string, args ...any) {
		if wrong {
			all = append(all, view.FieldError{Field: field, Key: key, Args: args})
		}
	}
	add(l.Name == "", "name", "letters.name.missing")
	add(unreadable(l.Name, casework.LetterNameLimit), "name", "letters.name.wrong", "Limit", casework.LetterNameLimit)
	for _, lang := range i18n.Languages {
		add(unreadable(l.Names[lang.Code], casework.LetterNameLimit), view.TranslationField("name", lang.Code), "letters.name.wrong", "Limit", casework.LetterNameLimit)
	}
	add(l.Kind != "" && !slices.Contains(casework.Kinds, l.Kind), "kind", "letters.kind.missing")
	add(!slices.Contains(casework.LetterUses, l.Use), "use", "letters.use.missing")
	return all
}

// PostRemoveLetter withdraws all texts of a letter.
func (a *Admin) PostRemoveLetter(c *fiber.Ctx, s session.Session, fields url.Values) error {
	p, err := a.aboutLetter(c, s)
	if err != nil {
		return err
	}
	if p.Letter.Number == 0 {
		return store.ErrNotFound
	}
	err = store.ErrConflict
	if fields.Get("seen") == strconv.Itoa(p.Letter.Version) {
		err = a.store.RemoveLetter(c.UserContext(), s.Handler.ID, p.Letter, a.settings.TodayAt(p.Entity))
	}
	if errors.Is(err, store.ErrConflict) {
		p.Remove, p.Errors = true, []view.FieldError{{Field: "remove", Key: "letters.changed-remove"}}
		return a.answers.Send(c, fiber.StatusConflict, "desk-letter", p)
	}
	if err != nil {
		return err
	}
	return c.Redirect("/"+respond.Lang(c.Context())+"/"+view.LettersPath(p.Entity)+"?removed=1", fiber.StatusSeeOther)
}
