package casework

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// group has a head office, a company with two sites, and one of few people.
var group = Sorted([]Entity{
	{Name: "Group", Country: "JP", TimeZone: "Asia/Tokyo", Profile: "jp", Languages: []string{"ja", "en"}, Contact: "+81 3"},
	{Code: "br", Name: "Brasil", Country: "BR", TimeZone: "America/Sao_Paulo", Profile: "strictest", Languages: []string{"pt"}, People: 900},
	{Code: "br-south", Parent: "br", Name: "Sul", People: 120},
	{Code: "br-shop", Parent: "br", Name: "Loja", People: 6, Contact: "balcão"},
	{Code: "mx", Name: "México", Country: "MX", People: 12},
})

// Who reads: entity × queue × exclusions, by the nearest entity upwards that has
// somebody, whoever is excluded; then compliance, then the independent queue.
func TestReaders(t *testing.T) {
	members := Members{
		"hr": {"hana"}, "hr@br": {"bruna", "bento"}, "compliance": {"carla", "hana"}, "compliance@mx": {"mia"}, "independent": {"ines"}, "customers@br-shop": {"caio"},
	}
	for _, c := range []struct {
		queue    Queue
		entity   string
		excluded string
		branch   Branch
		readers  string // "": nobody
	}{
		{HR, Root, "", "hr", "hana"},
		{HR, "br", "", "hr@br", "bruna bento"},
		{HR, "br-south", "", "hr@br", "bruna bento"},
		{HR, "br-south", "bruna", "hr@br", "bento"},
		{HR, "br-south", "bruna bento", "compliance", "carla hana"},
		{HR, "br", "bruna bento hana", "compliance", "carla"},
		{HR, "br", "bruna bento hana carla", "independent", "ines"},
		{HR, "mx", "hana", "compliance@mx", "mia"},
		{HR, "mx", "hana mia", "independent", "ines"},
		{HR, "nowhere", "", "hr", "hana"},
		{Compliance, "mx", "mia", "independent", "ines"},
		{Compliance, Root, "carla hana", "independent", "ines"},
		{Compliance, Root, "carla hana ines", "", ""},
		{"customers", "br-shop", "", "customers@br-shop", "caio"},
		{"customers", "br-shop", "caio", "compliance", "carla hana"},
		{"customers", "br", "", "", ""},
		{Procurement, "br", "", "", ""},
	} {
		b, ids, err := members.Route(c.queue, group.Path(c.entity), strings.Fields(c.excluded))
		if c.readers == "" {
			if !errors.Is(err, ErrNoHandler) {
				t.Errorf("%s at %q without %q: %v, want nobody", c.queue, c.entity, c.excluded, err)
			}
			continue
		}
		if err != nil || b != c.branch || strings.Join(ids, " ") != c.readers {
			t.Errorf("%s at %q without %q: %s %v (%v), want %s %s", c.queue, c.entity, c.excluded, b, ids, err, c.branch, c.readers)
		}
	}
	if b, ids, err := members.Remaining("hr", group.Path("br"), []string{"bruna"}); b != "hr" || err != nil || len(ids) != 1 {
		t.Errorf("a case that the head office reads moves on its own: %s, %v", b, err)
	}
}

// A site of few people without readers of its own is not named in the clear.
func TestSeenEntity(t *testing.T) {
	members := Members{"hr": {"hana"}, "customers@br-shop": {"caio"}}
	for entity, want := range map[string]string{Root: Root, "br": "br", "br-south": "br-south", "br-shop": "br-shop", "mx": Root, "nowhere": Root} {
		if got := group.Seen(entity, members); got != want {
			t.Errorf("%q is stored under %q, want %q", entity, got, want)
		}
	}
	if got := group.Seen("br-shop", Members{"hr": {"hana"}, "customers@br-shop": nil}); got != "br" {
		t.Errorf("a small shop without readers is stored under %q", got)
	}
}

func TestInheritedFromAbove(t *testing.T) {
	for _, c := range []struct{ entity, country, zone, profile, languages, contact string }{
		{Root, "JP", "Asia/Tokyo", "jp", "ja en", "+81 3"},
		{"br-south", "BR", "America/Sao_Paulo", "strictest", "pt", "+81 3"},
		{"br-shop", "BR", "America/Sao_Paulo", "strictest", "pt", "balcão"},
		{"mx", "MX", "Asia/Tokyo", "jp", "ja en", "+81 3"},
		{"nowhere", "JP", "Asia/Tokyo", "jp", "ja en", "+81 3"},
	} {
		e := group.Effective(c.entity)
		if e.Country != c.country || e.TimeZone != c.zone || e.Profile != c.profile || strings.Join(e.Languages, " ") != c.languages || e.Contact != c.contact {
			t.Errorf("%q: %+v", c.entity, e)
		}
	}
	if codes := group.Below("br"); !slices.Equal(codes, []string{"br", "br-shop", "br-south"}) {
		t.Errorf("below br: %v", codes)
	}
}

func TestEntityThatCannotBe(t *testing.T) {
	good := Entity{Code: "cl", Name: "Chile"}
	if err := group.Check(good); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*Entity)
		want   error
	}{
		"no code":         {func(e *Entity) { e.Code = "" }, ErrEntityCode},
		"the root's word": {func(e *Entity) { e.Code = RootName }, ErrEntityCode},
		"capitals":        {func(e *Entity) { e.Code = "CL" }, ErrEntityCode},
		"a hyphen last":   {func(e *Entity) { e.Code = "cl-" }, ErrEntityCode},
		"no name":         {func(e *Entity) { e.Name = "" }, ErrEntityName},
		"no parent":       {func(e *Entity) { e.Parent = "nowhere" }, ErrEntityParent},
		"below itself":    {func(e *Entity) { e.Code, e.Parent = "br", "br-shop" }, ErrEntityParent},
		"its own parent":  {func(e *Entity) { e.Code, e.Parent = "br", "br" }, ErrEntityParent},
	} {
		e := good
		c.change(&e)
		if err := group.Check(e); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	deep := Entities{{}}
	for i, parent := 0, ""; i < EntityDepth; i++ {
		code := strings.Repeat("x", i+1)
		deep, parent = append(deep, Entity{Code: code, Parent: parent, Name: code}), code
	}
	if err := deep.Check(Entity{Code: "y", Parent: strings.Repeat("x", EntityDepth), Name: "y"}); !errors.Is(err, ErrEntityDeep) {
		t.Errorf("one level too many: %v", err)
	}
}
