package admin

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"hotline/i18n"
	"hotline/server/respond"
	"hotline/server/session"
	"hotline/server/view"
	"hotline/server/words"
	"hotline/store"
	"hotline/store/casework"
)

// GetWords leads to the texts of the entity that was chosen, or else of the highest one
// that the administrator manages.
func (a *Admin) GetWords(c *fiber.Ctx, s session.Session) error {
	m, err := a.made(c.UserContext(), s)
	if err != nil {
		return err
	}
	managed := m.managed()
	if len(managed) == 0 {
		return store.ErrNotFound
	}
	code := managed[0]
	if chosen := view.EntityIn(c.Query("at")); c.Context().QueryArgs().Has("at") && m.administers(chosen) && m.Entities.Known(chosen) {
		code = chosen
	}
	return c.Redirect("/"+respond.Lang(c.Context())+"/"+view.WordsPath(code), fiber.StatusSeeOther)
}

// wordsAt returns the entity whose texts are asked for; store.ErrNotFound for one that
// the administrator does not manage.
func (a *Admin) wordsAt(c *fiber.Ctx, s session.Session) (m made, code string, err error) {
	if m, err = a.made(c.UserContext(), s); err != nil {
		return m, "", err
	}
	code = view.EntityIn(c.Params("code"))
	if !m.Entities.Known(code) || !m.administers(code) {
		return m, "", store.ErrNotFound
	}
	return m, code, nil
}

// languagesOfWords are those in which something can be written for an entity: the ones
// that it offers, and those in which it has a text already.
func (a *Admin) languagesOfWords(code string, own func(lang string) bool) []i18n.Language {
	offered := a.settings.LanguagesAt(code)
	return view.Languages(func(lang string) bool {
		return own(lang) || slices.ContainsFunc(offered, func(l i18n.Language) bool { return l.Code == lang })
	})
}

func codesOf(languages []i18n.Language) (codes []string) {
	for _, l := range languages {
		codes = append(codes, l.Code)
	}
	return codes
}

// GetWordsTable shows what an entity has written, and in which languages.
func (a *Admin) GetWordsTable(c *fiber.Ctx, s session.Session) error {
	m, code, err := a.wordsAt(c, s)
	if err != nil {
		return err
	}
	current, err := a.store.CurrentWords(c.UserContext())
	if err != nil {
		return err
	}
	days := map[casework.WordsKey]casework.Day{}
	for _, v := range current {
		if v.Written {
			days[v.WordsKey] = v.Day
		}
	}
	p := view.WordsTable{Desk: s.Frame(), Entity: code, Entities: m.choices(m.managed())}
	p.Path = view.WordsPath(code)
	p.Languages = a.languagesOfWords(code, func(lang string) bool {
		return slices.ContainsFunc(current, func(v store.WordsVersion) bool { return v.Entity == code && v.Language == lang && v.Written })
	})
	codes, offered := codesOf(p.Languages), codesOf(a.settings.LanguagesAt(code))
	for _, part := range casework.WordsParts {
		row := view.WordsRow{Part: part}
		states, from := casework.StateOfWords(m.Entities.Path(code), part, codes, offered, func(k casework.WordsKey) casework.Day { return days[k] })
		for i, state := range states {
			row.Cells = append(row.Cells, view.WordsCell{Language: p.Languages[i], State: state, From: from[i].Entity, Day: days[from[i]]})
			switch state {
			case casework.WordsMissing:
				p.Missing++
			case casework.WordsOlder:
				p.Older++
			}
		}
		p.Rows = append(p.Rows, row)
	}
	return a.answers.Send(c, fiber.StatusOK, "desk-words", p)
}

// wordsText returns the page of a text with its versions, and the text that holds.
func (a *Admin) wordsText(c *fiber.Ctx, s session.Session) (p view.WordsPage, err error) {
	m, code, err := a.wordsAt(c, s)
	if err != nil {
		return p, err
	}
	k := casework.WordsKey{Entity: code, Part: c.Params("part"), Language: c.Params("language")}
	versions, err := a.store.WordsVersions(c.UserContext(), k)
	if err != nil {
		return p, err
	}
	offered := a.languagesOfWords(code, func(lang string) bool { return lang == k.Language && len(versions) > 0 })
	at := slices.IndexFunc(offered, func(l i18n.Language) bool { return l.Code == k.Language })
	if !casework.ValidWordsPart(k.Part) || at < 0 {
		return p, store.ErrNotFound
	}
	p = view.WordsPage{Desk: s.Frame(), Entity: code, Part: k.Part, Language: offered[at]}
	p.Path = view.WordsPath(code) + "/" + k.Part + "/" + k.Language
	all, err := a.store.Handlers(c.UserContext())
	if err != nil {
		return p, err
	}
	for _, v := range versions {
		line := view.WordsLine{WordsVersion: v}
		for _, h := range all {
			if h.ID == v.By && (h.ID == s.Handler.ID || s.Handler.Manages(m.Entities, h)) {
				line.Who = h.Name
			}
		}
		p.Versions = append(p.Versions, line)
	}
	if len(versions) > 0 {
		p.Current = versions[0]
		p.Version = p.Current.Version
		if p.Value, err = a.store.WordsText(c.UserContext(), k, p.Version); err != nil {
			return p, err
		}
	}
	return p, a.showWords(&p)
}

// showWords adds what reporters see now.
func (a *Admin) showWords(p *view.WordsPage) error {
	a.words.Changed() // the versions on the page are those of now, too
	shown, err := a.words.Show(p.Entity, p.Part, p.Language.Code, 3)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	p.Shown = &shown
	return err
}

// GetWordsText is the page on which a text is written. An earlier version can be looked
// at there, and stands in the form then.
func (a *Admin) GetWordsText(c *fiber.Ctx, s session.Session) error {
	p, err := a.wordsText(c, s)
	if err != nil {
		return err
	}
	p.Saved = c.Query("saved") == "1"
	past, err := strconv.Atoi(c.Query("version"))
	if err == nil && past != p.Version {
		p.Past = past
		if p.Value, err = a.store.WordsText(c.UserContext(), p.Key(), past); err != nil {
			return err
		}
		if err = preview(&p); err != nil {
			return err
		}
	}
	return a.answers.Send(c, fiber.StatusOK, "desk-words-text", p)
}

// PostWordsText shows how a text looks, or stores it as a new version. Whoever wrote
// beside a colleague is told, and decides with both texts in sight.
func (a *Admin) PostWordsText(c *fiber.Ctx, s session.Session, fields url.Values) error {
	p, err := a.wordsText(c, s)
	if err != nil {
		return err
	}
	typed, save := casework.TidyWords(fields.Get("text")), fields.Get("do") == "save"
	if seen := strconv.Itoa(p.Version); seen != fields.Get("seen") {
		if save && typed == p.Value && p.Version > 0 { // sent twice, or both wrote the same
			return wordsSaved(c)
		}
		p.Conflict = true
	}
	p.Errors = checkWords(typed)
	if save && typed == "" && !p.Current.Written {
		p.Errors = append(p.Errors, view.FieldError{Field: "text", Key: "words.text.missing"})
	}
	if save && len(p.Errors) == 0 && !p.Conflict {
		err = a.store.PutWords(c.UserContext(), s.Handler.ID, p.Key(), typed, a.settings.TodayAt(p.Entity), p.Version)
		a.words.Changed()
		if err == nil {
			return wordsSaved(c)
		}
		if !errors.Is(err, store.ErrConflict) {
			return err
		}
		if p, err = a.wordsText(c, s); err != nil {
			return err
		}
		p.Conflict = true
	}
	p.Value = typed
	if len(p.Errors) == 0 {
		if err = preview(&p); err != nil {
			return err
		}
	}
	if p.Conflict {
		p.Errors = append(p.Errors, view.FieldError{Field: "text", Key: "words.conflict"})
	}
	status := fiber.StatusOK
	if len(p.Errors) > 0 {
		status = fiber.StatusUnprocessableEntity
	}
	return a.answers.Send(c, status, "desk-words-text", p)
}

func wordsSaved(c *fiber.Ctx) error {
	return c.Redirect(c.Path()+"?saved=1", fiber.StatusSeeOther)
}

// preview adds how what stands in the form looks.
func preview(p *view.WordsPage) (err error) {
	p.Preview, err = words.Render(p.Value, 3)
	p.Previewed = true
	return err
}

// checkWords says what is wrong with a text, and where.
func checkWords(text string) []view.FieldError {
	wrong := func(key string, args ...any) []view.FieldError {
		return []view.FieldError{{Field: "text", Key: "words.text." + key, Args: args}}
	}
	if n := utf8.RuneCountInString(text); n > casework.WordsLimit {
		return wrong("long", "Limit", casework.WordsLimit, "Number", n)
	}
	if at := strings.IndexFunc(text, casework.Hidden); at >= 0 {
		r, _ := utf8.DecodeRuneInString(text[at:])
		return wrong("hidden", "Line", strings.Count(text[:at], "\n")+1, "Character", fmt.Sprintf("%U", r))
	}
	if words.Nested(text) {
		return wrong("nested", "Limit", casework.WordsNesting)
	}
	return nil
}
