package view

// adminEntry is a page of the administration in its menu.
type adminEntry struct {
	Page       string // its address below /{lang}/desk/admin
	Title      string // key
	Everything bool   // only for those who administer the whole organisation
}

// adminGroup are entries that belong together.
type adminGroup struct {
	Title   string // key
	Entries []adminEntry
}

// adminMenu is the menu of the administration. A further page is one more line.
var adminMenu = []adminGroup{
	{"admin-menu.organization", []adminEntry{
		{"set-up", "set-up.title", false},
		{"organization", "organization.title", true},
		{"entities", "entities.title", false},
		{"queues", "queues.title", true},
		{"routing", "routing.title", false},
		{"contacts", "contacts.title", true},
		{"words", "words.tab", false},
		{"letters", "letters.title", false},
		{"poster", "poster.title", false},
	}},
	{"admin-menu.people", []adminEntry{
		{"people", "people.title", false},
		{"register", "register.title", false},
		{"recovery", "recovery.title", true},
	}},
	{"admin-menu.notices", []adminEntry{
		{"notifications", "notifications.title", false},
		{"webhooks", "webhooks.title", false},
	}},
}

// adminNav is where an administrator may go.
type adminNav struct {
	Page       string
	Title      string // key of the page, or of the one that it belongs to
	Everything bool
	Groups     []adminGroup
	Unreached  bool // mail does not reach some people
}

func adminNavOf(page string, p Page) adminNav {
	nav := adminNav{Page: page}
	if desk := deskOf(p); desk != nil {
		nav.Everything, nav.Unreached = desk.Handler.Everything, desk.Unreached && page != "notifications"
	}
	for _, group := range adminMenu {
		shown := adminGroup{Title: group.Title}
		for _, entry := range group.Entries {
			if entry.Page == page {
				nav.Title = entry.Title
			}
			if nav.Everything || !entry.Everything {
				shown.Entries = append(shown.Entries, entry)
			}
		}
		if len(shown.Entries) > 0 {
			nav.Groups = append(nav.Groups, shown)
		}
	}
	return nav
}
