package storetest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"

	"hotline/store"
	"hotline/store/casework"
)

// Every text that was stored stays as a version, the last one holds, and nobody
// replaces what they have not seen.
func testWords(t *testing.T, s *store.Store) {
	ctx := context.Background()
	want(t, "PutEntity", s.PutEntity(ctx, "", casework.Entity{Code: "br", Name: "Brasil"}, nil), nil)
	root, br := casework.WordsKey{Part: "greeting", Language: "ja"}, casework.WordsKey{Entity: "br", Part: "privacy", Language: "pt"}
	want(t, "PutWords", s.PutWords(ctx, "kenji", root, "ようこそ", "2026-11-20", 0), nil)
	want(t, "PutWords by who saw none", s.PutWords(ctx, "", root, "x", "2026-11-20", 0), store.ErrConflict)
	want(t, "PutWords by who saw a later one", s.PutWords(ctx, "", root, "x", "2026-11-20", 2), store.ErrConflict)
	want(t, "PutWords of an entity", s.PutWords(ctx, "rosa", br, "# Aviso\n\n*texto* 'com' \"aspas\" 😀", "2026-11-20", 0), nil)
	want(t, "PutWords again", s.PutWords(ctx, "rosa", br, "novo", "2026-11-21", 1), nil)
	want(t, "PutWords that takes it back", s.PutWords(ctx, "", root, "", "2026-11-22", 1), nil)
	want(t, "PutWords of no entity", s.PutWords(ctx, "", casework.WordsKey{Entity: "mx", Part: "privacy", Language: "es"}, "x", "2026-11-21", 0), store.ErrNotFound)
	want(t, "PutWords of no part", s.PutWords(ctx, "", casework.WordsKey{Part: "footer", Language: "es"}, "x", "2026-11-21", 0), store.ErrNotFound)

	versions := func(k casework.WordsKey, want ...store.WordsVersion) {
		t.Helper()
		for i := range want {
			want[i].WordsKey, want[i].Version = k, len(want)-i
		}
		if got, err := s.WordsVersions(ctx, k); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("WordsVersions: %+v (%v), want %+v", got, err, want)
		}
	}
	versions(root, store.WordsVersion{Day: "2026-11-22"}, store.WordsVersion{Written: true, Day: "2026-11-20", By: "kenji"})
	versions(br, store.WordsVersion{Written: true, Day: "2026-11-21", By: "rosa"}, store.WordsVersion{Written: true, Day: "2026-11-20", By: "rosa"})
	current, err := s.CurrentWords(ctx)
	if want := "[{{ greeting ja} 2 false 2026-11-22 } {{br privacy pt} 2 true 2026-11-21 rosa}]"; err != nil || fmt.Sprint(current) != want {
		t.Errorf("CurrentWords: %v (%v), want %s", current, err, want)
	}
	for version, want := range map[int]string{1: "# Aviso\n\n*texto* 'com' \"aspas\" 😀", 2: "novo"} {
		if got, err := s.WordsText(ctx, br, version); err != nil || got != want {
			t.Errorf("version %d: %q, %v", version, got, err)
		}
	}
	_, err = s.WordsText(ctx, br, 3)
	want(t, "WordsText of no version", err, store.ErrNotFound)
	wordsOfRemoved(t, s, br)
}

// wordsOfRemoved removes an entity: its texts end with it, and one that comes later
// under its code has none.
func wordsOfRemoved(t *testing.T, s *store.Store, k casework.WordsKey) {
	t.Helper()
	ctx := context.Background()
	want(t, "DropEntity", s.DropEntity(ctx, "kenji", k.Entity, "2026-11-30"), nil)
	want(t, "PutEntity of its code", s.PutEntity(ctx, "", casework.Entity{Code: k.Entity, Name: "Other"}, nil), nil)
	all, err := s.WordsVersions(ctx, k)
	if err != nil || len(all) != 3 || all[0].Written || all[0].By != "kenji" || all[0].Day != "2026-11-30" || !all[1].Written {
		t.Errorf("after the entity was removed: %+v, %v", all, err)
	}
	want(t, "DropEntity once more", s.DropEntity(ctx, "", k.Entity, "2026-12-01"), nil)
	if again, err := s.WordsVersions(ctx, k); err != nil || len(again) != 3 {
		t.Errorf("what was taken back is taken back again: %d versions, %v", len(again), err)
	}
	var details []string
	log, err := s.AuditLog(ctx, store.Handler{}, store.AuditFilter{What: store.AuditWords})
	for _, e := range log {
		details = append(details, e.Detail+"/"+e.By)
	}
	if want := "[greeting ja / privacy pt br/rosa privacy pt br/rosa greeting ja /kenji]"; err != nil || fmt.Sprint(details) != want {
		t.Errorf("the log: %v (%v), want %s", details, err, want)
	}
}

// Of several who write the same text at the same moment one is first, and the others
// are told.
func testConcurrentWords(t *testing.T, s *store.Store) {
	ctx := context.Background()
	k := casework.WordsKey{Part: "rules", Language: "en"}
	errs := make([]error, 8)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { errs[i] = s.PutWords(ctx, "", k, fmt.Sprint("text ", i), "2026-11-20", 0) })
	}
	wg.Wait()
	stored := -1
	for i, err := range errs {
		switch {
		case err == nil && stored < 0:
			stored = i
		case !errors.Is(err, store.ErrConflict):
			t.Errorf("PutWords %d: %v", i, err)
		}
	}
	if text, err := s.WordsText(ctx, k, 1); err != nil || text != fmt.Sprint("text ", stored) {
		t.Errorf("the text is %q (%v), not that of %d", text, err, stored)
	}
	if all, err := s.WordsVersions(ctx, k); err != nil || len(all) != 1 {
		t.Errorf("%d versions, %v", len(all), err)
	}
}
