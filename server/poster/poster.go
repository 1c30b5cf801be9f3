// Package poster makes the notices that tell people where the hotline is: one sheet of
// paper with an address, its QR code, and what somebody should know before they write.
package poster

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"hotline/i18n"
	"hotline/server/qrcode"
	"hotline/server/view"
	"hotline/store"
	"hotline/store/casework"
)

// All stands for every language that is offered, one below the other.
const All = "all"

// Papers are the sizes of a sheet, in the order offered.
var Papers = []string{"a4", "a5"}

// Choice is which poster somebody wants.
type Choice struct {
	Entity   string // code
	Paper    string // one of Papers
	Language string // code, or All
}

// Page is where an administrator chooses a poster, sees and prints it.
type Page struct {
	view.Desk
	Choice
	Entities  []view.Choice   // to choose from
	Languages []i18n.Language // offered at the entity
	Sheet     *Sheet          // nil: there is none of what was chosen
	Local     bool            // nobody can open the address on another device
	Errors    []view.FieldError
}

// PaperChoices are the sizes to choose from.
func (Page) PaperChoices() (list []view.Choice) {
	for _, code := range Papers {
		list = append(list, view.Choice{Code: code, Label: strings.ToUpper(code)})
	}
	return list
}

// Root is what stands for the organisation itself where an entity is chosen.
func (Page) Root() string { return casework.RootName }

// Sheet is a poster.
type Sheet struct {
	Paper   string
	Several bool // languages
	Size    int  // number of the size of its letters: the class of the style sheet
	Address string
	QR      qrcode.Code
	Onion   bool // the address is one of Tor
	Names   []Name

	NamesAbove bool // in a sheet of several languages: they are too long to stand beside the code

	Parts   []Part // one a language
	Reach   string // how else to reach somebody, where that is the same in all languages
	LeftOut bool   // of Reach there is no room
	Small   bool   // its letters are hard to read
}

// Name is whose hotline it is.
type Name struct {
	Language           i18n.Language
	Organization, Name string // Organization is "" where Name is it, or nobody has said
}

// Part is what a poster says in one language.
type Part struct {
	Language i18n.Language
	Numbers  []view.Emergency // to call in an emergency; none: those of the reader's country
	Reach    string           // how else to reach somebody
	texts    *i18n.Texts
}

// T returns a text in the language of the part.
func (p Part) T(key string) string { return p.texts.OnPages().T(key) }

// points are the keys of what somebody should know before they write.
var points = []string{"poster.about", "poster.unseen", "poster.device", "poster.receipt"}

// Points are these texts.
func (p Part) Points() (list []string) {
	for _, key := range points {
		list = append(list, p.T(key))
	}
	return list
}

// Source is what posters are made of.
type Source struct {
	Texts     *i18n.Catalog
	PublicURL string // without a slash at the end
	Structure store.Organization
	Languages []i18n.Language     // offered at the entity
	Contacts  []casework.Contacts // confirmed, of the entity
}

// countriesShown is of how many countries a poster in one language shows the emergency
// numbers. One of more countries, or of several languages, is for no place in particular
// and says "of your country".
const countriesShown = 3

// Make returns a poster. The choice must be one of those offered.
func Make(from Source, c Choice) (*Sheet, error) {
	languages := from.Languages
	if c.Language != All {
		languages = slices.DeleteFunc(slices.Clone(languages), func(l i18n.Language) bool { return l.Code != c.Language })
	}
	s := &Sheet{Paper: c.Paper, Several: len(languages) > 1, Onion: onion(from.PublicURL)}
	s.Address = from.PublicURL + "/"
	if !s.Several {
		s.Address += languages[0].Code + "/"
	}
	if c.Entity != casework.Root {
		s.Address += "at/" + c.Entity + "/"
	}
	var err error
	if s.QR, err = qrcode.Of(s.Address); err != nil {
		return nil, err
	}
	reach := from.Structure.Entities.Effective(c.Entity)
	for _, l := range languages {
		texts := from.Texts.Texts(l.Code)
		part := Part{Language: l, texts: texts, Reach: reach.Contacts.Of(reach.Contact, l.Code)}
		if n := len(from.Contacts); n == 1 || !s.Several && n <= countriesShown {
			part.Numbers = view.EmergencyNumbers(texts, from.Contacts)
		}
		s.Parts = append(s.Parts, part)
		s.name(from.Structure, c.Entity, l)
	}
	s.shareReach()
	s.fit()
	return s, nil
}

// name adds whose hotline it is, unless nobody has said, or another language says it.
func (s *Sheet) name(o store.Organization, entity string, l i18n.Language) {
	root, _ := o.Entities.Find(casework.Root)
	name := Name{Language: l, Name: root.Label(l.Code)}
	if e, known := o.Entities.Find(entity); known && entity != casework.Root {
		name.Organization, name.Name = name.Name, e.Label(l.Code)
	}
	for _, other := range s.Names {
		if name.Organization == other.Organization {
			name.Organization = ""
		}
		if name.Organization == "" && name.Name == other.Name {
			return
		}
	}
	if name.Name != "" {
		s.Names = append(s.Names, name)
	}
}

// shareReach says once what is the same in all languages.
func (s *Sheet) shareReach() {
	first := s.Parts[0].Reach
	if !s.Several || slices.ContainsFunc(s.Parts, func(p Part) bool { return p.Reach != first }) {
		return
	}
	s.Reach = first
	for i := range s.Parts {
		s.Parts[i].Reach = ""
	}
}

// Local reports whether an address leads nowhere on another device than the server.
func Local(publicURL string) bool {
	host := hostOf(publicURL)
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.Unmap().IsLoopback() || ip.IsUnspecified()
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// onion reports whether an address opens in Tor Browser alone.
func onion(publicURL string) bool { return strings.HasSuffix(hostOf(publicURL), ".onion") }

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}
