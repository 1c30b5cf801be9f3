package storetest

import (
	"context"
	"sync"
	"testing"

	"hotline/store"
	"hotline/store/casework"
)

func testDailyKeys(t *testing.T, s *store.Store) {
	ctx := context.Background()
	_, err := s.FindDailyKey(ctx, today)
	want(t, "FindDailyKey before", err, store.ErrNotFound)
	key := [32]byte(randomBytes(32))
	for _, fresh := range [][32]byte{key, [32]byte(randomBytes(32))} {
		got, err := s.DailyKey(ctx, today, fresh)
		if err != nil || got != key {
			t.Fatalf("DailyKey: another key (%v)", err)
		}
	}
	old := today.AddDays(-2)
	if _, err := s.DailyKey(ctx, old, [32]byte(randomBytes(32))); err != nil {
		t.Fatal(err)
	}
	oldCase, newerCase := newCase(addHandlers(t, s, 1)...), newCase()
	oldCase.Use.Day = old
	create(t, s, oldCase)
	create(t, s, newerCase)

	n, err := s.DropDailyKeys(ctx, today)
	if err != nil || n != 1 {
		t.Fatalf("DropDailyKeys: %d, %v", n, err)
	}
	_, err = s.FindDailyKey(ctx, old)
	want(t, "FindDailyKey of a dropped one", err, store.ErrNotFound)
	_, _, err = s.FormUses(ctx, oldCase.Use.Nonce)
	want(t, "FormUses of a dropped day", err, store.ErrNotFound)
	if found, err := s.FindDailyKey(ctx, today); err != nil || found != key {
		t.Errorf("today's key is another one (%v)", err)
	}
	if _, _, err = s.FormUses(ctx, newerCase.Use.Nonce); err != nil {
		t.Errorf("today's use is gone: %v", err)
	}
	if _, err := s.Case(ctx, oldCase.ID); err != nil {
		t.Errorf("the case is gone with the use of its form: %v", err)
	}
	if n, err := s.DropDailyKeys(ctx, today); err != nil || n != 0 {
		t.Errorf("DropDailyKeys again: %d, %v", n, err)
	}
}

func testDailyKeyRace(t *testing.T, s *store.Store) {
	var wg sync.WaitGroup
	keys := make([][32]byte, 16)
	errs := make([]error, 16)
	for i := range keys {
		wg.Go(func() { keys[i], errs[i] = s.DailyKey(context.Background(), today, [32]byte(randomBytes(32))) })
	}
	wg.Wait()
	for i := range keys {
		if errs[i] != nil || keys[i] != keys[0] || keys[i] == [32]byte{} {
			t.Errorf("starter %d has another key (%v)", i, errs[i])
		}
	}
}

func testSettings(t *testing.T, s *store.Store) {
	ctx := context.Background()
	_, err := s.Setting(ctx, "title")
	want(t, "Setting before", err, store.ErrNotFound)
	for _, value := range []string{"相談窓口", "", "Hotline"} {
		want(t, "SetSetting", s.SetSetting(ctx, "title", value), nil)
		if got, err := s.Setting(ctx, "title"); err != nil || got != value {
			t.Errorf("Setting: %q, %v, want %q", got, err, value)
		}
	}
}

// What the organisation is called, and what reporters are shown for somebody, can be
// another text in another language.
func testTranslations(t *testing.T, s *store.Store) {
	ctx := context.Background()
	names := casework.Translations{"ja": "山田製作所", "es": ""}
	for range 2 {
		want(t, "SetSettings", s.SetSettings(ctx, "", store.Settings{Organization: "Yamada", Names: names}), nil)
	}
	chosen, err := s.Settings(ctx)
	if err != nil || chosen.Name("ja") != "山田製作所" || chosen.Name("es") != "Yamada" || chosen.Name("pt") != "Yamada" {
		t.Errorf("Settings: %+v, %v", chosen, err)
	}
	log, err := s.AuditLog(ctx, store.Handler{}, store.AuditFilter{What: store.AuditSettings})
	if err != nil || len(log) != 1 || log[0].Detail != "organization,organization-names" {
		t.Errorf("the log says %+v (%v)", log, err)
	}
	want(t, "SetSettings", s.SetSettings(ctx, "", store.Settings{Organization: "Yamada"}), nil)
	if chosen, err := s.Settings(ctx); err != nil || chosen.Name("ja") != "Yamada" {
		t.Errorf("a name that was taken back: %q, %v", chosen.Name("ja"), err)
	}

	id := addHandlers(t, s, 1)[0]
	want(t, "SetShownAs", s.SetShownAs(ctx, "", id, "Head of HR", casework.Translations{"ja": "人事部長"}), nil)
	if got, err := s.Handler(ctx, id); err != nil || got.ShownAs != "Head of HR" || got.ShownIn.Of(got.ShownAs, "ja") != "人事部長" || got.ShownIn.Of(got.ShownAs, "zh") != "Head of HR" {
		t.Errorf("shown as %q, %q (%v)", got.ShownAs, got.ShownIn, err)
	}
	want(t, "SetShownAs of nobody", s.SetShownAs(ctx, "", "nobody", "", nil), store.ErrNotFound)
}

func testReady(t *testing.T, s *store.Store) {
	for range 3 {
		want(t, "Ready", s.Ready(context.Background()), nil)
	}
	if s.Engine() == "" {
		t.Error("no name of the engine")
	}
}
