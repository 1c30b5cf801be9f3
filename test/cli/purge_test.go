package cli

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hotline/test/rig"
)

// A case whose day has come goes beside a running server, with its files; its receipt is
// unknown from then on.
func TestPurge(t *testing.T) {
	dir := t.TempDir()
	sh := rig.Shell(t, rig.Age(t), filepath.Dir(rig.Binary(t)))
	sh(dir, "age-keygen -pq -o handler.txt 2>/dev/null && age-keygen -y -o handler.pub handler.txt")
	sh(dir, "hotline handler add --name Aiko --email aiko@desk.example --queue hr --recipient-file handler.pub")
	site := rig.Start(t, filepath.Join(dir, "data"), "--limits", "off")
	fields := []rig.Field{{Name: "subject", Value: "own"}, {Name: "category", Value: "working-hours-wages"}, {Name: "text", Value: "a report"}}
	gone := site.Report(t, "en", fields, rig.File{Name: "a.pdf", Type: "application/pdf", Content: bytes.NewReader([]byte("content"))})
	stays := site.Report(t, "en", fields)
	held := site.Report(t, "en", fields)
	id, heldID := site.CaseID(t, gone), site.CaseID(t, held)
	if out := sh(dir, "hotline purge --dry-run"); !strings.Contains(out, "No case is deleted") {
		t.Errorf("nothing is due: %s", out)
	}
	for _, caseID := range []string{id, heldID} {
		site.Exec(t, `UPDATE cases SET standing = 'junk', junked = '2020-01-01', gone = '2020-01-31', announced = 2, announced_on = '2020-01-10' WHERE id = $1`, caseID)
	}
	site.Exec(t, `INSERT INTO case_holds (case_id, owner_id, until_day, on_day, by_id, told) VALUES ($1, 'somebody', '2999-01-01', '2020-01-01', 'somebody', 1)`, heldID)
	out := sh(dir, "hotline purge --dry-run")
	if !strings.Contains(out, id) || !strings.Contains(out, "junk") || !strings.Contains(out, heldID) || !strings.Contains(out, "until 2999-01-01") || !strings.Contains(out, "1 case to be deleted now.") {
		t.Errorf("dry run: %s", out)
	}
	if files, err := os.ReadDir(filepath.Join(dir, "data", "files")); err != nil || len(files) != 1 {
		t.Fatalf("files before: %d, %v", len(files), err)
	}
	for _, want := range []string{"1 case deleted.", "0 cases deleted."} {
		if out := sh(dir, "hotline purge --due"); !strings.Contains(out, want) {
			t.Errorf("%q, want %q", out, want)
		}
	}
	if files, err := os.ReadDir(filepath.Join(dir, "data", "files")); err != nil || len(files) != 0 {
		t.Errorf("files after: %d, %v", len(files), err)
	}
	if res := site.FollowUp(t, "en", gone); res.Status != http.StatusNotFound { // as an unknown one
		t.Errorf("the receipt of a deleted case: %d", res.Status)
	}
	for _, receipt := range []string{stays, held} {
		if res := site.FollowUp(t, "en", receipt); res.Status != http.StatusOK {
			t.Errorf("a case that stays: %d", res.Status)
		}
	}
}
