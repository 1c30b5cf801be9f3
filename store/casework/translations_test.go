package casework

import (
	"maps"
	"testing"
)

func TestTranslations(t *testing.T) {
	names := Translations{"ja": "山田製作所", "es": "", "pt": "Yamada “&”"}
	for lang, want := range map[string]string{"ja": "山田製作所", "en": "Yamada", "es": "Yamada", "pt": "Yamada “&”", "": "Yamada"} {
		if got := names.Of("Yamada", lang); got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
	again, err := ReadTranslations(names.Written())
	if err != nil || !maps.Equal(again, Translations{"ja": "山田製作所", "pt": "Yamada “&”"}) {
		t.Errorf("read again: %q, %v", again, err)
	}
	if got := (Translations{"es": ""}).Written(); got != "" {
		t.Errorf("none are written %q", got)
	}
	if none, err := ReadTranslations(""); err != nil || none.Of("Yamada", "ja") != "Yamada" {
		t.Errorf("none: %q, %v", none, err)
	}
	if _, err := ReadTranslations("{"); err == nil {
		t.Error("broken ones are read")
	}
}
