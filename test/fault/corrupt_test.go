package fault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hotline/store"
	"hotline/test/long"
	"hotline/test/rig"
)

// piece is something sealed, and the file on the disk that holds it.
type piece struct {
	what   string
	sealed []byte
	path   string
}

// reportsIn is a data folder with reports, no server on it, and the sealed pieces in it.
func reportsIn(t *testing.T) (data string, handler rig.Handler, pieces []piece) {
	t.Helper()
	s, handlers := rig.WithHandlers(t, "--limits", "off")
	for n := range 4 {
		text := fmt.Sprint(n, strings.Repeat(" and so on", 2000))
		s.Report(t, "en", []rig.Field{{Name: "text", Value: text}, {Name: "identity", Value: "desk"}, {Name: "name", Value: "Somebody"}},
			rig.File{Name: "a.txt", Type: "text/plain", Content: strings.NewReader(text)})
	}
	ids, database := s.Column(t, `SELECT id FROM cases`), filepath.Join(s.Data, "hotline.db")
	if err := s.Stop(t); err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(context.Background(), database, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	for _, id := range ids {
		p, err := partsOf(st, id)
		if err != nil {
			t.Fatal(err)
		}
		pieces = append(pieces, piece{"keys", p.key, database}, piece{"messages", p.message, database}, piece{"summaries", p.summary, database}, piece{"names", p.name, database})
	}
	for _, path := range s.SealedFiles(t) {
		pieces = append(pieces, piece{"files", rig.ReadFile(t, path), path})
	}
	return s.Data, handlers["compliance"], pieces
}

// place is where in a file a random byte of the piece lies. The database cuts what is long
// into pages.
func (p piece) place(file []byte, random *rand.Rand) int {
	const known = 24
	for {
		from := random.IntN(len(p.sealed) - known)
		if at := bytes.Index(file, p.sealed[from:from+known]); at >= 0 {
			return at + random.IntN(known)
		}
	}
}

// F6: one bit on the disk is another than was written, somewhere in what is sealed. What
// opens it notices, wherever that is.
func TestFlippedBitsInSealedContent(t *testing.T) {
	t.Parallel()
	data, handler, pieces := reportsIn(t)
	r := newReading(handler)
	if seen, err := r.folder(data, nil); err != nil || len(seen) != 4 {
		t.Fatalf("the sound folder: %d reports, %v", len(seen), err)
	}
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	flips, noticed := long.Times(60, 500), map[string]int{}
	for i := range flips {
		p := pieces[i%len(pieces)]
		sound := rig.ReadFile(t, p.path)
		at := p.place(sound, random)
		flipped := slices.Clone(sound)
		flipped[at] ^= 1 << random.IntN(8)
		write(t, p.path, flipped)
		if _, err := r.folder(data, nil); err == nil {
			t.Errorf("seed %d: byte %d of %s is flipped within %s, and nobody notices", seed, at, filepath.Base(p.path), p.what)
		}
		noticed[p.what]++
		write(t, p.path, sound)
		rig.Progress()
	}
	if seen, err := newReading(handler).folder(data, nil); err != nil || len(seen) != 4 {
		t.Errorf("the folder without a flip: %d reports, %v", len(seen), err)
	}
	if !t.Failed() {
		long.Figure(t, "F6 %d flipped bits in sealed content (%s): all noticed on opening", flips, strings.Trim(fmt.Sprint(noticed), "map[]"))
	}
}

// F6: the same in what holds the database together. A start notices it and says so, but
// where nothing of any report has changed, as in an unused page.
func TestFlippedBitsInTheDatabase(t *testing.T) {
	t.Parallel()
	data, handler, _ := reportsIn(t)
	r := newReading(handler)
	path := filepath.Join(data, "hotline.db")
	sound := rig.ReadFile(t, path)
	pageSize := int(sound[16])<<8 | int(sound[17])
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	flips, refused := long.Times(20, 200), 0
	for range flips {
		flipped := slices.Clone(sound)
		at := pageSize * (1 + random.IntN(len(sound)/pageSize-1)) // a page's kind, or its successor
		flipped[at] ^= 1 << random.IntN(8)
		write(t, path, flipped)
		seen, err := r.folder(data, nil)
		if errors.Is(err, store.ErrDamaged) {
			refused++
		} else if err != nil || len(seen) != 4 {
			t.Errorf("seed %d: byte %d is flipped: %d reports, %v", seed, at, len(seen), err)
		}
		rig.Progress()
	}
	if refused == 0 {
		t.Error("no flip was noticed")
	}
	write(t, path, damaged(sound, pageSize))
	said, err := rig.Try(t, "serve", "--data", data, "--listen", rig.FreeAddr(t), "--ops-listen", "")
	if err == nil || !regexp.MustCompile(`(?m)^hotline: The database is damaged\.\nhint: .*backup`).MatchString(said) {
		t.Errorf("a start on a damaged database: %v\n%s", err, said)
	}
	if !t.Failed() {
		long.Figure(t, "F6 %d flipped bits in the database's own structure: %d starts refused, the others changed nothing of any report", flips, refused)
	}
}

// damaged is a database whose every page but the first is of no kind.
func damaged(sound []byte, pageSize int) []byte {
	b := slices.Clone(sound)
	for at := pageSize; at < len(b); at += pageSize {
		b[at] ^= 0x80
	}
	return b
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}
