package cases

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"hotline/i18n"
	"hotline/server/respond"
	"hotline/server/session"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

// lettersBody is LETTERS of docs/desk-api.md.
type lettersBody struct {
	Texts  map[string]map[string]string         `json:"texts"` // by language and code
	Own    []ownLetter                          `json:"own"`
	Values map[string]map[string]string         `json:"values"` // by language and field
	Queues map[string]map[casework.Queue]string `json:"queues"` // by language

	TellChannels bool `json:"tell_channels"` // the acknowledgement tells of the outside channels
}

type ownLetter struct {
	Code  string            `json:"code"`
	Kind  string            `json:"kind"`
	Use   string            `json:"use"`
	Names map[string]string `json:"names"` // by language
}

// PostLetters hands out the letters of the organisation's own that hold for cases about
// an entity, in all languages and for every kind: which of them a case needs is sealed.
func (d *Desk) PostLetters(c *fiber.Ctx, _ session.Session) error {
	var r struct {
		Entity string `json:"entity"`
	}
	if err := respond.ReadJSON(c, respond.SmallBody, &r); err != nil {
		return err
	}
	o, err := d.store.OrganizationWith(c.UserContext(), d.settings.Current()) // as it is now
	if err != nil {
		return err
	}
	if !o.Entities.Known(r.Entity) {
		return store.ErrNotFound
	}
	path := o.Entities.Path(r.Entity)
	texts, err := d.store.LetterTexts(c.UserContext(), path)
	if err != nil {
		return err
	}
	own, err := d.store.Letters(c.UserContext())
	if err != nil {
		return err
	}
	body := lettersBody{
		TellChannels: d.settings.ProfileAt(r.Entity).Channels.Basis != "",
		Texts:        nearest(path, texts), Own: []ownLetter{}, Values: map[string]map[string]string{}, Queues: map[string]map[casework.Queue]string{},
	}
	for _, l := range own {
		if !l.HoldsAt(path) {
			continue
		}
		names := map[string]string{}
		for _, lang := range i18n.Languages {
			names[lang.Code] = l.Names.Of(l.Name, lang.Code)
		}
		body.Own = append(body.Own, ownLetter{Code: l.Code(), Kind: l.Kind, Use: l.Use, Names: names})
	}
	for _, lang := range i18n.Languages {
		words := d.texts.Texts(lang.Code)
		channels, err := d.words.PlainText(c.UserContext(), r.Entity, casework.WordsChannels, lang.Code)
		if err != nil {
			return err
		}
		body.Values[lang.Code] = view.LetterNames(words, o, r.Entity)
		body.Values[lang.Code][casework.FieldChannels] = view.LetterChannels(words, channels, d.settings.ContactsAt(r.Entity))
		body.Queues[lang.Code] = map[casework.Queue]string{}
		for _, q := range o.Queues {
			body.Queues[lang.Code][q.Code] = view.QueueName(words, o, q.Code)
		}
	}
	return respond.SendJSON(c, fiber.StatusOK, body)
}

// nearest are the texts that hold at the first of some entities, by language and letter.
func nearest(path []string, all []store.LetterText) map[string]map[string]string {
	texts := map[string]map[string]string{}
	for _, entity := range slices.Backward(path) {
		for _, text := range all {
			if text.Entity != entity {
				continue
			}
			if texts[text.Language] == nil {
				texts[text.Language] = map[string]string{}
			}
			code, _ := casework.LetterOfPart(text.Part)
			texts[text.Language][code] = text.Text
		}
	}
	return texts
}
