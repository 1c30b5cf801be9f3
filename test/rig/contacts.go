package rig

import (
	"context"
	"path/filepath"
	"testing"

	"hotline/server/countries"
	"hotline/store"
	"hotline/store/casework"
)

// ConfirmContacts makes a hotline that does not run yet one of these countries, whose
// emergency numbers and authorities reporters see as they are proposed.
func ConfirmContacts(t testing.TB, data string, codes ...string) {
	t.Helper()
	ctx := context.Background()
	st, err := store.Open(ctx, filepath.Join(data, "hotline.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	var all []casework.Contacts
	for _, code := range codes {
		c := countries.Proposal(code)
		c.ConfirmedOn = "2026-11-20"
		all = append(all, c)
	}
	if err := st.SetSettings(ctx, "", store.Settings{Profile: casework.Strictest, Countries: codes, TimeZone: "Asia/Tokyo"}); err != nil {
		t.Fatal(err)
	}
	if err := st.SetContacts(ctx, "", all); err != nil {
		t.Fatal(err)
	}
}
