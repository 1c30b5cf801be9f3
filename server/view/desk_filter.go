package view

import (
	"html/template"
	"net/url"
	"strconv"

	"hotline/i18n"
	"hotline/store"
	"hotline/store/casework"
)

// deskURL leads to a page of the desk. The query was encoded by us, as a whole.
func deskURL(texts *i18n.Texts, path, query string) template.URL {
	return template.URL("/" + texts.Language().Code + "/desk/" + withQuery(path, query))
}

// caseURL leads to a case, and carries the list to go back to.
func caseURL(texts *i18n.Texts, id, list string) template.URL {
	return deskURL(texts, "cases/"+url.PathEscape(id), backQuery(list, ""))
}

func withQuery(path, query string) string {
	if query == "" {
		return path
	}
	return path + "?" + query
}

// backQuery is the query of a case that leads back to a list, and to its place there.
func backQuery(list, place string) string {
	if list == "" {
		return ""
	}
	query := url.Values{"back": {list}}
	if place != "" {
		query.Set("at", place)
	}
	return query.Encode()
}

// chosenFilter is one thing that a list was narrowed by, with the address of the
// list without it.
type chosenFilter struct {
	Label, Value string
	URL          template.URL
}

// nobody is the filter for cases without an assignee.
const nobody = "none"

func chosenFilters(texts *i18n.Texts, made store.Organization, l CaseList) []chosenFilter {
	var chosen []chosenFilter
	add := func(name, label, value, words string) {
		if value != "" {
			chosen = append(chosen, chosenFilter{label, words, listWithout(texts, l, name)})
		}
	}
	f := l.Filter
	word := func(family, code string) string {
		if key := family + code; texts.Has(key) {
			return texts.T(key)
		}
		return visible(code)
	}
	add("queue", texts.T("case.queue"), f.Queue, QueueName(texts, made, casework.Queue(f.Queue)))
	add("category", texts.T("case.category"), f.Category, CategoryName(texts, f.Category))
	add("state", texts.T("case.state"), f.State, word("state.", f.State))
	add("priority", texts.T("case.priority"), f.Priority, word("priority.", f.Priority))
	add("assignee", texts.T("case.assignee"), f.Assignee, personName(texts, l.People, f.Assignee))
	add("kind", texts.T("list.kind"), f.Kind, word("list.kind-", f.Kind))
	add("unread", "", f.Unread, texts.T("cases.unread"))
	add("entity", texts.T("list.entity"), f.Entity, EntityName(texts, made, EntityIn(f.Entity)))
	if n, err := strconv.Atoi(f.Days); f.Age != "" && err == nil && len(l.Errors) == 0 {
		add("age", texts.T("date.received"), f.Age, texts.N("list.age."+f.Age, n))
	}
	return chosen
}

func personName(texts *i18n.Texts, people []Person, id string) string {
	if id == nobody {
		return texts.T("case.nobody")
	}
	for _, p := range people {
		if p.ID == id {
			return visible(p.Name)
		}
	}
	return visible(short(id))
}

// listWithout is the list without one of its filters, "": without any.
func listWithout(texts *i18n.Texts, l CaseList, name string) template.URL {
	f, query := l.Filter, url.Values{}
	if l.Tab != "" {
		query.Set("tab", l.Tab)
	}
	if f.Sort != "" {
		query.Set("sort", f.Sort)
	}
	for filter, value := range f.Values() {
		if name != "" && filter != name && !(name == "age" && filter == "days") {
			query.Set(filter, value)
		}
	}
	return deskURL(texts, "cases", query.Encode())
}

// listRange says which rows of how many a page shows: "1–50 of 80".
func listRange(texts *i18n.Texts, r ListRange) string {
	if r.Beyond {
		return texts.T("list.range-beyond", "Rows", texts.Number(r.Rows), "Before", texts.Number(r.Before))
	}
	first, last := r.Before+1, r.Before+r.Rows
	key := "list.range"
	if r.More {
		key, r.All = "list.range-more", max(r.All, last)
	}
	return texts.T(key, "First", texts.Number(first), "Last", texts.Number(last), "All", texts.Number(r.All))
}
