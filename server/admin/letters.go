package admin

import (
	"context"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"hotline/server/session"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
	"hotline/store/casework/law"
)

// GetLetters leads to the letters of an entity, as GetWords does to its texts.
func (a *Admin) GetLetters(c *fiber.Ctx, s session.Session) error {
	return a.toEntity(c, s, view.LettersPath)
}

// GetLettersTable shows which letters hold at an entity, and in which languages it has
// its own text.
func (a *Admin) GetLettersTable(c *fiber.Ctx, s session.Session) error {
	m, code, err := a.wordsAt(c, s)
	if err != nil {
		return err
	}
	current, err := a.store.CurrentLetters(c.UserContext())
	if err != nil {
		return err
	}
	all, err := a.store.Letters(c.UserContext())
	if err != nil {
		return err
	}
	p := view.LettersTable{Desk: s.Frame(), Entity: code, Entities: m.choices(m.managed()), Removed: c.Query("removed") == "1"}
	p.Path = view.LettersPath(code)
	states := a.wordsStates(m, code, current)
	p.Languages = states.languages
	p.Changed = slices.ContainsFunc(current, func(v store.WordsVersion) bool { return v.Entity == code && v.Written })
	rows := map[string][]view.LetterRow{}
	add := func(group string, l view.LetterInfo, here bool) {
		row := view.LetterRow{LetterInfo: l, Here: here, Cells: states.cells(casework.LetterPart(l.Code), &p.Missing, &p.Older)}
		if row.Bare() {
			p.Unused = append(p.Unused, row)
			return
		}
		rows[group] = append(rows[group], row)
	}
	for _, l := range casework.BuiltInLetters {
		add(groupOf(l.Use), view.LetterInfo{Code: l.Code, Kind: l.Kind, Use: l.Use}, false)
	}
	for _, l := range all {
		if l.HoldsAt(states.path) {
			add("own", view.LetterInfo{Code: l.Code(), Kind: l.Kind, Use: l.Use, Own: &l}, l.Entity == code)
		}
	}
	for _, group := range []string{"own", casework.LetterAcknowledge, "messages", "closing"} {
		if len(rows[group]) > 0 {
			p.Groups = append(p.Groups, view.LettersGroup{Title: "letters.group." + group, Rows: rows[group]})
		}
	}
	return a.answers.Send(c, fiber.StatusOK, "desk-letters", p)
}

// groupOf is where a built-in letter stands on the page.
func groupOf(use string) string {
	switch {
	case casework.ClosingLetter(use) != "":
		return "closing"
	case use == casework.LetterAcknowledge:
		return use
	}
	return "messages"
}

// letter returns what is known of a letter that holds at an entity.
func (a *Admin) letter(c *fiber.Ctx, m made, entity, code string) (view.LetterInfo, error) {
	if l, builtIn := casework.FindBuiltInLetter(code); builtIn {
		return view.LetterInfo{Code: l.Code, Kind: l.Kind, Use: l.Use}, nil
	}
	all, err := a.store.Letters(c.UserContext())
	for _, l := range all {
		if l.Code() == code && l.HoldsAt(m.Entities.Path(entity)) {
			return view.LetterInfo{Code: code, Kind: l.Kind, Use: l.Use, Own: &l}, nil
		}
	}
	if err == nil {
		err = store.ErrNotFound
	}
	return view.LetterInfo{}, err
}

// letterText returns the page of a letter's text in a language.
func (a *Admin) letterText(c *fiber.Ctx, s session.Session) (p view.LetterPage, err error) {
	m, entity, err := a.wordsAt(c, s)
	if err != nil {
		return p, err
	}
	if p.Letter, err = a.letter(c, m, entity, c.Params("letter")); err != nil {
		return p, err
	}
	k := casework.WordsKey{Entity: entity, Part: casework.LetterPart(p.Letter.Code), Language: c.Params("language")}
	if p.TextPage, err = a.textPage(c, s, m, k); err != nil {
		return p, err
	}
	p.Path = view.LettersPath(entity) + "/" + p.Letter.Code + "/" + k.Language
	path := m.Entities.Path(entity)
	all, err := a.store.LetterTexts(c.UserContext(), path)
	if err != nil {
		return p, err
	}
	text := map[casework.WordsKey]string{}
	for _, l := range all {
		text[l.WordsKey] = l.Text
	}
	written := func(k casework.WordsKey) bool { return text[k] != "" }
	find := func(path []string) (casework.WordsKey, string, view.LetterSource) {
		k, found := casework.FindWords(path, k.Part, []string{k.Language}, written)
		builtIn := view.BuiltInLetter(a.texts.Texts(p.Language.Code), p.Letter.Code)
		switch {
		case found && k.Entity == entity:
			return k, text[k], view.LetterOwn
		case found:
			return k, text[k], view.LetterInherited
		case builtIn != "":
			return k, builtIn, view.LetterBuiltIn
		}
		return k, "", view.LetterNone
	}
	var holds string
	p.From, holds, p.Source = find(path)
	_, _, p.Without = find(path[1:])
	if p.Holds, err = a.withExamples(c.UserContext(), m, p.TextPage, holds); err != nil {
		return p, err
	}
	if !p.Current.Written { // whoever changes a letter begins with what holds
		p.Value = holds
	}
	return p, nil
}

// withExamples fills in what a letter would say to somebody who reported today.
func (a *Admin) withExamples(ctx context.Context, m made, p view.TextPage, text string) (string, error) {
	texts, today := a.texts.Texts(p.Language.Code), a.settings.TodayAt(p.Entity)
	dates := a.settings.ProfileAt(p.Entity).Dates(law.History{State: casework.Acknowledged, Received: today, Acknowledged: today})
	values := view.LetterNames(texts, m.Organization, p.Entity)
	values[casework.FieldReceived], values[casework.FieldAnswer] = texts.Date(string(today)), texts.Date(string(dates.Answer.On))
	values[casework.FieldPromise] = view.Promise(texts, dates.Answer.On)
	values[casework.FieldQueue] = view.QueueName(texts, m.Organization, casework.Compliance)
	channels, err := a.words.PlainText(ctx, p.Entity, casework.WordsChannels, p.Language.Code)
	values[casework.FieldChannels] = view.LetterChannels(texts, channels, a.settings.ContactsAt(p.Entity))
	return casework.FillLetter(text, values), err
}

// GetLetterText is the page on which a letter is written.
func (a *Admin) GetLetterText(c *fiber.Ctx, s session.Session) error {
	p, err := a.letterText(c, s)
	if err == nil {
		err = a.pastText(c, letterKey(p), &p.TextPage)
	}
	if err == nil && p.Past > 0 {
		p.Previewed = true
		err = a.previewLetter(c, s, &p)
	}
	if err != nil {
		return err
	}
	if p.Current.Written {
		p.Lacks = casework.LetterLacks(p.Value, p.Letter.Use)
	}
	return a.answers.Send(c, fiber.StatusOK, "desk-letter-text", p)
}

func letterKey(p view.LetterPage) casework.WordsKey {
	return casework.WordsKey{Entity: p.Entity, Part: casework.LetterPart(p.Letter.Code), Language: p.Language.Code}
}

func (a *Admin) previewLetter(c *fiber.Ctx, s session.Session, p *view.LetterPage) error {
	m, err := a.made(c.UserContext(), s)
	if err == nil {
		p.Lacks = casework.LetterLacks(p.Value, p.Letter.Use)
		p.Preview, err = a.withExamples(c.UserContext(), m, p.TextPage, p.Value)
	}
	return err
}

// PostLetterText shows how a letter reads, stores it as a new version, or takes it back.
func (a *Admin) PostLetterText(c *fiber.Ctx, s session.Session, fields url.Values) error {
	p, err := a.letterText(c, s)
	if err != nil {
		return err
	}
	return a.postText(c, s, fields, textForm{
		page: &p.TextPage, key: letterKey(p), tidy: casework.TidyWords, stored: casework.TidyLetter, conflict: "letters.conflict",
		check:   func(typed string, _ bool) []view.FieldError { return checkLetter(typed, p.Letter.Use) },
		preview: func() error { return a.previewLetter(c, s, &p) },
		again: func() (err error) {
			p, err = a.letterText(c, s)
			return err
		},
		send: func(status int) error { return a.answers.Send(c, status, "desk-letter-text", p) },
	})
}

// checkLetter says what is wrong with a letter, and where.
func checkLetter(text, use string) []view.FieldError {
	if text == "" {
		return wrongText("letters.text.missing")
	}
	if wrong := checkPlain(text, casework.LetterLimit); wrong != nil {
		return wrong
	}
	fault := casework.CheckLetter(text, use)
	if fault == nil {
		return nil
	}
	return wrongText("letters.text."+fault.Code, "Line", fault.Line, "Text", fault.Text, "Example", "{{"+casework.FieldReceived+"}}")
}
