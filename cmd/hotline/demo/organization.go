package demo

import (
	"hotline/cmd/hotline/cli"
	"hotline/i18n"
	"hotline/server/countries"
	"hotline/store"
	"hotline/store/casework"
)

// sampleOrganization is the group that is shown.
type sampleOrganization struct {
	Name      string                `json:"name"`
	Names     casework.Translations `json:"names"`
	Countries []string              `json:"countries"`
	TimeZone  string                `json:"time_zone"`
	Profile   string                `json:"profile"`
}

type sampleEntity struct {
	Code      string                `json:"code"`
	Parent    string                `json:"parent"`
	Name      string                `json:"name"`
	Names     casework.Translations `json:"names"`
	Country   string                `json:"country"`
	TimeZone  string                `json:"time_zone"`
	Profile   string                `json:"profile"`
	Languages []string              `json:"languages"`
	Contact   string                `json:"contact"`
	Contacts  casework.Translations `json:"contacts"`
	People    int                   `json:"people"`
}

type sampleQueue struct {
	Code      casework.Queue        `json:"code"`
	Name      string                `json:"name"`
	Names     casework.Translations `json:"names"`
	Readers   string                `json:"readers"`
	ReadersIn casework.Translations `json:"readers_in"`
	Choosable bool                  `json:"choosable"`
	Buyers    bool                  `json:"buyers"`
}

// sampleWords are what the group tells reporters in words of its own.
type sampleWords struct {
	Entity string            `json:"entity"`
	Part   string            `json:"part"`
	Texts  map[string]string `json:"texts"` // Markdown, by language
}

// choose makes the choices of an administrator: the group with its companies, its
// desks and its rules. It confirms the contacts of the group's countries.
func (s *seeder) choose(c *cli.Config, texts sampleTexts) error {
	o := texts.Organization
	chosen := store.Settings{Organization: o.Name, Names: o.Names, Profile: o.Profile, Countries: o.Countries, TimeZone: o.TimeZone}
	if err := s.store.SetSettings(s.ctx, "", chosen); err != nil {
		return err
	}
	zone, err := c.Zone(s.ctx, s.store)
	if err != nil {
		return err
	}
	s.now = s.now.In(zone)
	var contacts []casework.Contacts
	for _, code := range o.Countries {
		proposal := countries.Proposal(code)
		proposal.ConfirmedOn = casework.DayOf(s.ago(began))
		contacts = append(contacts, proposal)
	}
	if err := s.store.SetContacts(s.ctx, "", contacts); err != nil {
		return err
	}
	for _, e := range texts.Entities {
		if err := s.store.PutEntity(s.ctx, "", casework.Entity(e), nil); err != nil {
			return err
		}
	}
	for _, q := range texts.Queues {
		if err := s.store.PutQueue(s.ctx, "", casework.QueueInfo(q), nil); err != nil {
			return err
		}
	}
	if err := s.write(texts.Words); err != nil {
		return err
	}
	return s.store.SetRouting(s.ctx, "", nil, texts.Rules)
}

// write stores the group's own words, in the order of the languages.
func (s *seeder) write(all []sampleWords) error {
	for _, w := range all {
		for _, l := range i18n.Languages {
			if w.Texts[l.Code] == "" {
				continue
			}
			k := casework.WordsKey{Entity: w.Entity, Part: w.Part, Language: l.Code}
			if err := s.store.PutWords(s.ctx, "", k, w.Texts[l.Code], casework.Day(s.day(began)), 0); err != nil {
				return err
			}
		}
	}
	return nil
}
