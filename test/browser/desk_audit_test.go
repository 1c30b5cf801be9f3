package browser

import (
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"hotline/crypto"
	"hotline/test/rig"
)

// TestAuditInABrowser looks at the audit log, the register and the page of the
// recovery key with a real browser.
func TestAuditInABrowser(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, filepath.Join(t.TempDir(), "data"), "--limits", "off", "--organization", "Example Manufacturing")
	admin, _ := s.Setup(t)
	hr, _ := s.Invite(t, "hr@desk.example", "--queue", "hr")
	auditor, _ := s.Invite(t, "auditor@desk.example", "--role", "auditor")
	id := s.SendReport(t, "power-harassment", "own", "A report.").CaseID
	if res := hr.Post(t, "/api/desk/cases/"+id+"/read", map[string]any{"seq": 1}); res.Status != http.StatusOK {
		t.Fatalf("reading: %d", res.Status)
	}
	recovery, err := crypto.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	for path, fields := range map[string]url.Values{
		"register": {"person": {hr.ID(t)}, "document": {"従事者指定書 2026-1"}, "from": {"2026-01-01"}},
		"recovery": {"recipient": {recovery.Recipient().String()}},
	} {
		if res := admin.PostForm(t, "/en/desk/admin/"+path, fields); res.Status != http.StatusSeeOther {
			t.Fatalf("%s: %d", path, res.Status)
		}
	}
	_, line, _ := strings.Cut(admin.Get(t, "/en/desk/admin/register").Body, "register?end=")
	changed := rig.Start(t, filepath.Join(t.TempDir(), "data"), "--limits", "off", "--organization", "Example Manufacturing")
	changed.Setup(t)
	other, _ := changed.Invite(t, "auditor@desk.example", "--role", "auditor")
	changed.Exec(t, `DROP TRIGGER audit_keeps`)
	changed.Exec(t, `UPDATE audit SET at = at + 60 WHERE n = 1`)
	b := &browser{open: s}
	b.run(t, "desk/desk-audit.mjs", map[string]any{
		"url": s.URL, "sessions": map[string]string{"admin": admin.Cookies["hotline"], "auditor": auditor.Cookies["hotline"]},
		"broken": map[string]string{"url": changed.URL, "auditor": other.Cookies["hotline"]}, "line": line[:32], "person": hr.ID(t), "case": id,
		"recipient": recovery.Recipient().String(),
	})
}
