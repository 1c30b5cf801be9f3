package store

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"hotline/store/engine"
	"hotline/store/pgtest"
	"hotline/test/long"
)

// What was acknowledged is there; what was not is there once or not at all;
// nothing is there twice.

// writers is the number of concurrent writers of the crash tests.
const writers = 8

// killChildVariable names, for the child process of the kill test, the
// database to write to.
const killChildVariable = "HOTLINE_TEST_KILL_CHILD"

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// killChild writes cases until it is killed. For every acknowledged one it
// prints the id and the digest of its message.
func killChild(path string) {
	ctx := context.Background()
	fmt.Println("opening -")
	s, err := Open(ctx, path, Options{})
	if err != nil {
		fmt.Println("failed", err)
		return
	}
	handlers, err := s.Handlers(ctx)
	if err != nil || len(handlers) == 0 {
		fmt.Println("idle", err)
		select {} // nothing to write for
	}
	fmt.Println("ready -")
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for {
				c := usualCase([]string{handlers[0].ID})
				if err := s.CreateCase(ctx, c); err != nil {
					fmt.Println("failed", err)
					return
				}
				_, _ = fmt.Fprintf(os.Stdout, "%s %s\n", c.ID, digest(c.Message)) // one write call
			}
		})
	}
	wg.Wait()
}

// F1: a process that writes is killed again and again.
func TestKilled(t *testing.T) {
	const cycles = 25
	kills, acknowledged := 0, 0
	for kills < long.Times(cycles, 5000) {
		acknowledged += killedAgainAndAgain(t, filepath.Join(t.TempDir(), "hotline.db"), cycles)
		kills += cycles
	}
	if acknowledged == 0 {
		t.Error("no case was acknowledged: the test tests nothing")
	}
	if !t.Failed() {
		long.Figure(t, "F1 store: %d kills of a process with %d writers: %d cases acknowledged, 0 lost, 0 twice", kills, writers, acknowledged)
	}
}

// killedAgainAndAgain kills the child in so many cycles, looks at the database after each,
// and returns how many cases were acknowledged.
func killedAgainAndAgain(t *testing.T, path string, cycles int) int {
	t.Helper()
	s := openAt(t, path, Options{})
	addHandlers(t, s, 1)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	acknowledged := map[string]string{} // id → digest
	for range cycles {
		runAndKill(t, path, acknowledged, "ready", 20, 170)
		s := openAt(t, path, Options{})
		checkAcknowledged(t, s, acknowledged)
		if err := errors.Join(s.Verify(context.Background()), s.Close()); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	return len(acknowledged)
}

// A start that is killed at any moment leaves a database that the next start
// brings up to date.
func TestKilledWhileMigrating(t *testing.T) {
	for range 10 {
		path := filepath.Join(t.TempDir(), "hotline.db")
		runAndKill(t, path, nil, "opening", 0, 30)
		s := openAt(t, path, Options{})
		if err := errors.Join(s.Verify(context.Background()), s.Ready(context.Background()), s.Close()); err != nil {
			t.Error(err)
		}
	}
}

// runAndKill runs the child until from to to milliseconds after it said mark,
// and adds what it acknowledged.
func runAndKill(t *testing.T, path string, acknowledged map[string]string, mark string, from, to int) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), killChildVariable+"="+path)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if err != nil { // killed; what was cut off in the middle was not acknowledged
			if !errors.Is(err, io.EOF) {
				t.Error(err)
			}
			break
		}
		id, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		switch id {
		case mark:
			time.AfterFunc(time.Duration(from+rand.IntN(to-from))*time.Millisecond, func() { _ = child.Process.Kill() })
		case "opening", "ready", "idle":
		case "failed":
			t.Error(rest)
		default:
			acknowledged[id] = rest
		}
	}
	_ = child.Wait()
}

// checkAcknowledged checks that every acknowledged case is there, whole, and
// that no content is there twice.
func checkAcknowledged(t *testing.T, s *Store, acknowledged map[string]string) {
	t.Helper()
	ctx := context.Background()
	stored := map[string]string{}
	type row struct {
		id      string
		message []byte
	}
	all, err := engine.List(s.read(ctx), func(r engine.Scanner) (v row, err error) { return v, r.Scan(&v.id, &v.message) },
		`SELECT m.case_id, m.sealed FROM messages m JOIN cases c ON c.id = m.case_id
		WHERE m.seq = 1 AND c.last_seq = 1 AND EXISTS (SELECT 1 FROM case_keys k WHERE k.case_id = c.id)`)
	if err != nil {
		t.Fatal(err)
	}
	contents := map[string]bool{}
	for _, r := range all {
		d := digest(r.message)
		if contents[d] {
			t.Errorf("case %s is there twice", r.id)
		}
		contents[d] = true
		stored[r.id] = d
	}
	for id, d := range acknowledged {
		if stored[id] != d {
			t.Errorf("case %s was acknowledged and is lost", id)
		}
	}
	total, err := engine.One(s.read(ctx), engine.Column[int], `SELECT count(*) FROM cases`)
	if err != nil || total != len(all) {
		t.Errorf("%d cases, %d of them whole (%v)", total, len(all), err)
	}
}

// The database server crashes while reports come in. Their senders try again,
// as intake does, with the same form.
func TestPostgresCrashes(t *testing.T) {
	crashes := long.Times(3, 200)
	server := pgtest.Start(t)
	s := openAt(t, server.Database(t), Options{})
	handlers := addHandlers(t, s, 1)
	var mu sync.Mutex
	var wg sync.WaitGroup
	acknowledged, retried := map[string]string{}, 0
	stop := make(chan struct{})
	for range writers {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				c := usualCase(handlers)
				tries := 1
				err := s.CreateCase(context.Background(), c)
				for ; errors.Is(err, ErrBusy); tries++ {
					time.Sleep(10 * time.Millisecond)
					err = s.CreateCase(context.Background(), c)
				}
				if err != nil && (!errors.Is(err, ErrExists) || tries == 1) {
					t.Errorf("CreateCase: %v", err)
				}
				mu.Lock()
				acknowledged[c.ID] = digest(c.Message)
				retried += tries - 1
				mu.Unlock()
			}
		})
	}
	for range crashes {
		time.Sleep(time.Duration(100+rand.IntN(200)) * time.Millisecond)
		if err := server.Crash(); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(100 * time.Millisecond)
	close(stop)
	wg.Wait()
	checkAcknowledged(t, s, acknowledged)
	if err := s.Verify(context.Background()); err != nil {
		t.Error(err)
	}
	if !t.Failed() {
		long.Figure(t, "F14 PostgreSQL crashes %d times: %d cases acknowledged, %d retries; 0 lost, 0 twice", crashes, len(acknowledged), retried)
	}
	if retried == 0 || len(acknowledged) == 0 {
		t.Error("no crash was noticed: the test tests nothing")
	}
}
