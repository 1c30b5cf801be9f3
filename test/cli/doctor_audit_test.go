package cli

import (
	"database/sql"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hotline/crypto"
	"hotline/store/pgtest"
	"hotline/test/rig"
)

// Whoever can write to the database can change the audit log, and is found out:
// the doctor names the first row that is not what was written.
func TestDoctorNamesTheFirstBrokenRow(t *testing.T) {
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		data := filepath.Join(t.TempDir(), "data")
		doctorNames(t, "sqlite", "file:"+filepath.Join(data, "hotline.db"), []string{"audit_keeps", "audit_stays"}, []string{"--data", data})
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		database := pgtest.URL(t)
		doctorNames(t, "pgx", database, []string{"audit_keeps ON audit", "audit_stays ON audit"}, []string{"--data", filepath.Join(t.TempDir(), "data"), "--database", database})
	})
}

func doctorNames(t *testing.T, driver, source string, triggers, where []string) {
	for _, name := range []string{"aiko", "ken", "bea", "rei", "noor"} {
		identity, err := crypto.NewIdentity()
		if err != nil {
			t.Fatal(err)
		}
		rig.Run(t, append([]string{"handler", "add", "--name", name, "--email", name + "@desk.example", "--queue", "hr,procurement,compliance", "--recipient", identity.Recipient().String()}, where...)...)
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	do := func(query string) {
		t.Helper()
		if _, err := db.Exec(query); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	doctor := func() string {
		out, _ := rig.Try(t, append([]string{"doctor"}, where...)...)
		return out
	}
	whole := regexp.MustCompile(`the audit log is whole and ends with row 5, hash [0-9a-f]{64}`)
	if out := doctor(); !whole.MatchString(out) {
		t.Fatalf("untouched: %s", out)
	}
	for _, query := range []string{`UPDATE audit SET detail = 'x' WHERE n = 2`, `DELETE FROM audit WHERE n = 2`} {
		if _, err := db.Exec(query); err == nil || !strings.Contains(err.Error(), "only added to") {
			t.Errorf("%s: %v", query, err)
		}
	}
	for _, trigger := range triggers {
		do(`DROP TRIGGER ` + trigger)
	}
	do(`CREATE TABLE kept AS SELECT * FROM audit`)
	do(`CREATE TABLE kept_head AS SELECT * FROM audit_head`)
	for _, tampering := range []struct{ name, query, want string }{
		{"a row changed", `UPDATE audit SET subject = 'somebody else' WHERE n = 3`, "row 3 was changed"},
		{"a time moved", `UPDATE audit SET at = at - 1 WHERE n = 5`, "row 5 was changed"},
		{"a row taken out of the middle", `DELETE FROM audit WHERE n = 2`, "row 2 is missing"},
		{"the rows after it moved up", `DELETE FROM audit WHERE n = 2; UPDATE audit SET n = n - 1 WHERE n = 3; UPDATE audit SET n = n - 1 WHERE n = 4; UPDATE audit SET n = n - 1 WHERE n = 5`, "row 2 was changed"},
		{"the end cut off", `DELETE FROM audit WHERE n > 3`, "row 4 is missing"},
		{"the end cut off, and noted so", `DELETE FROM audit WHERE n > 3; UPDATE audit_head SET n = 3`, "row 3 is not the one that was written last"},
		{"the head taken away", `DELETE FROM audit_head`, "the head of the log is gone"},
		{"a row put in", `INSERT INTO audit SELECT 6, at, handler_id, what, case_id, subject, detail, hash FROM audit WHERE n = 5`, "row 6 was changed"},
		{"all of it", `DELETE FROM audit`, "row 1 is missing"},
	} {
		for query := range strings.SplitSeq(tampering.query, ";") {
			do(query)
		}
		if out := doctor(); !strings.Contains(out, "The audit log was changed: ") || !strings.Contains(out, tampering.want) {
			t.Errorf("%s: %s", tampering.name, out)
		}
		for _, query := range []string{`DELETE FROM audit`, `INSERT INTO audit SELECT * FROM kept`, `DELETE FROM audit_head`, `INSERT INTO audit_head SELECT * FROM kept_head`} {
			do(query)
		}
	}
	if out := doctor(); !whole.MatchString(out) {
		t.Errorf("put back: %s", out)
	}
}
