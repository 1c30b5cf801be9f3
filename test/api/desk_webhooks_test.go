package api

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"hotline/test/rig"
)

// chat is the other side of a webhook, on this machine.
type chat struct {
	url    string
	status atomic.Int32 // that it answers with
	calls  chan chatCall
}

type chatCall struct{ timestamp, signature, body string }

const chatToken = "T0token0of0the0chat"

func newChat(t *testing.T) *chat {
	t.Helper()
	c := &chat{calls: make(chan chatCall, 100)}
	c.status.Store(http.StatusOK)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		c.calls <- chatCall{r.Header.Get("Hotline-Timestamp"), r.Header.Get("Hotline-Signature"), string(body)}
		w.WriteHeader(int(c.status.Load()))
	}))
	t.Cleanup(s.Close)
	c.url = s.URL + "/services/" + chatToken
	return c
}

// forHR is a report that HR reads.
var forHR = []rig.Field{{Name: "category", Value: "power-harassment"}, {Name: "subject", Value: "own"}, {Name: "relationship", Value: "employee"}, {Name: "text", Value: "Text that only HR reads."}}

const webhooksPage = "/en/desk/admin/webhooks"

// addWebhook adds one and returns the path of its page and its secret.
func addWebhook(t *testing.T, d *rig.Desk, name, entity, address string) (path, secret string) {
	t.Helper()
	res := d.PostForm(t, webhooksPage, url.Values{"name": {name}, "entity": {entity}, "kind": {"generic"}, "url": {address}})
	page := document(t, res.Body)
	action, there := page.Find(`form[action$="/test"]`).Attr("action")
	if res.Status != http.StatusCreated || !there {
		t.Fatalf("adding %s: %d\n%.600s", name, res.Status, res.Body)
	}
	return strings.TrimSuffix(action, "/test"), page.Find("#secret-value").AttrOr("value", "")
}

// pressed posts a form of a webhook's page as its button does.
func pressed(t *testing.T, d *rig.Desk, path, form string, more url.Values) rig.Response {
	t.Helper()
	fields := hidden(document(t, d.Get(t, path).Body).Find(`form[action="` + path + form + `"]`))
	for name, values := range more {
		fields[name] = values
	}
	return d.PostForm(t, path+form, fields)
}

// What is wrong with a webhook is said beside its field, and nothing typed is lost.
func TestWebhooks(t *testing.T) {
	t.Parallel()
	_, admin, _ := withDesk(t, "--limits", "off", "--webhook-allow", "127.0.0.1")
	c := newChat(t)
	if empty := document(t, admin.Get(t, webhooksPage).Body); empty.Find(".empty").Length() != 1 || empty.Find("table").Length() != 0 || empty.Find("#entity").Length() != 0 {
		t.Error("the empty page does not say what it is for, or speaks of companies")
	}
	for what, wrong := range map[string]struct {
		fields url.Values
		field  string
	}{
		"no name": {url.Values{"kind": {"slack"}, "url": {c.url}}, "name"}, "an address as its name": {url.Values{"name": {c.url}, "kind": {"slack"}, "url": {c.url}}, "name"},
		"no kind": {url.Values{"name": {"Chat"}, "url": {c.url}}, "kind"}, "no address": {url.Values{"name": {"Chat"}, "kind": {"slack"}}, "url"},
		"no TLS": {url.Values{"name": {"Chat"}, "kind": {"slack"}, "url": {"http://chat.example/x"}}, "url"}, "a password": {url.Values{"name": {"Chat"}, "kind": {"slack"}, "url": {"https://a:b@chat.example/x"}}, "url"},
		"no such company": {url.Values{"name": {"Chat"}, "kind": {"slack"}, "url": {c.url}, "entity": {"br"}}, "entity"},
	} {
		res := admin.PostForm(t, webhooksPage, wrong.fields)
		page := document(t, res.Body)
		if res.Status != http.StatusUnprocessableEntity || page.Find(`#errors a[href="#`+wrong.field+`"]`).Length() != 1 {
			t.Errorf("%s: %d, no error at %s", what, res.Status, wrong.field)
		}
		if page.Find("#name").AttrOr("value", "") != wrong.fields.Get("name") || page.Find("#url").AttrOr("value", "") != wrong.fields.Get("url") {
			t.Errorf("%s: what was typed is lost", what)
		}
	}
}

// A webhook is changed by who has seen it as it is. Its address is not shown again, its
// secret once, and the audit log holds neither.
func TestChangesOfAWebhook(t *testing.T) {
	t.Parallel()
	s, admin, _ := withDesk(t, "--limits", "off", "--webhook-allow", "127.0.0.1")
	c := newChat(t)
	path, secret := addWebhook(t, admin, "Chat of HR", "", c.url)
	if !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(secret) {
		t.Errorf("the secret is %q", secret)
	}
	for _, at := range []string{webhooksPage, path, path + "?remove=1"} {
		page := admin.Get(t, at).Body
		if strings.Contains(page, chatToken) || strings.Contains(page, secret) || !strings.Contains(page, "…chat") || !strings.Contains(page, "Chat of HR") {
			t.Errorf("%s shows the address or the secret, or not the webhook", at)
		}
	}
	changed := pressed(t, admin, path, "", url.Values{"name": {"Another name"}, "kind": {"teams"}, "url": {""}})
	if changed.Status != http.StatusSeeOther || !strings.Contains(admin.Get(t, path).Body, "Another name") {
		t.Errorf("a change: %d", changed.Status)
	}
	stale := admin.PostForm(t, path, url.Values{"name": {"Third name"}, "kind": {"teams"}, "seen": {"before"}})
	if stale.Status != http.StatusUnprocessableEntity || !strings.Contains(stale.Body, rig.Texts(t, "en").T("people.changed")) || !strings.Contains(stale.Body, `value="Third name"`) {
		t.Errorf("by who saw it before: %d", stale.Status)
	}
	for _, form := range []string{"/secret", "/switch", "/remove"} {
		if res := admin.PostForm(t, path+form, url.Values{"seen": {"before"}}); res.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s by who saw it before: %d", form, res.Status)
		}
	}
	renewed := pressed(t, admin, path, "/secret", nil)
	if now := document(t, renewed.Body).Find("#secret-value").AttrOr("value", ""); renewed.Status != http.StatusCreated || len(now) != 64 || now == secret {
		t.Errorf("a new secret: %d, %q", renewed.Status, now)
	}
	if res := pressed(t, admin, path, "/switch", url.Values{"to": {"off"}}); res.Status != http.StatusSeeOther || !strings.Contains(admin.Get(t, webhooksPage).Body, ">"+rig.Texts(t, "en").T("webhooks.state.off")) {
		t.Errorf("switching off: %d", res.Status)
	}
	if res := pressed(t, admin, path, "/switch", url.Values{"to": {"on"}}); res.Status != http.StatusSeeOther {
		t.Errorf("switching on: %d", res.Status)
	}
	if document(t, admin.Get(t, path+"?remove=1").Body).Find("#remove form").Length() != 1 {
		t.Error("nobody is asked before it is removed")
	}
	if res := pressed(t, admin, path+"?remove=1", "", nil); res.Status != http.StatusUnprocessableEntity {
		t.Errorf("a form that is not there: %d", res.Status)
	}
	remove := hidden(document(t, admin.Get(t, path+"?remove=1").Body).Find("#remove form"))
	if res := admin.PostForm(t, path+"/remove", remove); res.Status != http.StatusSeeOther || admin.Get(t, path).Status != http.StatusNotFound {
		t.Errorf("removing: %d", res.Status)
	}
	auditor, _ := s.Invite(t, "auditor@desk.example", "--role", "auditor")
	log := auditor.Get(t, "/en/desk/audit").Body + auditor.Get(t, "/en/desk/audit/csv").Body
	for text, want := range map[string]bool{chatToken: false, secret: false, "new secret": true, "switched off": true, "Changed a webhook": true} {
		if strings.Contains(log, text) != want {
			t.Errorf("the audit log holds %q: %v", text, !want)
		}
	}
}

// The test button says in words what the other side answered, and what it gets is signed
// with the secret that was shown.
func TestWebhookTests(t *testing.T) {
	t.Parallel()
	s, admin, _ := withDesk(t, "--limits", "off", "--webhook-allow", "127.0.0.1")
	c := newChat(t)
	path, secret := addWebhook(t, admin, "Chat", "", c.url)
	tested := func(path string) string {
		t.Helper()
		res := pressed(t, admin, path, "/test", nil)
		if res.Status != http.StatusSeeOther {
			t.Fatalf("a test: %d\n%.400s", res.Status, res.Body)
		}
		return strings.TrimSpace(document(t, admin.Get(t, res.Header.Get("Location")).Body).Find("#test [role]").Text())
	}
	texts := rig.Texts(t, "en")
	if got := tested(path); got != texts.T("webhooks.test.taken") {
		t.Errorf("one that is taken: %q", got)
	}
	call := <-c.calls
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "%s.%s", call.timestamp, call.body)
	if call.signature != "sha256="+hex.EncodeToString(mac.Sum(nil)) || call.body != `{"text":"通報・相談窓口の担当者用ページに、ご確認いただきたいことがあります。","url":"`+s.URL+`/ja/desk"}` {
		t.Errorf("received %+v", call)
	}
	for status, fault := range map[int32]string{410: "gone", 403: "refused", 500: "server", 302: "redirect"} {
		c.status.Store(status)
		if got := tested(path); got != texts.T("webhooks.test.failed")+" "+texts.T("webhooks.fault."+fault) {
			t.Errorf("%d: %q", status, got)
		}
	}
	private, _ := addWebhook(t, admin, "Router", "", "https://192.168.0.1/"+chatToken)
	if got := tested(private); !strings.Contains(got, "--webhook-allow") {
		t.Errorf("a private address: %q", got)
	}
	if got := document(t, admin.Get(t, path+"?tested=nonsense").Body).Find("#test [role]").Length(); got != 0 {
		t.Error("what came of a test is made up by the address")
	}
	if strings.Contains(s.Log(), chatToken) || strings.Contains(s.Log(), "192.168") {
		t.Errorf("the log holds an address:\n%s", s.Log())
	}
}

// An administrator of a company manages its webhooks and no others.
func TestWebhooksOfACompany(t *testing.T) {
	t.Parallel()
	g := newCompanies(t)
	const address = "https://chat.example/services/" + chatToken
	root, _ := addWebhook(t, g.root, "Chat of all", "", address)
	beside, _ := addWebhook(t, g.root, "Chat of mx", "mx", address)
	theirs, _ := addWebhook(t, g.root, "Chat of the site", "br-jundiai", address)
	list := g.br.Get(t, webhooksPage).Body
	for name, want := range map[string]bool{"Chat of all": false, "Chat of mx": false, "Chat of the site": true, "Company br-jundiai": true, "Company mx": false} {
		if strings.Contains(list, name) != want {
			t.Errorf("the list holds %q: %v", name, !want)
		}
	}
	for _, path := range []string{root, beside} {
		if res := g.br.Get(t, path); res.Status != http.StatusNotFound {
			t.Errorf("one of others: %d", res.Status)
		}
		for _, form := range []string{"", "/test", "/secret", "/switch", "/remove"} {
			seen := seenOn(t, g.root, path)
			if res := g.br.PostForm(t, path+form, url.Values{"name": {"Stolen"}, "kind": {"slack"}, "seen": {seen}}); res.Status != http.StatusNotFound {
				t.Errorf("%s of one of others: %d", form, res.Status)
			}
		}
	}
	for _, entity := range []string{"", "mx", "none"} {
		if res := g.br.PostForm(t, webhooksPage, url.Values{"name": {"Chat"}, "kind": {"slack"}, "url": {address}, "entity": {entity}}); res.Status != http.StatusUnprocessableEntity {
			t.Errorf("adding one for %q: %d", entity, res.Status)
		}
		if res := pressed(t, g.br, theirs, "", url.Values{"name": {"Chat"}, "kind": {"slack"}, "entity": {entity}}); res.Status != http.StatusUnprocessableEntity {
			t.Errorf("moving one to %q: %d", entity, res.Status)
		}
	}
	addWebhook(t, g.br, "Chat of br", "br", address)
	if ask := g.root.Get(t, "/en/desk/admin/entities/mx?remove=1").Body; !strings.Contains(ask, "/en/desk/admin/webhooks\"") || document(t, ask).Find("#remove form").Length() != 0 {
		t.Error("a company with a webhook can be removed")
	}
}

// What the other side does not take is said on the page, and goes when it takes it.
func TestFailingWebhook(t *testing.T) {
	t.Parallel()
	s, admin, _ := withDesk(t, "--limits", "off", "--webhook-allow", "127.0.0.1", "--mail-window", "1s")
	c := newChat(t)
	c.status.Store(http.StatusGone)
	path, _ := addWebhook(t, admin, "Chat", "", c.url)
	s.Report(t, "en", forHR)
	<-c.calls
	texts := rig.Texts(t, "en")
	state := func() string { return document(t, admin.Get(t, path).Body).Find(".facts dd").First().Text() }
	rig.Until(t, "the page says that it fails", func() bool { return strings.HasPrefix(state(), "Failing since ") })
	if got := document(t, admin.Get(t, path).Body).Find("#fault").Text(); got != texts.T("webhooks.fault.gone") {
		t.Errorf("what to do is %q", got)
	}
	if list := admin.Get(t, webhooksPage).Body; !strings.Contains(list, texts.T("webhooks.fault.gone")) || !strings.Contains(list, "Failing since ") {
		t.Error("the list does not say that it fails")
	}
	if strings.Contains(s.Log(), chatToken) || !strings.Contains(s.Log(), "fault=gone") {
		t.Errorf("the log holds the address, or not the fault:\n%s", s.Log())
	}
	pressed(t, admin, path, "/switch", url.Values{"to": {"off"}})
	if got := state(); got != texts.T("webhooks.state.off") {
		t.Errorf("switched off: %q", got)
	}
	c.status.Store(http.StatusOK)
	pressed(t, admin, path, "/switch", url.Values{"to": {"on"}})
	s.Report(t, "en", forHR)
	<-c.calls
	if got := state(); got != texts.T("webhooks.state.on") {
		t.Errorf("switched on: %q", got)
	}
}
