package audit

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"hotline/i18n"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

// words puts rows into words of one language.
type words struct {
	texts *i18n.Texts
	names map[string]string // by handler's id
	zone  *time.Location
	made  store.Organization // entities and queues
}

func newWords(texts *i18n.Texts, handlers []store.Handler, zone *time.Location, made store.Organization) words {
	names := map[string]string{"": texts.T("audit.command-line"), store.Recovery: texts.T("audit.recovery")}
	for _, h := range handlers {
		names[h.ID] = h.Name
	}
	return words{texts, names, zone, made}
}

func (w words) row(e store.AuditEntry) view.AuditRow {
	at := time.Unix(e.At, 0).In(w.zone)
	r := view.AuditRow{
		N: e.N, Day: string(casework.DayOf(at)), Clock: at.Format(time.TimeOnly), By: w.name(e.By),
		What: w.text("audit.what.", e.What), Detail: w.detail(e.What, e.Detail), Case: e.CaseID,
	}
	if e.What == store.AuditPurged && e.By == "" {
		r.By = w.texts.T("audit.automatic")
	}
	switch {
	case e.What == store.AuditLinked || e.What == store.AuditUnlinked:
		r.SubjectCase = e.Subject
	case e.Subject != "":
		r.Subject = w.name(e.Subject)
	case e.What == store.AuditAssignee:
		r.Subject = w.texts.T("audit.nobody")
	}
	return r
}

// name is who a handler's id stands for.
func (w words) name(id string) string {
	if name, known := w.names[id]; known {
		return name
	}
	return id
}

// text is a code in words, or the code where there are none.
func (w words) text(family, code string) string {
	if key := family + code; w.texts.Has(key) {
		return w.texts.T(key)
	}
	return code
}

// detail puts the codes of a row into words.
func (w words) detail(what, detail string) string {
	first, second, _ := strings.Cut(detail, " ")
	switch what {
	case store.AuditRead:
		return w.texts.T("audit.detail.read", "Number", detail)
	case store.AuditMessage:
		return w.message(first, second)
	case store.AuditState:
		return join(" · ", w.move("state.", first), w.text("outcome.", second))
	case store.AuditQueue:
		return w.branches(strings.Split(detail, ">"), " → ")
	case store.AuditAbout:
		from, to, _ := strings.Cut(detail, ">")
		return join(" → ", view.EntityName(w.texts, w.made, from), view.EntityName(w.texts, w.made, to))
	case store.AuditDanger:
		return w.text("danger.", cmp.Or(detail, "none"))
	case store.AuditHold:
		if detail == "" {
			return ""
		}
		return w.texts.Date(detail)
	case store.AuditExtended:
		return w.texts.Date(detail)
	case store.AuditAdded, store.AuditWork:
		return join(" · ", w.roles(first), w.branches(strings.Split(second, ","), " · "))
	case store.AuditSettings:
		return w.settings(detail)
	case store.AuditDeputy, store.AuditDeputyEnded:
		from, until, _ := strings.Cut(second, " ")
		return w.texts.T("audit.detail.deputy", "Name", w.name(first), "From", w.texts.Date(from), "Until", w.texts.Date(until))
	case store.AuditLead:
		if branch, not := strings.CutPrefix(detail, "-"); not {
			return w.texts.T("audit.detail.no-lead", "Queue", w.branches([]string{branch}, ""))
		}
		return w.branches([]string{detail}, "")
	case store.AuditMeeting:
		if day, err := casework.ParseDay(detail); err == nil {
			return w.texts.Date(string(day))
		}
		return w.text("audit.meeting.", detail)
	case store.AuditStep:
		if second == "" {
			return w.text("steps.name.", first)
		}
		return w.text("steps.name.", first) + " · " + w.texts.Date(second)
	case store.AuditEntity, store.AuditQueueSet:
		return w.organized(what, detail)
	case store.AuditWords:
		return w.written(detail, func(part string) string { return w.text("words.part.", part) })
	case store.AuditLetters:
		return w.written(detail, func(code string) string { return view.LetterName(w.texts, code) })
	case store.AuditWebhook:
		return w.webhook(detail)
	}
	if texts, coded := codeTexts[what]; coded {
		return w.text(texts, detail)
	}
	return detail
}

// codeTexts are where the texts of details stand that are one code.
var codeTexts = map[string]string{
	store.AuditPriority:   "priority.",
	store.AuditKind:       "answers.kind.",
	store.AuditStanding:   "standing.",
	store.AuditExport:     "audit.export.",
	store.AuditListExport: "cases.tab.",
	store.AuditLinked:     "audit.link.",
	store.AuditPurged:     "audit.purged.",
	store.AuditDeletion:   "audit.deletion.",
	store.AuditPasskey:    "audit.passkey.",
	store.AuditEnrolled:   "audit.enrolled.",
	store.AuditClassified: "audit.classified.",
}

// organized names an entity or a queue, and says so where it was removed.
func (w words) organized(what, detail string) string {
	code, removed := strings.CutPrefix(detail, "-")
	if removed {
		return w.texts.T("audit.removed", "Code", code)
	}
	if what == store.AuditEntity {
		return view.EntityName(w.texts, w.made, code)
	}
	return view.QueueName(w.texts, w.made, casework.Queue(code))
}

// written names a text of the organisation: what name calls it, language and entity.
func (w words) written(detail string, name func(code string) string) string {
	code, rest, _ := strings.Cut(detail, " ")
	language, entity, _ := strings.Cut(rest, " ")
	switch language {
	case store.LetterDescribed:
		language = ""
	case store.LetterRemoved:
		language = w.texts.T("letters.withdrawn")
	}
	for _, l := range i18n.Languages {
		if l.Code == language {
			language = l.Name
		}
	}
	return join(" · ", name(code), language, view.EntityName(w.texts, w.made, entity))
}

// webhook says what was done to which webhook, of which entity.
func (w words) webhook(detail string) string {
	act, rest, _ := strings.Cut(detail, " ")
	id, entity, _ := strings.Cut(rest, " ")
	return join(" · ", w.text("audit.webhook.", act), id, view.EntityName(w.texts, w.made, entity))
}

func (w words) message(from, number string) string {
	switch casework.Sender(from) {
	case casework.FromDesk:
		return w.texts.T("audit.detail.desk", "Number", number)
	case casework.FromNote:
		return w.texts.T("audit.detail.note", "Number", number)
	}
	return join(" ", from, number)
}

func (w words) move(family, codes string) string {
	from, to, _ := strings.Cut(codes, ">")
	return join(" → ", w.text(family, from), w.text(family, to))
}

// branches puts branches into words.
func (w words) branches(codes []string, between string) string {
	var all []string
	for _, code := range codes {
		if code != "" {
			all = append(all, view.BranchName(w.texts, w.made, casework.Branch(code)))
		}
	}
	return join(between, all...)
}

// roles puts roles, separated by commas, into words.
func (w words) roles(codes string) string {
	var all []string
	for code := range strings.SplitSeq(codes, ",") {
		if role, _ := store.SplitRole(code); w.texts.Has("role." + role) {
			code = view.RoleName(w.texts, w.made, code)
		}
		all = append(all, code)
	}
	return join(" · ", all...)
}

// settingKeys are the fields of the organisation's page by what they are stored as.
var settingKeys = map[string]string{
	"organization": "organization.name.label", "organization-names": "audit.organization-names", "exit-url": "organization.exit-url.label", "languages": "organization.languages.label", "profile": "organization.profile.label",
	"countries": "organization.country.label", "time-zone": "organization.time-zone.label", "escalate-after": "organization.escalate.label", store.ContactsShown: "audit.contacts.shown", store.ContactsHidden: "audit.contacts.hidden",
}

func (w words) settings(codes string) string {
	all := strings.Split(codes, ",")
	for i, code := range all {
		if key, known := settingKeys[code]; known {
			all[i] = w.texts.T(key)
		}
	}
	return join(" · ", all...)
}

// join leaves out what is empty.
func join(between string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), between)
}
