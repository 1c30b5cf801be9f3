package storetest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
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

// letterKey says where a text of a letter stands.
func letterKey(entity, code, language string) casework.WordsKey {
	return casework.WordsKey{Entity: entity, Part: casework.LetterPart(code), Language: language}
}

// The organisation changes what is built in and adds letters, each text with its
// versions, and nobody replaces what they have not seen.
func testLetters(t *testing.T, s *store.Store) {
	ctx := context.Background()
	for _, e := range []casework.Entity{{Code: "br", Name: "Brasil"}, {Code: "br-south", Name: "Sul", Parent: "br"}, {Code: "mx", Name: "México"}} {
		want(t, "PutEntity", s.PutEntity(ctx, "", e, nil), nil)
	}
	put := func(by, entity, code, language, text string, seen int, err error) {
		t.Helper()
		want(t, "PutWords "+code, s.PutWords(ctx, by, letterKey(entity, code, language), text, "2026-11-20", seen), err)
	}
	put("rosa", "br", "acknowledge", "es", "Recibida el {{Received}}", 0, nil)
	put("rosa", "br", "acknowledge", "es", "otra", 0, store.ErrConflict)
	put("rosa", "br", "acknowledge", "es", "Recibida", 1, nil)
	put("rosa", "br", "answer-by", "es", "x", 0, store.ErrNotFound)
	put("rosa", "nowhere", "acknowledge", "es", "x", 0, store.ErrNotFound)
	put("rosa", "br", "own-1", "es", "x", 0, store.ErrNotFound)

	own := casework.OwnLetter{Entity: "br", Name: "Union", Names: casework.Translations{"pt": "Sindicato"}, Kind: casework.KindReport, Use: "question"}
	number, err := s.AddLetter(ctx, "rosa", own)
	if want(t, "AddLetter", err, nil); number != 1 {
		t.Errorf("the first letter is number %d", number)
	}
	_, err = s.AddLetter(ctx, "rosa", casework.OwnLetter{Entity: "nowhere", Name: "x", Use: "answer"})
	want(t, "AddLetter of no entity", err, store.ErrNotFound)
	put("rosa", "br", "own-1", "pt", "Fale com o sindicato", 0, nil)
	put("rosa", "br-south", "own-1", "pt", "Fale com o sindicato do Sul", 0, nil)
	put("rosa", "mx", "own-1", "pt", "x", 0, store.ErrNotFound)
	put("rosa", casework.Root, "own-1", "pt", "x", 0, store.ErrNotFound)
	own.Number, own.Version = 1, 3
	holds(t, s, own)
	texts(t, s, []string{"br-south", "br", ""}, "[br letter.acknowledge es Recibida; br letter.own-1 pt Fale com o sindicato; br-south letter.own-1 pt Fale com o sindicato do Sul]")
	texts(t, s, []string{"mx", ""}, "[]")
	if current, err := s.CurrentWords(ctx); err != nil || len(current) != 0 {
		t.Errorf("letters stand on pages: %v (%v)", current, err)
	}
	if current, err := s.CurrentLetters(ctx); err != nil || len(current) != 3 || current[0].Version != 2 || current[0].By != "rosa" {
		t.Errorf("CurrentLetters: %+v (%v)", current, err)
	}

	changed := own
	changed.Name, changed.Names, changed.Kind = "Works council", nil, ""
	want(t, "ChangeLetter", s.ChangeLetter(ctx, "mei", changed), nil)
	want(t, "ChangeLetter by who saw another", s.ChangeLetter(ctx, "mei", own), store.ErrConflict)
	want(t, "RemoveLetter by who saw another", s.RemoveLetter(ctx, "mei", own, "2026-11-21"), store.ErrConflict)
	changed.Version = 4
	holds(t, s, changed)
	removeAndRestore(t, s, changed)
	lettersOfRemoved(t, s)
}

func holds(t *testing.T, s *store.Store, wanted ...casework.OwnLetter) {
	t.Helper()
	if got, err := s.Letters(context.Background()); err != nil || !reflect.DeepEqual(got, wanted) {
		t.Errorf("Letters: %+v (%v), want %+v", got, err, wanted)
	}
}

func texts(t *testing.T, s *store.Store, entities []string, wanted string) {
	t.Helper()
	all, err := s.LetterTexts(context.Background(), entities)
	got := "["
	for i, l := range all {
		if i > 0 {
			got += "; "
		}
		got += fmt.Sprint(l.Entity, " ", l.Part, " ", l.Language, " ", l.Text)
	}
	if got += "]"; err != nil || got != wanted {
		t.Errorf("LetterTexts of %q: %s (%v), want %s", entities, got, err, wanted)
	}
}

// removeAndRestore withdraws all texts of a letter, and stores one of them anew.
func removeAndRestore(t *testing.T, s *store.Store, l casework.OwnLetter) {
	t.Helper()
	ctx := context.Background()
	want(t, "RemoveLetter", s.RemoveLetter(ctx, "mei", l, "2026-11-21"), nil)
	texts(t, s, []string{"br-south", "br"}, "[br letter.acknowledge es Recibida]")
	k := letterKey("br", l.Code(), "pt")
	versions, err := s.WordsVersions(ctx, k)
	if err != nil || len(versions) != 2 || versions[0].Written || versions[0].By != "mei" || versions[0].Day != "2026-11-21" || !versions[1].Written {
		t.Errorf("after it was removed: %+v, %v", versions, err)
	}
	text, err := s.WordsText(ctx, k, 1)
	want(t, "WordsText", err, nil)
	want(t, "PutWords of an earlier version", s.PutWords(ctx, "mei", k, text, "2026-11-22", 2), nil)
	texts(t, s, []string{"br"}, "[br letter.acknowledge es Recibida; br letter.own-1 pt Fale com o sindicato]")
	var details []string
	log, err := s.AuditLog(ctx, store.Handler{}, store.AuditFilter{What: store.AuditLetters})
	for _, e := range log {
		details = append(details, e.By+" "+e.Detail)
	}
	slices.Reverse(details)
	if want := "[rosa acknowledge es br rosa acknowledge es br rosa own-1 * br rosa own-1 pt br rosa own-1 pt br-south mei own-1 * br mei own-1 - br mei own-1 pt br]"; err != nil || fmt.Sprint(details) != want {
		t.Errorf("the log: %v (%v), want %s", details, err, want)
	}
}

// lettersOfRemoved removes an entity, with which its texts end: one that comes later
// under its code sends what is built in. It also reaches the limit of letters.
func lettersOfRemoved(t *testing.T, s *store.Store) {
	t.Helper()
	ctx := context.Background()
	want(t, "DropEntity", s.DropEntity(ctx, "kenji", "br-south", "2026-11-30"), nil)
	want(t, "DropEntity", s.DropEntity(ctx, "kenji", "br", "2026-11-30"), nil)
	want(t, "PutEntity of its code", s.PutEntity(ctx, "", casework.Entity{Code: "br", Name: "Other"}, nil), nil)
	texts(t, s, []string{"br", "br-south"}, "[]")
	for range casework.LettersLimit {
		_, err := s.AddLetter(ctx, "", casework.OwnLetter{Entity: "mx", Name: "x", Use: "answer"})
		want(t, "AddLetter", err, nil)
	}
	_, err := s.AddLetter(ctx, "", casework.OwnLetter{Entity: "mx", Name: "x", Use: "answer"})
	want(t, "AddLetter of one too many", err, store.ErrTooMany)
	_, err = s.AddLetter(ctx, "", casework.OwnLetter{Name: "x", Use: "answer"})
	want(t, "AddLetter of another entity", err, nil)
}
