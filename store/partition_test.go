package store

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"hotline/store/pgtest"
)

// What the proxy does.
const (
	passOn   int32 = iota
	cut            // passes a COMMIT on and closes the connection
	swallow        // passes a COMMIT on and no answer back
	holdBack       // does not even pass the COMMIT on
	refuse         // closes every connection
)

// startProxy starts a proxy before the PostgreSQL server of url and returns
// the URL through it.
func startProxy(t *testing.T, to string, mode *atomic.Int32) string {
	t.Helper()
	const socket = ".s.PGSQL.5432"
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	server := filepath.Join(q.Get("host"), socket)
	dir, err := os.MkdirTemp("", "proxy-") // a short path: it becomes a socket's
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	listener, err := net.Listen("unix", filepath.Join(dir, socket))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go proxy(client, server, mode)
		}
	}()
	q.Set("host", dir)
	u.RawQuery = q.Encode()
	return u.String()
}

func proxy(client net.Conn, address string, mode *atomic.Int32) {
	defer client.Close()
	server, err := net.Dial("unix", address)
	if err != nil {
		return
	}
	defer server.Close()
	var committing atomic.Bool
	go func() {
		defer client.Close()
		b := make([]byte, 64<<10)
		for {
			n, err := server.Read(b)
			if err != nil {
				return
			}
			if committing.Load() {
				continue
			}
			if _, err := client.Write(b[:n]); err != nil {
				return
			}
		}
	}()
	b := make([]byte, 64<<10)
	for {
		n, err := client.Read(b)
		if err != nil || mode.Load() == refuse {
			return
		}
		if mode.Load() != passOn && bytes.Contains(b[:n], []byte("commit\x00")) {
			committing.Store(true)
			switch mode.Load() {
			case holdBack:
				_, _ = io.Copy(io.Discard, client)
				return
			case cut:
				_, _ = server.Write(b[:n])
				time.Sleep(100 * time.Millisecond) // let the server commit
				return
			}
		}
		if _, err := server.Write(b[:n]); err != nil {
			return
		}
	}
}

// The way to the database breaks in the middle of a commit. The caller learns
// that it may have happened, and a second try with the same form tells.
func TestPostgresPartition(t *testing.T) {
	for name, test := range map[string]struct {
		mode  int32
		again error // of the second try
	}{
		"cut after COMMIT was sent": {cut, ErrExists},
		"no answer to COMMIT":       {swallow, ErrExists},
		"COMMIT does not arrive":    {holdBack, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var mode atomic.Int32
			ctx := context.Background()
			s := openAt(t, startProxy(t, pgtest.URL(t), &mode), Options{wait: 3 * time.Second})
			handlers := addHandlers(t, s, 1)
			createCases(t, s, handlers, 1)

			mode.Store(test.mode)
			c := usualCase(handlers)
			if err := s.CreateCase(ctx, c); !errors.Is(err, ErrOutcomeUnknown) || !errors.Is(err, ErrBusy) {
				t.Errorf("CreateCase: %v", err)
			}
			mode.Store(refuse)
			if err := s.CreateCase(ctx, c); !errors.Is(err, ErrBusy) || errors.Is(err, ErrOutcomeUnknown) {
				t.Errorf("CreateCase without a connection: %v", err)
			}
			if _, err := s.Case(ctx, c.ID); !errors.Is(err, ErrBusy) {
				t.Errorf("Case without a connection: %v", err)
			}
			mode.Store(passOn)
			err := s.CreateCase(ctx, c)
			for errors.Is(err, ErrBusy) { // the server still holds the locks of the lost transaction
				err = s.CreateCase(ctx, c)
			}
			if !errors.Is(err, test.again) {
				t.Errorf("CreateCase again: %v, want %v", err, test.again)
			}
			if all, err := s.Cases(ctx, CaseFilter{}); err != nil || len(all) != 2 {
				t.Errorf("%d cases (%v), want 2", len(all), err)
			}
		})
	}
}
