package fault

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"hotline/crypto"
	"hotline/test/long"
	"hotline/test/rig"
)

// recording is what a server did to its data folder while reports came in.
type recording struct {
	before  string // what was there: nothing
	events  []event
	texts   map[string]string // by receipt
	handler rig.Handler
}

// record runs a server below strace from its start to its end, with writers that send so
// many reports each.
func record(t *testing.T, reports int, more ...string) recording {
	t.Helper()
	const writers = 4
	above, into := t.TempDir(), filepath.Join(t.TempDir(), "strace")
	data := filepath.Join(above, "data")
	r := recording{before: t.TempDir(), texts: map[string]string{}}
	r.handler, r.events = firstHandler(t, above, data)
	s := rig.StartUnder(t, strace(t, into, more...), data, "--limits", "off")
	p := &pour{server: s, acked: map[string]string{}}
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for n := range reports {
				p.one(t, fmt.Sprintf("writer %d report %d", w, n))
			}
		})
	}
	wg.Wait()
	if err := s.Stop(t); err != nil {
		t.Errorf("SIGTERM: %v", err)
	}
	r.events = append(r.events, readTrace(t, into, above)...)
	for text, receipt := range p.acked {
		r.texts[receipt] = text
	}
	answers := r.answers()
	if len(answers) != len(r.texts) || len(answers) == 0 {
		t.Fatalf("%d reports were acknowledged, strace saw %d of them", len(r.texts), len(answers))
	}
	return r
}

// firstHandler makes a data folder with a handler of all queues, below strace, too: the
// recording begins where there is nothing.
func firstHandler(t *testing.T, above, data string) (rig.Handler, []event) {
	t.Helper()
	identity, err := crypto.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	into := filepath.Join(t.TempDir(), "strace")
	line := append(strace(t, into), rig.Binary(t), "handler", "add", "--data", data, "--name", "Aiko", "--email", "aiko@desk.example",
		"--queue", "hr", "--queue", "procurement", "--queue", "compliance", "--recipient", identity.Recipient().String())
	if said, err := exec.Command(line[0], line[1:]...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	return rig.Handler{Email: "aiko@desk.example", Identity: identity}, readTrace(t, into, above)
}

// answers are the places in the recording after which a report counts as acknowledged.
func (r recording) answers() (after []int) {
	for i, e := range r.events {
		if e.kind == answered {
			after = append(after, i+1)
		}
	}
	return after
}

// count is how many events of a kind there are, and how many of them failed.
func (r recording) count(of kind) (all, failed int) {
	for _, e := range r.events {
		if e.kind == of {
			all++
			if e.failed {
				failed++
			}
		}
	}
	return all, failed
}

// point is a moment at which the power is lost.
type point struct {
	after int // so many events
	fate  fate
}

func (p point) String() string {
	return fmt.Sprintf("after event %d, unsynced writes %s", p.after, p.fate)
}

// points are moments by chance, every second one right after an acknowledgement.
func (r recording) points(n int, random *rand.Rand) (all []point) {
	answers := r.answers()
	for i := range n {
		p := point{random.IntN(len(r.events) + 1), fate(i / 2 % int(fates))}
		if i%2 == 0 {
			p.after = answers[random.IntN(len(answers))]
		}
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b point) int { return a.after - b.after })
	return all
}

// replay loses the power at each of the points, and opens what is left with the program's
// own code. It returns what is wrong at each, and how many acknowledged reports it looked for.
func (r recording) replay(t *testing.T, points []point, ignored func(string) bool, random *rand.Rand) (wrong map[point]error, looked int) {
	t.Helper()
	d, err := newDisk(r.before, ignored)
	if err != nil {
		t.Fatal(err)
	}
	wrong = map[point]error{}
	reading, acked, at := newReading(r.handler), map[string]string{}, 0
	for i, p := range points {
		for ; at < p.after; at++ {
			e := r.events[at]
			if e.kind == answered {
				acked[r.texts[e.receipt]] = e.receipt
			}
			if err := d.apply(e); err != nil {
				t.Fatal(err)
			}
		}
		left := filepath.Join(t.TempDir(), "left")
		if err := d.write(left, p.fate, random); err != nil {
			t.Fatal(err)
		}
		if _, err := reading.folder(filepath.Join(left, "data"), acked); err != nil {
			wrong[p] = err
		} else if i%50 == 25 && len(acked) > 0 { // the whole program: it takes longer
			if said, err := rig.Try(t, "doctor", "--data", filepath.Join(left, "data")); err != nil {
				wrong[p] = fmt.Errorf("the doctor: %w\n%s", err, said)
			}
		}
		looked += len(acked)
		if err := os.RemoveAll(left); err != nil {
			t.Fatal(err)
		}
		rig.Progress()
	}
	return wrong, looked
}

// F2: the power is lost while reports come in.
func TestPowerLoss(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	r := record(t, long.Times(8, 80))
	points := r.points(long.Times(45, 1000), random)
	wrong, looked := r.replay(t, points, nil, random)
	for p, err := range wrong {
		t.Errorf("seed %d, %v: %v", seed, p, err)
	}
	const files = "data/files"
	r.control(t, "synchronous=NORMAL, which does not sync the write-ahead log before it acknowledges", "is lost",
		func(path string) bool { return strings.HasSuffix(path, "-wal") })
	r.control(t, "sealed files are not synced", "the file of a report that is there", func(path string) bool { return filepath.Dir(path) == files })
	r.control(t, "names of sealed files are not synced", "the file of a report that is there", func(path string) bool { return path == files })
	r.control(t, "the name of the data folder is not synced", "is lost", func(path string) bool { return path == "." })
	if len(wrong) == 0 {
		syncs, _ := r.count(syncEnded)
		long.Figure(t, "F2 %d crash points of %d events with %d syncs: %d acknowledged reports looked for, 0 lost, 0 corrupt", len(points), len(r.events), syncs, looked)
	}
}

// control replays the same recording as if some syncs had not been made, and fails the test
// unless that loses something. No program is built that could.
func (r recording) control(t *testing.T, what, wanted string, ignored func(string) bool) {
	t.Helper()
	var points []point
	for _, at := range r.answers() {
		points = append(points, point{at, dropped})
	}
	points = points[:min(len(points), 5)]
	wrong, _ := r.replay(t, points, ignored, nil)
	lost := 0
	for _, err := range wrong {
		if strings.Contains(err.Error(), wanted) {
			lost++
		}
	}
	if lost == 0 {
		t.Errorf("control: %s, and at %d points nothing is lost: %v", what, len(points), wrong)
	}
	long.Figure(t, "F2 control: %s: lost at %d of %d points", what, lost, len(points))
}
