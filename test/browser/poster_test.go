package browser

import (
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	zxing "github.com/makiuchi-d/gozxing/qrcode"

	"hotline/store/casework"
	"hotline/test/rig"
)

// TestPosterInABrowser prints every poster, of an organisation, of a site whose names and
// contacts are as long as they may be, and at an onion service, and reads their codes.
func TestPosterInABrowser(t *testing.T) {
	t.Parallel()
	first := rig.Start(t, filepath.Join(t.TempDir(), "data"), "--limits", "off", "--organization", "Example Manufacturing")
	admin, _ := first.Setup(t)
	rig.Run(t, "entity", "add", "--data", first.Data, "--code", "br", "--name", "en=Brazil works", "--name", "ja=ブラジル工場", "--country", "BR", "--zone", "America/Sao_Paulo", "--contact", "en=Tel. +55 11 5555 0100\nMon–Fri 8–17")
	local, _ := first.Invite(t, "br@desk.example", "--role", "admin", "--entity", "br")
	first.Kill()
	const long = "long-code-of-a-company-x"
	wide, narrow := strings.Repeat("東日本先端精密機械製造部", 8), strings.Repeat("Advanced precision ", 5)+"in "
	rig.AddEntities(t, first.Data,
		casework.Entity{Code: long, Name: narrow + "en", Names: casework.Translations{"ja": wide, "es": narrow + "es", "pt": narrow + "pt", "zh": wide + "厂"}, Country: "BR",
			Contact: strings.Repeat("Monday to Friday ", 35), Contacts: casework.Translations{"ja": strings.Repeat("月曜から金曜まで", 75), "pt": strings.Repeat("Segunda a sexta, ", 35)}},
		casework.Entity{Code: "word", Name: strings.Repeat("W", 100), Country: "BR", Languages: []string{"pt", "en"}, Contact: strings.Repeat("W", 600)})
	rig.ConfirmContacts(t, first.Data, "BR")
	flags := []string{"--limits", "off", "--organization", "Example Manufacturing", "--public-url"}
	plain := rig.Start(t, first.Data, append(flags, "http://hotline.example.com")...)
	folder := t.TempDir()
	b := &browser{open: plain}
	b.run(t, "desk/desk-poster.mjs", map[string]any{
		"name": "plain", "url": plain.URL, "session": admin.Cookies["hotline"], "local": local.Cookies["hotline"], "entities": []string{"main", long, "word"}, "folder": folder,
	})
	plain.Kill()
	onion := rig.Start(t, first.Data, append(flags, "http://2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion")...)
	b.open = onion
	b.run(t, "desk/desk-poster.mjs", map[string]any{
		"name": "onion", "url": onion.URL, "session": admin.Cookies["hotline"], "entities": []string{long}, "languages": []string{"all", "pt"}, "folder": folder,
	})
	pictures, err := filepath.Glob(filepath.Join(folder, "*.png"))
	if err != nil || len(pictures) != 2*12+6+4 && !t.Failed() && os.Getenv("HOTLINE_ONLY") == "" {
		t.Errorf("%d pictures (%v)", len(pictures), err)
	}
	for _, picture := range pictures {
		if name := filepath.Base(picture); readCode(t, picture) != printedAddress(t, picture) {
			t.Errorf("%s: the code does not hold the address", name)
		}
	}
}

// readCode reads the code on a picture of a poster, as a telephone does.
func readCode(t *testing.T, picture string) string {
	t.Helper()
	f, err := os.Open(picture)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	drawn, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(drawn)
	if err != nil {
		t.Fatal(err)
	}
	read, err := zxing.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		t.Errorf("%s: %v", filepath.Base(picture), err)
		return ""
	}
	return read.GetText()
}

// printedAddress is what the poster on a picture says.
func printedAddress(t *testing.T, picture string) string {
	t.Helper()
	address, err := os.ReadFile(strings.TrimSuffix(picture, ".png") + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	return string(address)
}
