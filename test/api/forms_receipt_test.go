package api

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"hotline/test/rig"
)

// A receipt in a report would hand it to the desk.
func TestReceiptInTheTextIsStopped(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	receipt := s.Report(t, "en", []rig.Field{{Name: "text", Value: "hello"}})
	for _, written := range writings(receipt) {
		for _, around := range []string{"%s", "It is %s.", "(%s)", "受付番号は%sです", "code:%s", "receipt\n%s\nthanks", "n° %s"} {
			stopsReceipt(t, s, receipt, strings.Replace(around, "%s", written, 1))
		}
	}
	for _, field := range rig.TypedFields {
		res := s.PostFields(t, "/en/report", rig.Field{Name: "form", Value: s.FormToken(t, "/en/report")}, rig.Field{Name: "text", Value: "x"}, rig.Field{Name: field, Value: receipt})
		if res.Status != 422 {
			t.Errorf("%s with the receipt = %d", field, res.Status)
		}
		rig.CheckErrors(t, field, "en", res.Body, field)
	}
}

func stopsReceipt(t *testing.T, s *rig.Server, receipt, text string) {
	t.Helper()
	fields := []rig.Field{{Name: "form", Value: s.FormToken(t, "/en/report")}, {Name: "text", Value: text}}
	res := s.PostFields(t, "/en/report", fields...)
	if res.Status != 422 {
		t.Errorf("report with %q = %d", text, res.Status)
		return
	}
	rig.CheckErrors(t, text, "en", res.Body, "text")
	rig.CheckKept(t, text, res.Body, fields)
	fields[0].Value = rig.Token(t, s.FollowUp(t, "en", receipt).Body)
	res = s.PostFields(t, "/en/follow-up/message", append(fields, rig.Field{Name: "receipt", Value: receipt})...)
	if res.Status != 422 {
		t.Errorf("message with %q = %d", text, res.Status)
	}
}

// Five letters before the receipt once hid it: they were taken for its first
// group.
func TestReceiptAfterAWordIsStopped(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	receipt := s.Report(t, "en", []rig.Field{{Name: "text", Value: "hello"}})
	for _, written := range writings(receipt) {
		for _, before := range []string{"my receipt ", "about ", "abc123 ", "it is about "} {
			stopsReceipt(t, s, receipt, before+written)
		}
	}
}

// writings are the ways in which people write a receipt.
func writings(receipt string) []string {
	bare := strings.ReplaceAll(receipt, "-", "")
	return []string{
		receipt, bare, strings.ToLower(receipt), strings.ReplaceAll(receipt, "-", " "), strings.ReplaceAll(receipt, "-", "–"),
		fullWidth(receipt), strings.ReplaceAll(receipt, "-", "ー"), strings.ReplaceAll(receipt, "-", " - "),
	}
}

// fullWidth is what a Japanese keyboard makes of ASCII.
func fullWidth(s string) string {
	return strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7f {
			return r + 0xfee0
		}
		return r
	}, s)
}

// What only looks a little like a receipt must not keep a report from being
// sent: every thirty-second random code has a fitting check character, and a
// long one holds many.
func TestOtherCodesAreNoReceipts(t *testing.T) {
	t.Parallel()
	s, _ := rig.WithHandlers(t, "--limits", "off")
	for name, code := range map[string]func(sum string) string{
		"SHA-256": func(sum string) string { return sum },
		"SHA-1":   func(sum string) string { return sum[:40] },
		"UUID": func(sum string) string {
			return fmt.Sprint(sum[:8], "-", sum[8:12], "-", sum[12:16], "-", sum[16:20], "-", sum[20:32])
		},
		"address":      func(sum string) string { return "https://files.example/d/" + sum + "/view?id=" + sum[:30] },
		"bank account": func(sum string) string { return strings.ToUpper("MT84MALT" + sum[:23]) },
	} {
		var text strings.Builder
		for i := range 50 {
			sum := sha256.Sum256([]byte{byte(i)})
			fmt.Fprintln(&text, code(hex.EncodeToString(sum[:])))
		}
		res := s.PostFields(t, "/en/report", rig.Field{Name: "form", Value: s.FormToken(t, "/en/report")}, rig.Field{Name: "text", Value: text.String()})
		if res.Status != http.StatusCreated {
			t.Errorf("a report with fifty codes of the kind %s = %d", name, res.Status)
		}
	}
}
