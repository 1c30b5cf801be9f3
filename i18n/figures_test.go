package i18n

import (
	"encoding/json"
	"os"
	"testing"
)

// The figures of testdata/figures.json, which web/src/lib/texts.test.ts reads too:
// server and browser write the same.
func TestFigures(t *testing.T) {
	type written map[string]string
	var figures struct {
		Numbers []struct {
			N       int
			Written written
		}
		Sizes []struct {
			Bytes   int64
			Written written
		}
		Dates []struct {
			Day     string
			Written written
		}
	}
	b, err := os.ReadFile("testdata/figures.json")
	if err == nil {
		err = json.Unmarshal(b, &figures)
	}
	if err != nil {
		t.Fatal(err)
	}
	c := load(t)
	for _, l := range Languages {
		texts := c.Texts(l.Code)
		check := func(what any, got string, want written) {
			if got != want[l.Code] {
				t.Errorf("%s: %v is %q, want %q", l.Code, what, got, want[l.Code])
			}
		}
		for _, f := range figures.Numbers {
			check(f.N, texts.Number(f.N), f.Written)
		}
		for _, f := range figures.Sizes {
			check(f.Bytes, texts.Size(f.Bytes), f.Written)
		}
		for _, f := range figures.Dates {
			check(f.Day, texts.Date(f.Day), f.Written)
		}
	}
}
