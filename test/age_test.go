package test

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
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
	sh := shell(t, stockAge(t), filepath.Dir(rig.Binary(t)))
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
	f := m.Files[0]
	sh(folder, strings.NewReplacer("SIZE", strconv.FormatInt(f.Size, 10), "NAME", "opened.pdf").Replace(commands[2]))
	got := readFile(t, filepath.Join(folder, "opened.pdf"))
	if sum := sha256.Sum256(got); !bytes.Equal(got, file) || hex.EncodeToString(sum[:]) != f.SHA256 {
		t.Errorf("the file has %d bytes and SHA-256 %x; its message says %d, %s", len(got), sum, f.Size, f.SHA256)
	}
	padded := sh(folder, "age -d -i case.txt files/"+f.ID+".age")
	if int64(len(padded)) != crypto.Padme(f.Size) || strings.Trim(padded[f.Size:], "\x00") != "" {
		t.Errorf("%d bytes are padded to %d", f.Size, len(padded))
	}
}

// shell returns a function that runs a line in a folder and returns what it
// prints, with these folders and the system's own as its path.
func shell(t *testing.T, path ...string) func(dir, line string) string {
	return func(dir, line string) string {
		t.Helper()
		c := exec.Command("sh", "-c", line)
		c.Dir = dir
		c.Env = append(os.Environ(), "PATH="+strings.Join(append(path, "/usr/bin", "/bin"), ":"))
		out, err := c.Output()
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		return string(out)
	}
}

// readmeCommands returns the three age commands of a case with one handler, one
// message and one file.
func readmeCommands(t *testing.T, folder string) []string {
	t.Helper()
	var commands []string
	for l := range strings.Lines(string(readFile(t, filepath.Join(folder, "README.txt")))) {
		if strings.HasPrefix(l, "  age ") {
			l, _, _ = strings.Cut(l, "    (")
			commands = append(commands, strings.TrimSpace(l))
		}
	}
	if len(commands) != 3 {
		t.Fatalf("README.txt names the commands %q", commands)
	}
	return commands
}

// stockAge builds the age commands of the version that the program uses, and
// returns their folder. Without them in the module cache or a network to fetch
// them the test is skipped.
func stockAge(t *testing.T) string {
	t.Helper()
	version, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", "filippo.io/age").Output()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	install := exec.Command("go", "install", "filippo.io/age/cmd/...@"+strings.TrimSpace(string(version)))
	install.Env = append(os.Environ(), "GOBIN="+dir, "GOFLAGS=", "CGO_ENABLED=0")
	if out, err := install.CombinedOutput(); err != nil {
		t.Skipf("the age command cannot be built here: %v\n%s", err, out)
	}
	return dir
}
