package poster

import (
	"math"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// letters are the sizes of a poster's letters, millimetres, by the number of their
// class in web/src/desk-poster.css. Without scripts nothing measures what is printed,
// so the largest that fits is reckoned here.
var letters = []float64{6, 5.6, 5.2, 4.9, 4.6, 4.3, 4, 3.7, 3.5, 3.3, 3.1, 2.9, 2.7, 2.5, 2.35, 2.2, 2.05, 1.9, 1.75, 1.6}

// small are letters that are hard to read on a wall, millimetres.
const small = 2.3

// measures are those of a sheet without its margins, millimetres, and of its parts in
// the size of its letters: as in the style sheet.
type measures struct {
	width, height, code  float64
	name, title, address float64
}

func (s *Sheet) measures() measures {
	m := measures{width: 186, height: 272, code: 66, name: 1.3, title: 1.9, address: 1.3}
	if s.Several {
		m.code, m.name, m.title, m.address = 50, 1.5, 1.35, 1.9
	}
	if s.NamesAbove {
		m.name = 1
	}
	if s.Paper == "a5" {
		m.width, m.height, m.code = 130, 191, 44
		if s.Several {
			m.code = 32
		}
	}
	return m
}

// manyLetters is how long the names of a sheet in several languages may be to stand
// beside the code, in the size of their letters.
const manyLetters = 150

func (s *Sheet) beside() bool { return s.Several && !s.NamesAbove }

// fit chooses the letters. Where even the smallest are too large, the other ways to
// reach somebody are left out: all else has a limit.
func (s *Sheet) fit() {
	long := 0.0
	for _, n := range s.Names {
		long += ems(n.Organization) + ems(n.Name)
	}
	s.NamesAbove = s.Several && long > manyLetters
	if !s.sized() {
		s.LeftOut = s.Reach != ""
		s.Reach = ""
		for i := range s.Parts {
			s.LeftOut = s.LeftOut || s.Parts[i].Reach != ""
			s.Parts[i].Reach = ""
		}
		s.sized()
	}
	s.Small = letters[s.Size] < small
}

func (s *Sheet) sized() bool {
	for i, letter := range letters {
		if s.Size = i; s.height(letter) <= s.measures().height {
			return true
		}
	}
	return false
}

// height reckons how high the sheet is with letters of a size, millimetres.
func (s *Sheet) height(letter float64) float64 {
	m := s.measures()
	beside := m.width - m.code - 2*letter - 8
	text := func(text string, scale, wide float64) float64 {
		return lines(text, letter*scale, wide) * letter * scale * 1.4
	}

	way, names, wide := text(s.Address, m.address, .9*beside), 0.0, m.width
	if s.beside() {
		wide = beside
	}
	for _, n := range s.Names {
		names += text(n.Organization, 1, wide) + text(n.Name, m.name, .9*wide)
	}
	switch {
	case s.beside():
		way, names = way+names+letter, 0
	case s.Several:
		way, names = way+letter, names+.5*letter
	default:
		way += text(s.Parts[0].T("poster.scan"), 1, beside) + s.tor(s.Parts[0], beside, text) + letter
		names += letter
	}
	total := max(m.code, way) + 4 + names
	for _, p := range s.Parts {
		total += s.part(p, letter, text)
	}
	if s.Reach != "" {
		labels := strings.Repeat(s.Parts[0].T("landing.at.reach")+" · ", len(s.Parts))
		total += text(labels, 1, m.width) + text(s.Reach, 1, m.width) + letter
	}
	return total
}

func (s *Sheet) part(p Part, letter float64, text func(string, float64, float64) float64) float64 {
	m := s.measures()
	title, lead := p.T("landing.title"), p.T("landing.lead")
	danger, dangerText := p.T("landing.danger.title"), p.T("landing.danger.text")
	total := 0.0
	if s.Several { // title and lead on one line, if they fit; a rule above
		total += 1.8
		if ems(title)*m.title*1.1+ems(lead)+2 < m.width/letter {
			lead = ""
		}
		total += text(title, m.title, .9*m.width) + text(lead, 1, m.width) + .2*letter
		total += text(danger+" "+dangerText, 1, m.width-1.2*letter) + s.tor(p, m.width-1.2*letter, text)
	} else {
		total += text(title, m.title, .9*m.width) + text(lead, 1.25, m.width) + letter
		total += text(danger, 1.1, .9*m.width-2*letter-2) + text(dangerText, 1, m.width-2*letter-2) + 2*letter + 2
	}
	for _, point := range p.Points() {
		total += text(point, 1, m.width-1.2*letter) + .2*letter
	}
	for _, e := range p.Numbers {
		total += text(e.Country+"  "+strings.Join(e.Numbers, "   "), 1.2, .9*m.width-2*letter-2)
	}
	if p.Reach != "" {
		total += text(p.T("landing.at.reach"), 1, m.width) + text(p.Reach, 1, m.width) + letter
	}
	return total
}

func (s *Sheet) tor(p Part, wide float64, text func(string, float64, float64) float64) float64 {
	if !s.Onion {
		return 0
	}
	return text(p.T("poster.tor"), 1, wide)
}

// What a letter of an alphabet takes in its size. Fonts differ, so it is generous.
const (
	narrow  = .54
	capital = .75
)

// lines reckons how many lines a text takes with letters of a size, millimetres.
// Words stay together, so that lines end early.
func lines(text string, letter, wide float64) (n float64) {
	for line := range strings.Lines(text) {
		n += max(1, math.Ceil(ems(line)/(wide/letter-2)))
	}
	return n
}

// ems is how long a text is, in the size of its letters.
func ems(text string) (n float64) {
	for _, r := range text {
		switch {
		case broad(r), strings.ContainsRune("MWmw@%", r):
			n++
		case unicode.IsUpper(r):
			n += capital
		default:
			n += narrow
		}
	}
	return n
}

func broad(r rune) bool {
	kind := width.LookupRune(r).Kind()
	return kind == width.EastAsianWide || kind == width.EastAsianFullwidth
}
