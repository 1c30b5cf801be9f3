package casework

import (
	"errors"
	"reflect"
	"slices"
	"testing"
)

func TestReads(t *testing.T) {
	queues := AllQueues([]QueueInfo{{Code: "partners", Buyers: true}, {Code: "customers"}})
	for _, test := range []struct {
		what   string
		own    []Branch
		others [][]Branch
		want   []Branch
	}{
		{"nobody else's", []Branch{"hr"}, nil, []Branch{"hr"}},
		{"another's", []Branch{"hr"}, [][]Branch{{"compliance@br"}}, []Branch{"hr", "compliance@br"}},
		{"two others', in one order", []Branch{"hr"}, [][]Branch{{"customers", "hr"}, {"compliance", "customers"}}, []Branch{"hr", "compliance", "customers"}},
		{"buyers among buyers", []Branch{"procurement"}, [][]Branch{{"partners", "procurement@br"}}, []Branch{"procurement", "partners", "procurement@br"}},
		{"buyers elsewhere", []Branch{"procurement"}, [][]Branch{{"hr", "compliance", "independent", "customers"}}, []Branch{"procurement"}},
		{"buyers of a queue of one's own", []Branch{"partners@br"}, [][]Branch{{"compliance"}}, []Branch{"partners@br"}},
		{"who judges buyers at theirs", []Branch{"compliance"}, [][]Branch{{"procurement"}}, []Branch{"compliance", "procurement"}},
		{"compliance and the independent", []Branch{"compliance@br"}, [][]Branch{{"independent", "hr"}}, []Branch{"compliance@br", "hr"}},
		{"the independent and compliance", []Branch{"independent"}, [][]Branch{{"compliance"}}, []Branch{"independent", "compliance"}},
		{"what one may read anyway", []Branch{"procurement", "hr"}, [][]Branch{{"hr"}}, []Branch{"procurement", "hr"}},
	} {
		own := slices.Clone(test.own)
		if got := Reads(test.own, queues, test.others...); !slices.Equal(got, test.want) || !slices.Equal(own, test.own) {
			t.Errorf("%s: %v, want %v", test.what, got, test.want)
		}
	}
}

func TestDeputyDays(t *testing.T) {
	const today = Day("2026-11-21")
	for _, test := range []struct {
		from, until Day
		ok          bool
	}{
		{today, today, true}, {today, "2027-11-21", true}, {today, "2027-11-22", false}, {"2026-11-20", today, false},
		{"2026-12-02", "2026-12-01", false}, {"2030-01-01", "2030-12-31", true},
	} {
		if err := CheckDeputyDays(test.from, test.until, today); (err == nil) != test.ok || err != nil && !errors.Is(err, ErrDeputyDays) {
			t.Errorf("from %s until %s: %v, want %v", test.from, test.until, err, test.ok)
		}
	}
}

func TestStandInsAndExclusions(t *testing.T) {
	stands := StandIns{{Deputy: "b", For: "a", Own: []Branch{"compliance"}}, {Deputy: "c", For: "b", Own: []Branch{"hr"}}}
	members := Members{"hr": {"a", "b", "c"}, "compliance": {"b", "c"}}
	for _, test := range []struct {
		excluded []string
		want     Members
	}{
		{nil, members},
		{[]string{"c"}, members},
		{[]string{"a"}, Members{"hr": {"a", "c"}, "compliance": {"b", "c"}}},
		{[]string{"b"}, Members{"hr": {"a", "b", "c"}, "compliance": {"b"}}},
		{[]string{"a", "b"}, Members{"hr": {"a", "c"}, "compliance": {"b"}}},
	} {
		if got := members.Without(stands, test.excluded); !reflect.DeepEqual(got, test.want) {
			t.Errorf("without %v: %v, want %v", test.excluded, got, test.want)
		}
		for b, ids := range members {
			for _, id := range ids {
				kept := slices.Contains(test.excluded, id) || !slices.Contains(test.want[b], id)
				if stands.KeptOut(id, b, test.excluded) != kept {
					t.Errorf("%s at %s, excluded %v: kept out %v", id, b, test.excluded, !kept)
				}
			}
		}
	}
	if !reflect.DeepEqual(members, Members{"hr": {"a", "b", "c"}, "compliance": {"b", "c"}}) {
		t.Errorf("the members have changed: %v", members)
	}
}
