package casework

import "slices"

// Answers are those of a report that say who reads it. "" is no answer.
type Answers struct {
	Kind, Relationship, Subject, Category string

	Desk string // code of a queue that the reporter chose
}

// Rule says which queue reads a report. A condition is the answers that it fits,
// "" among them; without any it fits every answer. A category that was not chosen
// is Unsure.
type Rule struct {
	Entities      []string `json:"entity,omitempty"` // and those below them; never of rules that RulesAt returns
	Desks         []string `json:"desk,omitempty"`
	Kinds         []string `json:"kind,omitempty"`
	Relationships []string `json:"relationship,omitempty"`
	Subjects      []string `json:"subject,omitempty"`
	Categories    []string `json:"category,omitempty"`
	Queue         Queue    `json:"queue"`
}

var (
	// insiders work for our own organisation, or did.
	insiders = []string{"employee", "agency", "trainee", "former"}

	workplace   = categoriesOf(Workplace)
	supplyChain = categoriesOf(SupplyChain)

	// ownPeople are matters of our own people, where our own organisation is
	// concerned.
	ownPeople = slices.Concat(workplace, []string{"human-rights-labour", "forced-labour", "child-labour", "foreign-trainees", "health-safety"})

	// notOfBuyers are the supply-chain matters that no buyer of ours is accused in.
	notOfBuyers = slices.DeleteFunc(slices.Clone(supplyChain), func(c string) bool { return c == "fair-trading" })

	own      = []string{SubjectOwn}
	supplier = []string{SubjectSupplier}
	unstated = []string{""}
)

// Rules decide which queue reads a report: the first that fits. The last fits
// every report. What an insider writes without saying whom it is about is about
// our own organisation. Procurement never judges our own buyers: it reads what is
// about a supplier, or comes from a supplier and is about anything but trading.
var Rules = []Rule{
	{Kinds: []string{KindConsultation}, Relationships: insiders, Categories: []string{Unsure, "consultation"}, Queue: HR},
	{Subjects: own, Categories: ownPeople, Queue: HR},
	{Subjects: own, Queue: Compliance},
	{Relationships: insiders, Subjects: unstated, Categories: ownPeople, Queue: HR},
	{Relationships: insiders, Subjects: unstated, Queue: Compliance},
	{Subjects: supplier, Categories: slices.Concat(workplace, supplyChain), Queue: Procurement},
	{Subjects: supplier, Queue: Compliance},
	{Relationships: []string{"supplier"}, Categories: notOfBuyers, Queue: Procurement},
	{Relationships: []string{"supplier"}, Queue: Compliance},
	{Categories: workplace, Queue: HR},
	{Queue: Compliance},
}

// Retaliation is the category of what is done to somebody because of a report.
const Retaliation = "retaliation"

// ofRetaliation are the rules for a report that the page of an earlier one opens because
// somebody is treated badly: readers of the earlier one may be those who do it.
var ofRetaliation = []Rule{
	{Desks: []string{string(Independent)}, Categories: []string{Retaliation}, Queue: Independent},
	{Desks: []string{string(Compliance)}, Categories: []string{Retaliation}, Queue: Compliance},
}

// RetaliationDesk is the queue that such a report is for, about the entity of a path:
// independent, or compliance where nobody reads there.
func (m Members) RetaliationDesk(path []string) Queue {
	if _, _, read := m.Nearest(Independent, path); read {
		return Independent
	}
	return Compliance
}

// fits reports whether all conditions of the rule do, but for that of the entity.
func (r Rule) fits(a Answers) bool {
	fits := func(condition []string, answer string) bool {
		return condition == nil || slices.Contains(condition, answer)
	}
	return fits(r.Kinds, a.Kind) && fits(r.Relationships, a.Relationship) && fits(r.Subjects, a.Subject) && fits(r.Categories, a.Category) && fits(r.Desks, a.Desk)
}

// QueueFor returns the queue that reads a report by its answers.
func QueueFor(rules []Rule, a Answers) Queue {
	if a.Category == "" {
		a.Category = Unsure
	}
	for _, r := range rules {
		if r.fits(a) {
			return r.Queue
		}
	}
	return Compliance
}

// QueuesFor lists the queues that may read a report of a category: which of them
// does depends on answers that a browser seals.
func QueuesFor(rules []Rule, category string) []Queue {
	desks := []string{""}
	for _, r := range rules {
		desks = append(desks, r.Desks...)
	}
	var queues []Queue
	for _, desk := range desks {
		for _, kind := range Kinds {
			for _, relationship := range append([]string{""}, Relationships...) {
				for _, subject := range append([]string{""}, Subjects...) {
					q := QueueFor(rules, Answers{kind, relationship, subject, category, desk})
					if !slices.Contains(queues, q) {
						queues = append(queues, q)
					}
				}
			}
		}
	}
	return queues
}
