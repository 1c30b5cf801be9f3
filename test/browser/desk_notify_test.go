package browser

import (
	"net/http"
	"net/url"
	"path/filepath"
	"testing"

	"hotline/test/rig"
	"hotline/test/rig/mailserver"
)

// TestNotificationsInABrowser looks at the choice of mail, and at the page that says
// whom mail does not reach, with a mail server that refuses somebody; and at the menu of
// the administration on a small screen.
func TestNotificationsInABrowser(t *testing.T) {
	t.Parallel()
	server := mailserver.Start(t, mailserver.Options{NoTLS: true})
	server.Answer(func(step, address string) error {
		if step == mailserver.StepRecipient && address == "hr@desk.example" {
			return mailserver.Reply(550, "unknown")
		}
		return nil
	})
	s := rig.Start(t, filepath.Join(t.TempDir(), "data"), "--limits", "off", "--organization", "Example Manufacturing",
		"--smtp", server.URL(), "--mail-from", "hotline@desk.example", "--mail-window", "1s")
	admin, _ := s.Setup(t)
	hr, _ := s.Invite(t, "hr@desk.example", "--queue", "hr")
	buyer, _ := s.Invite(t, "procurement@desk.example", "--queue", "procurement")
	none := url.Values{"notify": {"none"}, "notify_hour": {"8"}, "notify_language": {"en"}}
	if res := buyer.PostForm(t, "/en/desk/account/notify", none); res.Status != http.StatusSeeOther {
		t.Fatalf("choosing: %d", res.Status)
	}
	s.SendReport(t, "power-harassment", "own", "A report.")
	rig.Until(t, "mail does not reach somebody", func() bool { return s.Count(t, `SELECT count(*) FROM failed_deliveries`) == 1 })
	off := rig.Start(t, filepath.Join(t.TempDir(), "data"), "--limits", "off", "--organization", "Example Manufacturing")
	other, _ := off.Setup(t)
	b := &browser{open: s}
	b.run(t, "desk/desk-notify.mjs", map[string]any{
		"url": s.URL, "sessions": map[string]string{"admin": admin.Cookies["hotline"], "handler": hr.Cookies["hotline"]},
		"off": map[string]string{"url": off.URL, "admin": other.Cookies["hotline"]},
	})
}
