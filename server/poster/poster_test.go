package poster

import (
	"image"
	"image/color"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	zxing "github.com/makiuchi-d/gozxing/qrcode"
	"github.com/makiuchi-d/gozxing/qrcode/decoder"

	"hotline/i18n"
	"hotline/server/qrcode"
	"hotline/store"
	"hotline/store/casework"
)

const onionURL = "http://2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion"

func source(t *testing.T) Source {
	t.Helper()
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	return Source{
		Texts: texts, PublicURL: "https://hotline.example.com", Languages: i18n.Languages,
		Structure: store.Organization{Entities: casework.Entities{
			{Name: "Example Manufacturing", Names: casework.Translations{"ja": "例示製造"}, Contact: "+81 3 0000 0100"},
			{Code: "br", Name: "Brazil works", Names: casework.Translations{"pt": "Fábrica do Brasil"}, Country: "BR", Contact: "Tel. 1", Contacts: casework.Translations{"pt": "Tel. um"}},
			{Code: "mx", Name: "Mexico works"},
		}},
	}
}

func sheet(t *testing.T, from Source, c Choice) *Sheet {
	t.Helper()
	s, err := Make(from, c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The code holds the address that stands beside it: a reader that shares nothing with
// the writer finds it in what the page draws, margin and error correction among it.
func TestTheCodeHoldsTheAddress(t *testing.T) {
	for _, publicURL := range []string{"https://hotline.example.com", "http://127.0.0.1:8080", onionURL, "https://" + strings.Repeat("long-", 12) + "name.example.com/hotline"} {
		for choice, path := range map[Choice]string{
			{"", "a4", All}: "/", {"", "a4", "ja"}: "/ja/", {"br", "a5", All}: "/at/br/", {"br", "a4", "pt"}: "/pt/at/br/",
		} {
			from := source(t)
			from.PublicURL = publicURL
			s := sheet(t, from, choice)
			if s.Address != publicURL+path {
				t.Errorf("%v: the address is %s", choice, s.Address)
			}
			read, err := zxing.NewQRCodeReader().Decode(bitmap(t, s.QR), map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_PURE_BARCODE: true})
			if err != nil {
				t.Errorf("%v: %v", choice, err)
				continue
			}
			level := read.GetResultMetadata()[gozxing.ResultMetadataType_ERROR_CORRECTION_LEVEL]
			if read.GetText() != s.Address || level != decoder.ErrorCorrectionLevel_M.String() {
				t.Errorf("%v: the code holds %s, with error correction %v", choice, read.GetText(), level)
			}
		}
	}
}

var run = regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`)

// bitmap draws the path of a code as a browser does, eight pixels a module.
func bitmap(t *testing.T, code qrcode.Code) *gozxing.BinaryBitmap {
	t.Helper()
	const module = 8
	side := code.Side() * module
	drawn := image.NewGray(image.Rect(0, 0, side, side))
	for i := range drawn.Pix {
		drawn.Pix[i] = 0xff
	}
	path := code.Path()
	if rest := run.ReplaceAllString(path, ""); rest != "" {
		t.Fatalf("the path holds %q", rest)
	}
	for _, found := range run.FindAllStringSubmatch(path, -1) {
		at := func(i int) int {
			n, err := strconv.Atoi(found[i])
			if err != nil {
				t.Fatal(err)
			}
			return n * module
		}
		x, y, long := at(1), at(2), at(3)
		if found[3] != found[4] || min(x, y) < 4*module || max(x+long, y+module) > side-4*module {
			t.Fatalf("%s is no rectangle, or in the margin", found[0])
		}
		for py := y; py < y+module; py++ {
			for px := x; px < x+long; px++ {
				drawn.SetGray(px, py, color.Gray{})
			}
		}
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(drawn)
	if err != nil {
		t.Fatal(err)
	}
	return bitmap
}

func TestNamesAndContactsOfAPoster(t *testing.T) {
	from := source(t)
	names := func(s *Sheet) (all []string) {
		for _, n := range s.Names {
			all = append(all, n.Organization+"/"+n.Name)
		}
		return all
	}
	for choice, want := range map[Choice][]string{
		{"", "a4", "ja"}: {"/例示製造"}, {"", "a4", All}: {"/例示製造", "/Example Manufacturing"}, {"br", "a4", "pt"}: {"Example Manufacturing/Fábrica do Brasil"},
	} {
		if got := names(sheet(t, from, choice)); !slices.Equal(got, want) {
			t.Errorf("%v: %q", choice, got)
		}
	}
	if s := sheet(t, from, Choice{"mx", "a4", All}); s.Reach != "+81 3 0000 0100" || s.Parts[0].Reach != "" {
		t.Errorf("what is the same everywhere: %q, %q", s.Reach, s.Parts[0].Reach)
	}
	if s := sheet(t, from, Choice{"br", "a4", All}); s.Reach != "" || s.Parts[0].Reach != "Tel. 1" || s.Parts[3].Reach != "Tel. um" {
		t.Errorf("what differs: %q, %q, %q", s.Reach, s.Parts[0].Reach, s.Parts[3].Reach)
	}
	from.Structure.Entities[0].Name, from.Structure.Entities[0].Names = "", nil
	if got := names(sheet(t, from, Choice{"", "a4", All})); got != nil {
		t.Errorf("nobody said whose it is: %q", got)
	}
}

// Numbers stand on a poster that is for one country; one for several says "of your country".
func TestEmergencyNumbersOfAPoster(t *testing.T) {
	japan := casework.Contacts{Country: "JP", Emergency: casework.Emergency{Police: "110", Ambulance: "119", Fire: "119"}}
	mexico := casework.Contacts{Country: "MX", Emergency: casework.Emergency{All: "911"}}
	for _, c := range []struct {
		language string
		contacts []casework.Contacts
		want     int
	}{
		{"en", nil, 0}, {"en", []casework.Contacts{japan}, 1}, {All, []casework.Contacts{japan}, 1}, {"en", []casework.Contacts{japan, mexico}, 2}, {All, []casework.Contacts{japan, mexico}, 0},
		{"en", []casework.Contacts{japan, mexico, japan, mexico}, 0},
	} {
		from := source(t)
		from.Contacts = c.contacts
		for _, p := range sheet(t, from, Choice{"", "a4", c.language}).Parts {
			if len(p.Numbers) != c.want {
				t.Errorf("%d countries in %s: %v", len(c.contacts), c.language, p.Numbers)
			}
			if c.want == 1 && p.Language.Code == "en" && strings.Join(p.Numbers[0].Numbers, ", ") != "Police\u00a0110, Ambulance and fire service\u00a0119" {
				t.Errorf("%q", p.Numbers[0].Numbers)
			}
		}
	}
}

func TestWhereAnAddressLeads(t *testing.T) {
	for address, want := range map[string][2]bool{ // local, onion
		"http://127.0.0.1:8080": {true, false}, "http://localhost:8080": {true, false}, "http://hotline.localhost": {true, false}, "http://[::1]:8080": {true, false},
		"http://0.0.0.0:8080": {true, false}, "http://[::]:8080": {true, false}, "http://192.168.0.7": {false, false}, "https://hotline.example.com": {false, false}, onionURL: {false, true},
		"https://onion.example.com": {false, false}, "https://localhost.example.com": {false, false},
	} {
		if got := [2]bool{Local(address), onion(address)}; got != want {
			t.Errorf("%s: local %v, onion %v", address, got[0], got[1])
		}
	}
}

// With everything as long as it may be, letters get smaller, and then the other ways to
// reach somebody are left out as a whole.
func TestWhatDoesNotFitIsLeftOutAndSaid(t *testing.T) {
	from := source(t)
	long := strings.TrimSpace(strings.Repeat("Monday to Friday ", 35))
	e := &from.Structure.Entities[1]
	e.Contact, e.Contacts = long, casework.Translations{"ja": strings.Repeat("受付時間", 150), "pt": long + "!", "es": long + "?"}
	for _, paper := range Papers {
		if s := sheet(t, from, Choice{"br", paper, "ja"}); s.LeftOut || s.Parts[0].Reach == "" || s.Size == 0 {
			t.Errorf("one language on %s: left out %v, letters %d", paper, s.LeftOut, s.Size)
		}
	}
	s := sheet(t, from, Choice{"br", "a5", All})
	if !s.LeftOut || !s.Small || s.Reach+s.Parts[0].Reach+s.Parts[3].Reach != "" {
		t.Errorf("five languages on A5: left out %v, small %v", s.LeftOut, s.Small)
	}
	e.Contact, e.Contacts = "Tel. 1", nil
	if s := sheet(t, from, Choice{"br", "a4", All}); s.LeftOut || s.Small {
		t.Errorf("five languages on A4: left out %v, small %v", s.LeftOut, s.Small)
	}
}

// The style sheet has the same letters and measures.
func TestLettersOfTheStyleSheet(t *testing.T) {
	css, err := os.ReadFile("../../web/src/desk-poster.css")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`\.letters-(\d+) \{ --letters: ([\d.]+); \}`).FindAllStringSubmatch(string(css), -1)
	if len(found) != len(letters) {
		t.Fatalf("%d classes, want %d", len(found), len(letters))
	}
	for i, class := range found {
		if size, err := strconv.ParseFloat(class[2], 64); err != nil || class[1] != strconv.Itoa(i) || size != letters[i] {
			t.Errorf("class %s is %s, want %v", class[1], class[2], letters[i])
		}
	}
	for _, c := range []struct {
		selector, paper string
		several         bool
	}{{".poster svg", "a4", false}, {".poster.several svg", "a4", true}, {".poster.a5 svg", "a5", false}, {".poster.a5.several svg", "a5", true}} {
		s := Sheet{Paper: c.paper, Several: c.several}
		want := c.selector + " { inline-size: calc(" + strconv.FormatFloat(s.measures().code, 'f', -1, 64) + " * var(--mm))"
		if !strings.Contains(string(css), want) {
			t.Errorf("the style sheet lacks %s", want)
		}
	}
}
