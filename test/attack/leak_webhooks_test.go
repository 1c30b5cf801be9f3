package attack

import (
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hotline/test/rig"
)

// whatDiffers are the parts of a webhook's message that differ from one to the next.
var whatDiffers = regexp.MustCompile(`(?m)^(Hotline-Delivery: )[0-9a-f]{32}\r$|^(Hotline-Timestamp: )[0-9]{10}\r$|^(Hotline-Signature: sha256=)[0-9a-f]{64}\r$`)

// What another company gets of a case is the same, whatever has happened and to whom, and
// holds nothing of it. With a certificate that the machine believes, and the real worker.
func TestWebhooksCarryNothing(t *testing.T) { // not parallel: it sets the environment
	calls := make(chan string, 100)
	other := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		whole, err := httputil.DumpRequest(r, true)
		if err != nil {
			t.Error(err)
		}
		calls <- string(whole)
	}))
	defer other.Close()
	certificate := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(certificate, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: other.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SSL_CERT_FILE", certificate)
	c := canaries{}
	s := rig.Start(t, filepath.Join(t.TempDir(), "data"), "--limits", "off", "--webhook-allow", "127.0.0.1", "--mail-window", "1s")
	admin, _ := s.Setup(t)
	rig.Run(t, "entity", "add", "--data", s.Data, "--code", "canary-entity", "--name", "en="+c.text("name of the entity"), "--parent", "", "--people", "400")
	c["code of the entity"] = "canary-entity"
	s.Invite(t, "hr@desk.example", "--queue", "hr", "--entity", "canary-entity")
	s.Invite(t, "compliance@desk.example", "--queue", "compliance")
	token := c.text("address")
	add := url.Values{"name": {c.text("name of the webhook")}, "entity": {""}, "kind": {"generic"}, "url": {other.URL + "/" + token}}
	if res := admin.PostForm(t, "/en/desk/admin/webhooks", add); res.Status != http.StatusCreated {
		t.Fatalf("adding a webhook: %d\n%.400s", res.Status, res.Body)
	}
	var same string
	for i, fields := range [][]rig.Field{
		{{Name: "entity", Value: "canary-entity"}, {Name: "category", Value: "power-harassment"}, {Name: "subject", Value: "own"}, {Name: "relationship", Value: "employee"}},
		{{Name: "category", Value: "fraud-accounting"}, {Name: "subject", Value: "own"}, {Name: "relationship", Value: "employee"}, {Name: "danger", Value: "yes"}},
	} {
		fields = append(fields, rig.Field{Name: "text", Value: c.text(fmt.Sprint("text ", i))})
		receipt := s.Report(t, "en", fields)
		c.receipt(t, receipt)
		c["case"] = s.CaseID(t, receipt)
		got := <-calls
		got = strings.Replace(got, token, "", 1) // the address itself, which the other side has given
		c.search(t, "a webhook's message", []byte(got))
		for _, word := range []string{"power-harassment", "harassment", "accounting", "fraud", "human resources", "compliance", "人事", "コンプライアンス", "desk.example"} {
			if strings.Contains(strings.ToLower(got), word) {
				t.Errorf("%q is in a webhook's message:\n%s", word, got)
			}
		}
		got = whatDiffers.ReplaceAllString(got, "$1$2$3")
		if same != "" && got != same {
			t.Errorf("messages differ:\n%s\nand\n%s", same, got)
		}
		same = got
	}
	for _, header := range []string{"Hotline-Delivery: \n", "Hotline-Timestamp: \n", "Hotline-Signature: sha256=\n", "User-Agent: Hotline\r\n"} {
		if !strings.Contains(same, header) {
			t.Errorf("there is no %q in:\n%s", header, same)
		}
	}
	if strings.Contains(s.Log(), token) || strings.Contains(s.Log(), "webhook") {
		t.Errorf("the log tells of a message:\n%s", s.Log())
	}
}
