package view

import (
	"hotline/i18n"
	"hotline/server/caseview"
	"hotline/store/casework"
)

// Whoever asks for advice has made no report, and no page of theirs says so. Most
// texts suit both. The others have a second one for consultations, whose key is
// the same below "consultation"; lib/texts.ts chooses alike.

// ofKind returns the key of a text for a kind of case.
func ofKind(texts *i18n.Texts, kind, key string) string {
	if own := casework.KindConsultation + "." + key; kind == casework.KindConsultation && texts.Has(own) {
		return own
	}
	return key
}

func titled(b Base, kind, key string) Base {
	if b.Title == "" && kind == casework.KindConsultation {
		b.Title = casework.KindConsultation + "." + key
	}
	return b
}

func (p Receipt) base() Base      { return titled(p.Base, p.Kind, "receipt.title") }
func (p Conversation) base() Base { return titled(p.Base, p.Kind, "conversation.title") }

// told is a message, and the kind of the case that it stands in.
type told struct {
	Message
	Kind string
}

// Told lists the messages as the page shows them.
func (p Conversation) Told() []told {
	list := make([]told, len(p.Messages))
	for i, m := range p.Messages {
		list[i] = told{m, p.Kind}
	}
	return list
}

// dateRow is a day of a case, and the key that says what happens on it.
type dateRow struct{ Label, Day string }

// dateRows lists the days of a case: what has come in the place of what was
// promised.
func dateRows(texts *i18n.Texts, kind string, d caseview.ReporterDates) []dateRow {
	var rows []dateRow
	add := func(name, day string) {
		if day != "" {
			rows = append(rows, dateRow{ofKind(texts, kind, "date."+name), day})
		}
	}
	or := func(came, day, promised, by string) {
		if day == "" {
			came, day = promised, by
		}
		add(came, day)
	}
	add("received", d.Received)
	or("acknowledged", d.Acknowledged, "acknowledge", d.Acknowledge)
	add("notice", d.Notice)
	or("closed", d.Closed, "answer", d.Answer)
	return rows
}
