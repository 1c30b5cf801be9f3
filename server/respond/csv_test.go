package respond

import "testing"

// What a spreadsheet would take for a formula begins with an apostrophe; nothing else
// is changed.
func TestCellsAreNoFormulas(t *testing.T) {
	for _, formula := range []string{"=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\n=1", "＝1+1", " =1+1", "\u3000=1", `"=1`, "'=1", "＠SUM(1)"} {
		if got := Cell(formula); got != "'"+formula {
			t.Errorf("%q became %q", formula, got)
		}
	}
	for _, harmless := range []string{"", "Aiko", "田中", "a=b", "message 3, to the reporter", "1 + 1"} {
		if got := Cell(harmless); got != harmless {
			t.Errorf("%q became %q", harmless, got)
		}
	}
}
