package poster

import (
	"math"
	"strings"

	"golang.org/x/text/width"
)

// letters are the sizes of a poster's letters, millimetres, by the number of their
// class in web/src/desk-poster.css. Of what is printed nothing measures itself without
// scripts, so the largest that fits is reckoned here.
var letters = []float64{6, 5.4, 4.9, 4.4, 4, 3.6, 3.2, 2.9, 2.6, 2.3, 2.1, 1.9}

// sheetSize are the measures of a sheet without its margins, millimetres.
type sheetSize struct{ width, height, code, codeOfSeveral, gap float64 }

var sheetSizes = map[string]sheetSize{
	"a4": {width: 186, height: 272, code: 66, codeOfSeveral: 50, gap: 4},
	"a5": {width: 130, height: 191, code: 44, codeOfSeveral: 36, gap: 2.5},
}

// What a letter takes, in its size: of an alphabet, and between two lines. Fonts differ,
// so both are generous.
const (
	narrow     = 0.57
	lineHeight = 1.42
)

// fit chooses the letters. Where even the smallest are too large, the other ways to
// reach somebody are left out: all else has a limit.
func (s *Sheet) fit() {
	if s.size() {
		return
	}
	s.Reach, s.LeftOut = "", true
	for i := range s.Parts {
		s.Parts[i].Reach = ""
	}
	s.size()
}

func (s *Sheet) size() bool {
	for i, letter := range letters {
		if s.Size = i; s.height(letter) <= sheetSizes[s.Paper].height {
			return true
		}
	}
	return false
}

// height reckons how high the sheet is with letters of a size, millimetres.
func (s *Sheet) height(letter float64) float64 {
	size := sheetSizes[s.Paper]
	lines := func(text string, scale, wide float64) float64 {
		n := 0.0
		for line := range strings.Lines(text) {
			n += max(1, math.Ceil(ems(line)*letter*scale/wide))
		}
		return n * letter * scale * lineHeight
	}
	code, title, lead := size.code, 1.9, 1.25
	if s.Several {
		code, title, lead = size.codeOfSeveral, 1.35, 1.1
	}
	beside := size.width - code - 6
	names, head := 0.0, lines(s.Address, 1.15, beside)
	for _, n := range s.Names {
		wide := size.width
		if s.Several {
			wide = beside
		}
		names += lines(n.Organization, 1, wide) + lines(n.Name, 1.3, wide)
	}
	total := size.gap
	if s.Several {
		total += max(code, head+names)
	} else {
		if s.Parts[0].texts != nil {
			head += lines(s.Parts[0].T("poster.scan"), 1, beside) + s.tor(s.Parts[0], lines, beside)
		}
		total += max(code, head) + names + 2*size.gap
	}
	for _, p := range s.Parts {
		total += lines(p.T("landing.title"), title, size.width) + lines(p.T("landing.lead"), lead, size.width) + size.gap
		for _, point := range p.Points() {
			total += lines(point, 1, size.width-1.2*letter) + 0.15*letter
		}
		total += lines(p.T("landing.danger.title")+" "+p.T("landing.danger.text"), 1.1, size.width-2.5*letter) + 1.2*letter
		for _, e := range p.Numbers {
			total += lines(e.Country+" "+strings.Join(e.Numbers, "  "), 1.2, size.width-2.5*letter)
		}
		if s.Several {
			total += s.tor(p, lines, size.width)
		}
		if p.Reach != "" {
			total += lines(p.T("landing.at.reach")+"\n"+p.Reach, 1, size.width) + size.gap
		}
	}
	if s.Reach != "" {
		total += lines(s.Reach, 1, size.width) + letter*lineHeight*2 + size.gap
	}
	return total
}

func (s *Sheet) tor(p Part, lines func(string, float64, float64) float64, wide float64) float64 {
	if !s.Onion {
		return 0
	}
	return lines(p.T("poster.tor"), 1, wide)
}

// ems is how long a text is, in the size of its letters.
func ems(text string) (n float64) {
	for _, r := range text {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n++
		default:
			n += narrow
		}
	}
	return n
}
