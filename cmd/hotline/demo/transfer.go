package demo

import (
	"maps"
	"slices"

	"hotline/crypto"
	"hotline/store"
	"hotline/store/casework"
)

// sampleTransfer hands a case over to another queue, or takes the one who does it off
// the case, with a note that says why.
type sampleTransfer struct {
	Days   int            `json:"days"` // ago
	By     string         `json:"by"`   // e-mail address
	Queue  casework.Queue `json:"queue"`
	Entity string         `json:"entity"`
	Text   string         `json:"text"`
}

// transfer does it as a handler's browser would: the case's key goes to those who
// read it then.
func (s *seeder) transfer(sample sampleCase, c store.NewCase, identity crypto.Identity, seq int) error {
	by, err := s.store.HandlerByEmail(s.ctx, sample.Transfer.By)
	if err != nil {
		return err
	}
	day := s.day(sample.Transfer.Days)
	p := store.Transfer{Act: store.Act{CaseID: c.ID, By: by.ID, At: s.ago(sample.Transfer.Days).Unix()}, Seen: c.Branch, Queue: sample.Transfer.Queue, Entity: sample.Transfer.Entity}
	if p.Queue == "" {
		p.Who = by.ID
	}
	plan, err := s.store.PlanTransfer(s.ctx, p)
	if err != nil {
		return err
	}
	keys := store.TransferKeys{Sealed: map[string][]byte{}, Recipients: map[string]string{}}
	for _, r := range plan.SealTo {
		recipient, err := crypto.ParseRecipient(r.Recipient)
		if err != nil {
			return err
		}
		if keys.Sealed[r.ID], err = crypto.SealCaseKey(identity, recipient); err != nil {
			return err
		}
		keys.Recipients[r.ID] = r.Recipient
	}
	m := crypto.Message{Case: c.ID, Seq: seq, From: string(casework.FromNote), On: day, Language: "en", Text: sample.Transfer.Text}
	note := store.NewMessage{CaseID: c.ID, Seq: seq, From: casework.FromNote, On: casework.Day(day), At: p.At, By: by.ID}
	if note.Sealed, err = crypto.SealMessage(m, identity.Recipient()); err != nil {
		return err
	}
	return s.store.Transfer(s.ctx, p, keys, note)
}

// addRegister enters who may know who reporters are, and by what office reporters
// can exclude somebody.
func (s *seeder) addRegister(texts sampleTexts) error {
	for _, email := range slices.Sorted(maps.Keys(texts.Register)) {
		h, err := s.store.HandlerByEmail(s.ctx, email)
		if err != nil {
			return err
		}
		d := store.Designation{ID: crypto.NewID(), HandlerID: h.ID, Document: texts.Register[email], From: casework.Day(s.day(began))}
		if err := s.store.Designate(s.ctx, "", d); err != nil {
			return err
		}
	}
	for _, email := range slices.Sorted(maps.Keys(texts.Shown)) {
		shown := texts.Shown[email]
		h, err := s.store.HandlerByEmail(s.ctx, email)
		if err == nil {
			err = s.store.SetShownAs(s.ctx, "", h.ID, shown.As, shown.In)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// addDuties names deputies for this week, and leads. Everybody has looked at their list
// today.
func (s *seeder) addDuties(texts sampleTexts) error {
	s.clock = s.now
	today := casework.Day(s.day(0))
	for _, email := range slices.Sorted(maps.Keys(texts.Deputies)) {
		h, err := s.store.HandlerByEmail(s.ctx, email)
		if err != nil {
			return err
		}
		deputy, err := s.store.HandlerByEmail(s.ctx, texts.Deputies[email])
		if err != nil {
			return err
		}
		d := store.Deputy{ID: crypto.NewID(), HandlerID: h.ID, DeputyID: deputy.ID, From: today, Until: today.AddDays(6)}
		if err := s.store.NameDeputy(s.ctx, "", d, store.Days{Root: today}); err != nil {
			return err
		}
	}
	all, err := s.store.Handlers(s.ctx)
	if err != nil {
		return err
	}
	for _, h := range all {
		if err := s.store.Looked(s.ctx, h, store.Days{Root: today}); err != nil {
			return err
		}
	}
	for _, b := range slices.Sorted(maps.Keys(texts.Leads)) {
		h, err := s.store.HandlerByEmail(s.ctx, texts.Leads[b])
		if err == nil {
			err = s.store.SetLead(s.ctx, "", b, "", h.ID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// began is how many days ago the hotline was set up.
const began = 60

// laterAct is something that handlers and reporters did so many days ago.
type laterAct struct {
	days int
	do   func() error
}

func (s *seeder) later(days int, do func() error) { s.acts = append(s.acts, laterAct{days, do}) }

// work does what was put off, in the order in which it happened: the audit log is
// written down as it comes.
func (s *seeder) work() error {
	slices.SortStableFunc(s.acts, func(a, b laterAct) int { return b.days - a.days })
	for _, act := range s.acts {
		s.clock = s.ago(act.days)
		if err := act.do(); err != nil {
			return err
		}
	}
	return nil
}
