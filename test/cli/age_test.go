package cli

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"hotline/crypto"
	"hotline/test/rig"
)

// TestOpenedByAgeAlone follows the README of an exported case with the stock
// age command and nothing of ours, from a report that came over HTTP.
func TestOpenedByAgeAlone(t *testing.T) {
	dir := t.TempDir()
	folder := filepath.Join(dir, "case")
	sh := rig.Shell(t, rig.Age(t), filepath.Dir(rig.Binary(t)))
	sh(dir, "age-keygen -pq -o handler.txt 2>/dev/null && age-keygen -y -o handler.pub handler.txt")
	sh(dir, "hotline handler add --name Aiko --email aiko@desk.example --queue hr --recipient-file handler.pub")
	site := rig.Start(t, filepath.Join(dir, "data"), "--limits", "off")
	file := make([]byte, 123_457)
	rand.Read(file)
	const text = "残業代が払われていません。\n<b>&amp; “quoted”</b>"
	receipt := site.Report(t, "ja", []rig.Field{
		{Name: "subject", Value: "own"}, {Name: "category", Value: "working-hours-wages"}, {Name: "text", Value: text}},
		rig.File{Name: "給与明細 10月.pdf", Type: "application/pdf", Content: bytes.NewReader(file)})
	sh(dir, "hotline case export "+site.CaseID(t, receipt)+" case")
	if err := site.Stop(t); err != nil {
		t.Fatal(err)
	}

	commands := readmeCommands(t, folder)
	sh(folder, "cp ../handler.txt . && "+commands[0])
	var m crypto.Message
	if err := json.Unmarshal([]byte(sh(folder, commands[1])), &m); err != nil {
		t.Fatal(err)
	}
	if m.Text != text || m.Fields["category"] != "working-hours-wages" || len(m.Files) != 1 || m.Files[0].Name != "給与明細 10月.pdf" {
		t.Fatalf("the report is %+v", m)
	}
	var name crypto.Message
	if err := json.Unmarshal([]byte(sh(folder, commands[2])), &name); err != nil || name.From != crypto.FromName || name.Case != m.Case || len(name.Fields) != 0 {
		t.Errorf("the name is %+v, %v", name, err)
	}
	f := m.Files[0]
	sh(folder, strings.NewReplacer("SIZE", strconv.FormatInt(f.Size, 10), "NAME", "opened.pdf").Replace(commands[3]))
	got := rig.ReadFile(t, filepath.Join(folder, "opened.pdf"))
	if sum := sha256.Sum256(got); !bytes.Equal(got, file) || hex.EncodeToString(sum[:]) != f.SHA256 {
		t.Errorf("the file has %d bytes and SHA-256 %x; its message says %d, %s", len(got), sum, f.Size, f.SHA256)
	}
	padded := sh(folder, "age -d -i case.txt files/"+f.ID+".age")
	if int64(len(padded)) != crypto.Padme(f.Size) || strings.Trim(padded[f.Size:], "\x00") != "" {
		t.Errorf("%d bytes are padded to %d", f.Size, len(padded))
	}
}

// readmeCommands returns the four age commands of a case with one handler, one
// message, a name and one file.
func readmeCommands(t *testing.T, folder string) []string {
	t.Helper()
	var commands []string
	for l := range strings.Lines(string(rig.ReadFile(t, filepath.Join(folder, "README.txt")))) {
		if strings.HasPrefix(l, "  age ") {
			l, _, _ = strings.Cut(l, "    (")
			commands = append(commands, strings.TrimSpace(l))
		}
	}
	if len(commands) != 4 {
		t.Fatalf("README.txt names the commands %q", commands)
	}
	return commands
}
