package words

import "testing"

func TestPlain(t *testing.T) {
	for source, want := range map[string]string{
		"":                      "",
		"One line\nand another": "One line\nand another",
		"## Outside\n\nYou *can* **go** to:\n\n- the [office](https://office.example)\n- [us](mailto:a@b.example)\n\nBye": "Outside\n\nYou can go to:\n\n- the office (https://office.example)\n- us (a@b.example)\n\nBye",
		"See https://plain.example/x now": "See https://plain.example/x now",
		"<b>raw</b>":                      "<b>raw</b>",
	} {
		if got := Plain(source); got != want {
			t.Errorf("%q: %q, want %q", source, got, want)
		}
	}
}
