package rig

import (
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
)

// HasRead reports whether the server's process has read all that was sent to it
// over a connection so far.
func (s *Server) HasRead(t testing.TB, c net.Conn) bool {
	t.Helper()
	table, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		t.Fatal(err)
	}
	// Its end of the connection: local address, ours, state, queues.
	ends := fmt.Sprintf(" 0100007F:%04X 0100007F:%04X 01 ", c.RemoteAddr().(*net.TCPAddr).Port, c.LocalAddr().(*net.TCPAddr).Port)
	_, queues, found := strings.Cut(string(table), ends)
	return found && strings.HasPrefix(queues, "00000000:00000000")
}
