package storetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hotline/store"
	"hotline/store/casework"
)

// webhook adds one for an entity; its id is its name.
func webhook(t *testing.T, s *store.Store, name, entity string) casework.Webhook {
	t.Helper()
	w := casework.Webhook{ID: name, Entity: entity, Name: name, Kind: casework.WebhookSlack, URL: "https://hooks.example/services/" + name, Secret: "secret of " + name}
	want(t, "PutWebhook "+name, s.PutWebhook(context.Background(), "", w, nil), nil)
	return w
}

// waiting returns which webhooks something waits for, and how often: "br×2!" where it is
// urgent. What waits is then taken as delivered.
func waiting(t *testing.T, s *store.Store) string {
	t.Helper()
	ctx := context.Background()
	all, err := s.Waiting(ctx)
	var found []string
	for _, w := range all {
		name, hook := strings.CutPrefix(w.Target, casework.HookTarget)
		if !hook {
			continue
		}
		written := fmt.Sprintf("%s×%d", name, w.Notices)
		if w.Urgent {
			written += "!"
		}
		found = append(found, written)
		places, wrong := s.NoticesOf(ctx, w.Target)
		want(t, "NoticesOf", wrong, nil)
		want(t, "Delivered", s.Delivered(ctx, w.Target, places), nil)
	}
	want(t, "Waiting", err, nil)
	slices.Sort(found)
	return strings.Join(found, " ")
}

func wantHooks(t *testing.T, what string, s *store.Store, hooks string) {
	t.Helper()
	if got := waiting(t, s); got != hooks {
		t.Errorf("%s: %q is told, want %q", what, got, hooks)
	}
}

// Webhooks are told about what is read at their entity and below, once for each event.
func testWhichWebhooks(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := group(t, s)
	waiting(t, s)
	webhook(t, s, "all", "")
	for _, entity := range []string{"br", "br-sul", "mx"} {
		webhook(t, s, "of-"+entity, entity)
	}
	off := webhook(t, s, "off", "br")
	off.Off = true
	was := off
	was.Off = false
	want(t, "switching off", s.PutWebhook(ctx, "", off, &was), nil)
	wantHooks(t, "nothing has happened", s, "")
	c.at("hr", "mx", "both", "hana") // read at the root: the company is not to learn of it
	wantHooks(t, "a case read at the root", s, "all×1")
	n := c.at("hr@br", "br", "bruna", "both")
	wantHooks(t, "a case of a company", s, "all×1 of-br×1")
	c.at("hr@br-sul", "br-sul", "sofia")
	c.at("hr@mx", "mx", "mia")
	wantHooks(t, "cases of a site and of another company", s, "all×2 of-br-sul×1 of-br×1 of-mx×1")
	m := reporterMessage(n.ID, 2)
	want(t, "a message", s.AddMessage(ctx, m), nil)
	m = reporterMessage(n.ID, 3)
	m.Danger = true
	want(t, "a message of danger", s.AddMessage(ctx, m), nil)
	wantHooks(t, "messages", s, "all×2! of-br×2!")
	m = reporterMessage(n.ID, 4)
	m.By, m.From = c.ids["bruna"], casework.FromDesk
	want(t, "an answer", s.AddMessage(ctx, m), nil)
	wantHooks(t, "an answer of the desk", s, "")
	over := store.Transfer{Act: store.Act{CaseID: n.ID}, Seen: "hr@br", Queue: casework.HR, Entity: "mx"}
	want(t, "a transfer", c.transfer("bruna", over, 5), nil)
	wantHooks(t, "a transfer of what is urgent", s, "all×1! of-mx×1!")
}

// Webhooks are changed by who has seen them as they are, and the log does not hold what is
// secret of them.
func testWebhooks(t *testing.T, s *store.Store) {
	ctx := context.Background()
	group(t, s)
	none, err := s.Webhooks(ctx)
	if err != nil || len(none) != 0 {
		t.Errorf("of none: %v, %v", none, err)
	}
	first, second := webhook(t, s, "first0123456789", "br"), webhook(t, s, "second", "")
	want(t, "the same again", s.PutWebhook(ctx, "", first, nil), store.ErrExists)
	changed := first
	changed.Name, changed.URL = "Another name", "https://hooks.example/other"
	want(t, "as nobody saw it", s.PutWebhook(ctx, "", changed, &changed), store.ErrConflict)
	want(t, "a change", s.PutWebhook(ctx, "", changed, &first), nil)
	want(t, "the same change again", s.PutWebhook(ctx, "", changed, &first), store.ErrConflict)
	for what, wrong := range map[string]func(*casework.Webhook){
		"entity": func(w *casework.Webhook) { w.Entity = "xx" }, "name": func(w *casework.Webhook) { w.Name = "" }, "kind": func(w *casework.Webhook) { w.Kind = "fax" },
		"URL": func(w *casework.Webhook) { w.URL = "" }, "secret": func(w *casework.Webhook) { w.Secret = "" }, "long URL": func(w *casework.Webhook) { w.URL = "https://x/" + strings.Repeat("x", casework.WebhookURLLimit) },
	} {
		w := changed
		wrong(&w)
		want(t, "wrong "+what, s.PutWebhook(ctx, "", w, &changed), casework.ErrWebhook)
	}
	renewed := changed
	renewed.Secret = "another secret"
	want(t, "a new secret", s.PutWebhook(ctx, "", renewed, &changed), nil)
	all, err := s.Webhooks(ctx)
	if err != nil || !slices.Equal(all, []casework.Webhook{renewed, second}) {
		t.Errorf("stored are %v, %v", all, err)
	}
	chosen, err := s.Settings(ctx)
	want(t, "Settings beside them", err, nil)
	want(t, "SetSettings beside them", s.SetSettings(ctx, "", chosen), nil)
	want(t, "PutEntity", s.PutEntity(ctx, "", casework.Entity{Code: "es", Name: "España"}, nil), nil)
	there := webhook(t, s, "there", "es")
	want(t, "an entity with a webhook", s.DropEntity(ctx, "", "es", "2026-11-30"), store.ErrInUse)
	want(t, "removing that", s.DropWebhook(ctx, "", there), nil)
	want(t, "an entity without one", s.DropEntity(ctx, "", "es", "2026-11-30"), nil)
	want(t, "removing what was not seen", s.DropWebhook(ctx, "", changed), store.ErrConflict)
	want(t, "removing", s.DropWebhook(ctx, "", renewed), nil)
	want(t, "removing again", s.DropWebhook(ctx, "", renewed), store.ErrNotFound)
	want(t, "a change of what is gone", s.PutWebhook(ctx, "", renewed, &renewed), store.ErrNotFound)
	log, err := s.AuditLog(ctx, store.Handler{}, store.AuditFilter{What: store.AuditWebhook})
	var details []string
	for _, e := range slices.Backward(log) {
		details = append(details, e.Detail)
	}
	if got := strings.Join(details, ", "); err != nil || got != "added first012 br, added second, changed first012 br, renewed first012 br, added there es, removed there es, removed first012 br" {
		t.Errorf("the log says %s (%v)", got, err)
	}
	for i := range casework.WebhooksLimit - 1 {
		webhook(t, s, fmt.Sprint("more", i), "")
	}
	one := second
	one.ID = "too many"
	want(t, "one too many", s.PutWebhook(ctx, "", one, nil), store.ErrTooMany)
}

// Two who add one at the same time both have theirs.
func testWebhooksAtOnce(t *testing.T, s *store.Store) {
	const each = 8
	done := make(chan error)
	for i := range each {
		go func() {
			w := casework.Webhook{ID: fmt.Sprint("hook", i), Name: "Chat", Kind: casework.WebhookTeams, URL: "https://hooks.example/", Secret: "secret"}
			done <- s.PutWebhook(context.Background(), "", w, nil)
		}()
	}
	for range each {
		want(t, "one of several at once", <-done, nil)
	}
	if all, err := s.Webhooks(context.Background()); err != nil || len(all) != each {
		t.Errorf("%d of %d are stored, %v", len(all), each, err)
	}
}

// What did not reach a webhook is told to those who administer its entity and to the other
// webhooks of the root, once; and is forgotten when it leads elsewhere, or nowhere.
func testFailingWebhooks(t *testing.T, s *store.Store) {
	ctx := context.Background()
	c := group(t, s)
	admin, other := newHandler("admin.br@example.org"), newHandler("admin.mx@example.org")
	for h, entity := range map[*store.Handler]string{&admin: "br", &other: "mx"} {
		h.Roles, h.Branches, h.Recipient = []string{store.RoleAt(store.RoleAdmin, entity)}, nil, ""
		if _, err := s.AddHandler(ctx, *h); err != nil {
			t.Fatal(err)
		}
	}
	w, root := webhook(t, s, "of-br", "br"), webhook(t, s, "of-root", "")
	waiting(t, s)
	begin := time.Unix(1764504000, 0).UTC()
	fail := func(target string, after time.Duration) {
		t.Helper()
		want(t, "DeliveryFailed", s.DeliveryFailed(ctx, target, nil, casework.FaultGone, begin.Add(after)), nil)
	}
	c.at("hr@br", "br", "bruna", "both")
	fail(w.Target(), 0)
	fail(w.Target(), 2*time.Hour)
	fail(w.Target(), 3*time.Hour)
	told := func(id string) int {
		places, err := s.NoticesOf(ctx, id)
		want(t, "NoticesOf", err, nil)
		return len(places)
	}
	if told(admin.ID) != 1 || told(other.ID) != 0 {
		t.Errorf("of trouble %d notices for who administers the entity, %d for another", told(admin.ID), told(other.ID))
	}
	failed, err := s.FailedDeliveries(ctx)
	if err != nil || len(failed) != 1 || failed[0].Target != w.Target() || failed[0].Fault != casework.FaultGone || !failed[0].First.Equal(begin) {
		t.Errorf("failed: %v, %v", failed, err)
	}
	if n := told(root.Target()); n != 2 { // the case, and the trouble
		t.Errorf("%d notices for the webhook of the root", n)
	}
	if n := told(w.Target()); n != 1 {
		t.Errorf("%d notices for the webhook in trouble", n)
	}
	renamed := w
	renamed.Name = "Another name"
	want(t, "another name", s.PutWebhook(ctx, "", renamed, &w), nil)
	if told(w.Target()) != 1 {
		t.Error("what waits is forgotten for another name")
	}
	elsewhere := renamed
	elsewhere.URL = "https://hooks.example/elsewhere"
	want(t, "another address", s.PutWebhook(ctx, "", elsewhere, &renamed), nil)
	if failed, err := s.FailedDeliveries(ctx); err != nil || len(failed) != 0 || told(w.Target()) != 1 {
		t.Errorf("of another address: %v, %d notices, want the one that waits; %v", failed, told(w.Target()), err)
	}
	off := elsewhere
	off.Off = true
	want(t, "switching off", s.PutWebhook(ctx, "", off, &elsewhere), nil)
	fail(root.Target(), 0)
	fail(root.Target(), 2*time.Hour)
	if told(root.Target()) != 2 {
		t.Error("a webhook is told that it cannot be told")
	}
	want(t, "removing", s.DropWebhook(ctx, "", root), nil)
	if failed, err := s.FailedDeliveries(ctx); err != nil || len(failed) != 0 || told(root.Target()) != 0 || told(w.Target()) != 0 {
		t.Errorf("of one that is gone, and one that is off: %v, %d and %d notices, %v", failed, told(root.Target()), told(w.Target()), err)
	}
}
