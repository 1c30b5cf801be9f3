package form

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"hotline/crypto"
	"hotline/i18n"
	"hotline/server/intake"
	"hotline/server/view"
	"hotline/store/casework"
)

// submission is what a report form says.
type submission struct {
	token, website string
	switched       bool              // it asks for another language, and for nothing else
	values         view.ReportValues // as typed
	excluded       []string          // ids of those whom the reporter excludes, each once
	earlier        string            // number of the case whose page opened this one, "" none: sealed like an answer
	fileNames      []string          // of files that were chosen, and that a language switch does not send
}

// destination is what the answers say about who reads the report.
func (s submission) destination() intake.Destination {
	v := s.values
	said := casework.Answers{Kind: v.Kind, Relationship: v.Relationship, Subject: v.Subject, Category: v.Category, Desk: v.Desk}
	return intake.Destination{Entity: v.Entity, Answers: said, Excluded: s.excluded}
}

func submissionOf(f fields) submission {
	excluded := strings.Fields(f["not_for"])
	slices.Sort(excluded)
	return submission{
		token: f["form"], website: f["website"], switched: f["switch"] != "",
		values: valuesOf(f), excluded: slices.Compact(excluded), fileNames: f.fileNames(),
	}
}

func valuesOf(f fields) view.ReportValues {
	return view.ReportValues{
		Kind: f["kind"], Relationship: f["relationship"], Subject: f["subject"], Category: f["category"],
		Entity: view.EntityIn(f["entity"]), Desk: f["desk"],
		Text: f["text"], Danger: f["danger"],
		Where: f["where"], Country: f["country"], When: f["when"], People: f["people"],
		ReportedBefore: f["reported_before"], NotFor: f["not_for"],
		Identity: f["identity"], Name: f["name"], Contact: f["contact"],
		KeepMetadata: f["keep_metadata"],
	}
}

// answer is one answer of the report form; allowed is nil for a free text.
type answer struct {
	field, value string
	allowed      []string
}

// answers lists all answers but the text, in the order of the form.
func answers(v view.ReportValues) []answer {
	yes := []string{"yes"}
	return []answer{
		{"kind", v.Kind, casework.Kinds},
		{"relationship", v.Relationship, casework.Relationships},
		{"subject", v.Subject, casework.Subjects},
		{"entity", v.Entity, nil}, // checked by validate
		{"category", v.Category, intake.CategoryCodes},
		{"desk", v.Desk, nil}, // checked by validate
		{"danger", v.Danger, yes},
		{"where", v.Where, nil},
		{"country", v.Country, nil}, // checked by validate
		{"when", v.When, nil},
		{"people", v.People, nil},
		{"reported_before", v.ReportedBefore, nil},
		{"not_for", v.NotFor, nil}, // checked by intake.Recipients.Readers
		{"identity", v.Identity, casework.Identities},
		{"name", v.Name, nil},
		{"contact", v.Contact, nil},
		{"keep_metadata", v.KeepMetadata, yes},
	}
}

// validate names everything in the form that cannot be taken as it is.
func (in *Pages) validate(v view.ReportValues) []view.FieldError {
	errs := validateText(v.Text, true)
	if _, ok := in.texts.Texts(i18n.Fallback).Country(v.Country); v.Country != "" && !ok {
		errs = append(errs, view.FieldError{Field: "country", Key: "error.choice"})
	}
	made := in.settings.Organization()
	if !made.Entities.Known(v.Entity) {
		errs = append(errs, view.FieldError{Field: "entity", Key: "error.choice"})
	}
	if q, _ := made.Find(casework.Queue(v.Desk)); v.Desk != "" && !q.Choosable {
		errs = append(errs, view.FieldError{Field: "desk", Key: "error.choice"})
	}
	for _, a := range answers(v) {
		switch {
		case a.value == "", a.field == "not_for":
		case a.allowed != nil && !slices.Contains(a.allowed, a.value):
			errs = append(errs, view.FieldError{Field: a.field, Key: "error.choice"})
		case utf8.RuneCountInString(a.value) > intake.FieldLimit:
			errs = append(errs, view.FieldError{Field: a.field, Key: "error.field-too-long", Args: []any{"Limit", intake.FieldLimit}})
		default:
			if _, ok := crypto.FindReceipt(a.value); ok {
				errs = append(errs, view.FieldError{Field: a.field, Key: "error.receipt-inside"})
			}
		}
	}
	return append(errs, contradictions(casework.Personal{Identity: v.Identity, Name: v.Name, Contact: v.Contact}.Contradictions())...)
}

// kindOf is the kind that the sealed fields of a report say.
func kindOf(fields map[string]string) string { return cmp.Or(fields["kind"], casework.KindReport) }

// contradictions are answers that cannot both be meant, as questions of the page.
func contradictions(all []casework.Contradiction) (errs []view.FieldError) {
	for _, c := range all {
		errs = append(errs, view.FieldError{Field: c.Field, Key: "error." + c.Fault})
	}
	return errs
}

// validateText checks the text of a report or message.
func validateText(text string, required bool) []view.FieldError {
	switch {
	case strings.TrimSpace(text) == "" && required:
		return []view.FieldError{{Field: "text", Key: "error.text-missing"}}
	case utf8.RuneCountInString(text) > intake.TextLimit:
		return []view.FieldError{{Field: "text", Key: "error.text-too-long", Args: []any{"Limit", intake.TextLimit}}}
	}
	if _, ok := crypto.FindReceipt(text); ok {
		return []view.FieldError{{Field: "text", Key: "error.receipt-inside"}}
	}
	return nil
}

// sealedFields are the answers that go into the sealed message and, apart from
// them, into the sealed name: those given, without what only told the server how to
// take the files, and without what stood in the form when nobody chose anything.
// shownAs says in words whom the reporter excludes.
func sealedFields(v view.ReportValues, shownAs string) (message, name map[string]string) {
	message, name = map[string]string{}, map[string]string{}
	for _, a := range answers(v) {
		switch value := strings.TrimSpace(a.value); {
		case value == "", a.field == "keep_metadata", value == casework.Unanswered[a.field]:
		case a.field == "not_for":
			message[a.field] = shownAs
		case slices.Contains(view.Apart, a.field):
			name[a.field] = value
		default:
			message[a.field] = value
		}
	}
	return message, name
}
