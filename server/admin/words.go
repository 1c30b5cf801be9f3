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
	return a.toEntity(c, s, view.WordsPath)
}

func (a *Admin) toEntity(c *fiber.Ctx, s session.Session, path func(entity string) string) error {
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
	return c.Redirect("/"+respond.Lang(c.Context())+"/"+path(code), fiber.StatusSeeOther)
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

// wordsStates says how texts stand at an entity, from which they are read up to the root.
type wordsStates struct {
	path      []string // entities
	languages []i18n.Language
	offered   []string
	days      map[casework.WordsKey]casework.Day
}

func (a *Admin) wordsStates(m made, code string, current []store.WordsVersion) wordsStates {
	w := wordsStates{path: m.Entities.Path(code), offered: codesOf(a.settings.LanguagesAt(code)), days: map[casework.WordsKey]casework.Day{}}
	for _, v := range current {
		if v.Written {
			w.days[v.WordsKey] = v.Day
		}
	}
	w.languages = a.languagesOfWords(code, func(lang string) bool {
		return slices.ContainsFunc(current, func(v store.WordsVersion) bool { return v.Entity == code && v.Language == lang && v.Written })
	})
	return w
}

// cells are a part in each language; missing and older count those that need a look.
func (w wordsStates) cells(part string, missing, older *int) (cells []view.WordsCell) {
	states, from := casework.StateOfWords(w.path, part, codesOf(w.languages), w.offered, func(k casework.WordsKey) casework.Day { return w.days[k] })
	for i, state := range states {
		cells = append(cells, view.WordsCell{Language: w.languages[i], State: state, From: from[i].Entity, Day: w.days[from[i]]})
		switch state {
		case casework.WordsMissing:
			*missing++
		case casework.WordsOlder:
			*older++
		}
	}
	return cells
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
	p := view.WordsTable{Desk: s.Frame(), Entity: code, Entities: m.choices(m.managed())}
	p.Path = view.WordsPath(code)
	states := a.wordsStates(m, code, current)
	p.Languages = states.languages
	for _, part := range casework.WordsParts {
		p.Rows = append(p.Rows, view.WordsRow{Part: part, Cells: states.cells(part, &p.Missing, &p.Older)})
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
	if !casework.ValidWordsPart(k.Part) {
		return p, store.ErrNotFound
	}
	p.Part = k.Part
	if p.TextPage, err = a.textPage(c, s, m, k); err != nil {
		return p, err
	}
	p.Path = view.WordsPath(code) + "/" + k.Part + "/" + k.Language
	return p, a.showWords(&p)
}

// textPage is what the page of a text has in common with others: its versions, and the
// text that holds. store.ErrNotFound: nothing is written in that language there.
func (a *Admin) textPage(c *fiber.Ctx, s session.Session, m made, k casework.WordsKey) (p view.TextPage, err error) {
	versions, err := a.store.WordsVersions(c.UserContext(), k)
	if err != nil {
		return p, err
	}
	offered := a.languagesOfWords(k.Entity, func(lang string) bool { return lang == k.Language && len(versions) > 0 })
	at := slices.IndexFunc(offered, func(l i18n.Language) bool { return l.Code == k.Language })
	if at < 0 {
		return p, store.ErrNotFound
	}
	p = view.TextPage{Desk: s.Frame(), Entity: k.Entity, Language: offered[at]}
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
		p.Value, err = a.store.WordsText(c.UserContext(), k, p.Version)
	}
	return p, err
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
	if err == nil {
		err = a.pastText(c, casework.WordsKey{Entity: p.Entity, Part: p.Part, Language: p.Language.Code}, &p.TextPage)
	}
	if err == nil && p.Past > 0 {
		err = preview(&p)
	}
	if err != nil {
		return err
	}
	return a.answers.Send(c, fiber.StatusOK, "desk-words-text", p)
}

// pastText puts an earlier version into the form, if one was asked for.
func (a *Admin) pastText(c *fiber.Ctx, k casework.WordsKey, p *view.TextPage) error {
	p.Saved = c.Query("saved") == "1"
	past, err := strconv.Atoi(c.Query("version"))
	if err != nil || past == p.Version {
		return nil
	}
	p.Past = past
	p.Value, err = a.store.WordsText(c.UserContext(), k, past)
	return err
}

// PostWordsText shows how a text looks, or stores it as a new version.
func (a *Admin) PostWordsText(c *fiber.Ctx, s session.Session, fields url.Values) error {
	p, err := a.wordsText(c, s)
	if err != nil {
		return err
	}
	return a.postText(c, s, fields, textForm{
		page: &p.TextPage, key: casework.WordsKey{Entity: p.Entity, Part: p.Part, Language: p.Language.Code}, tidy: casework.TidyWords, stored: casework.TidyWords, conflict: "words.conflict",
		check: func(typed string, save bool) []view.FieldError {
			if save && typed == "" && !p.Current.Written {
				return []view.FieldError{{Field: "text", Key: "words.text.missing"}}
			}
			return checkWords(typed)
		},
		preview: func() error { return preview(&p) },
		again: func() (err error) {
			p, err = a.wordsText(c, s)
			return err
		},
		send: func(status int) error { return a.answers.Send(c, status, "desk-words-text", p) },
	})
}

// textForm is the form of a text that has versions, with what is not the same for all.
type textForm struct {
	page     *view.TextPage
	key      casework.WordsKey
	tidy     func(typed string) string // as it stands in the form
	stored   func(typed string) string // and as it is stored
	conflict string                    // key of what is said where a colleague was faster
	check    func(typed string, save bool) []view.FieldError
	preview  func() error
	again    func() error // has the page say what holds now
	send     func(status int) error
}

// postText shows how a text looks, stores it as a new version, or takes it back. Whoever
// wrote beside a colleague is told, and decides with both texts in sight.
func (a *Admin) postText(c *fiber.Ctx, s session.Session, fields url.Values, f textForm) error {
	p, do, typed := f.page, fields.Get("do"), f.tidy(fields.Get("text"))
	text := f.stored(typed)
	if do == "withdraw" {
		text = ""
	} else {
		p.Errors = f.check(typed, do == "save")
	}
	holds := p.Value
	if !p.Current.Written {
		holds = ""
	}
	stores, conflict := do == "save" || do == "withdraw", strconv.Itoa(p.Version) != fields.Get("seen")
	if stores && p.Version > 0 && conflict && text == holds { // sent twice, or both wrote the same
		return wordsSaved(c)
	}
	if stores && len(p.Errors) == 0 && !conflict {
		err := a.store.PutWords(c.UserContext(), s.Handler.ID, f.key, text, a.settings.TodayAt(p.Entity), p.Version)
		a.words.Changed()
		if err == nil {
			return wordsSaved(c)
		}
		if !errors.Is(err, store.ErrConflict) {
			return err
		}
		if err = f.again(); err != nil {
			return err
		}
		conflict = true
	}
	p.Value, p.Conflict = typed, conflict
	if len(p.Errors) == 0 {
		p.Previewed = true
		if err := f.preview(); err != nil {
			return err
		}
	}
	status := fiber.StatusOK
	if conflict {
		p.Errors = append(p.Errors, view.FieldError{Field: "text", Key: f.conflict})
	}
	if len(p.Errors) > 0 {
		status = fiber.StatusUnprocessableEntity
	}
	return f.send(status)
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
	if wrong := checkPlain(text, casework.WordsLimit); wrong != nil {
		return wrong
	}
	if words.Nested(text) {
		return wrongText("words.text.nested", "Limit", casework.WordsNesting)
	}
	return nil
}

// checkPlain says what is wrong with any text.
func checkPlain(text string, limit int) []view.FieldError {
	if n := utf8.RuneCountInString(text); n > limit {
		return wrongText("words.text.long", "Limit", limit, "Number", n)
	}
	if at := strings.IndexFunc(text, casework.Hidden); at >= 0 {
		r, _ := utf8.DecodeRuneInString(text[at:])
		return wrongText("words.text.hidden", "Line", strings.Count(text[:at], "\n")+1, "Character", fmt.Sprintf("%U", r))
	}
	return nil
}

func wrongText(key string, args ...any) []view.FieldError {
	return []view.FieldError{{Field: "text", Key: key, Args: args}}
}
