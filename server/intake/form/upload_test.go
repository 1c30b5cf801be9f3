package form

import (
	"errors"
	"net"
	"strings"
	"testing"

	"hotline/server/guard"
)

// Whoever hangs up while their file waits to be cleaned gives their place in the queue
// up, also where bytes of theirs were not read yet; whoever stays gets a place.
func TestWaitingToCleanEndsWithTheRequest(t *testing.T) {
	t.Parallel()
	plain, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	accepted := func() (client, server net.Conn) {
		if client, err = net.Dial("tcp", plain.Addr().String()); err != nil {
			t.Fatal(err)
		}
		if server, err = (guard.Listener{Listener: plain}).Accept(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { client.Close(); server.Close() })
		return client, server
	}
	places := make(chan struct{}, 1)
	places <- struct{}{}
	leaving, left := accepted()
	if _, err := leaving.Write([]byte("not read")); err != nil {
		t.Fatal(err)
	}
	leaving.Close()
	if err := (&upload{cleaning: places, conn: left}).waitToClean(); !errors.Is(err, guard.ErrCutOff) {
		t.Errorf("its sender has gone: %v", err)
	}
	_, stays := accepted()
	if guard.Gone(stays) {
		t.Error("a connection that is open counts as gone")
	}
	done := make(chan error)
	go func() { done <- (&upload{cleaning: places, conn: stays}).waitToClean() }()
	<-places
	if err := <-done; err != nil || len(places) != 1 {
		t.Errorf("its sender waits: %v, %d places taken", err, len(places))
	}
}

// What cleaning makes of a file keeps the limit of files as the file itself does.
func TestLimitedWriter(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	w := &limitedWriter{w: &b, left: 5}
	if _, err := w.Write([]byte("12345")); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("6")); !errors.Is(err, errOver) || b.String() != "12345" {
		t.Errorf("%v, %q", err, b.String())
	}
}
