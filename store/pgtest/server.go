package pgtest

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// Server is a PostgreSQL server with a cluster of its own.
type Server struct {
	dir   string // holds the socket, the log and, in data, the cluster
	bin   string // folder of the server's programs
	owner *syscall.Credential
	keep  *exec.Cmd
	pipe  io.Closer // its end is the end of the server
}

// Start starts a server for one test, which may kill it. It is stopped when
// the test ends.
func Start(t testing.TB) *Server {
	t.Helper()
	skipShort(t)
	s, err := newServer()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.stop)
	return s
}

func newServer() (*Server, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	s := &Server{bin: bin}
	if s.dir, err = os.MkdirTemp("", "pgtest-"); err != nil {
		return nil, err
	}
	if err := s.chooseOwner(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(s.dir))
	}
	err = s.run("initdb", "--pgdata="+s.data(), "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(s.dir))
	}
	if err := s.start(); err != nil {
		return nil, err
	}
	return s, nil
}

// programs returns the folder with initdb and postgres.
func programs() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(path), nil
		}
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		return "", errors.New("pgtest: PostgreSQL is not installed: run `apt-get install postgresql`")
	}
	return filepath.Dir(slices.Max(found)), nil
}

// chooseOwner gives the folder to the user postgres when the test runs as
// root, as whom PostgreSQL refuses to run.
func (s *Server) chooseOwner() error {
	if os.Getuid() != 0 {
		return nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return fmt.Errorf("pgtest: PostgreSQL does not run as root and there is no user postgres: run `apt-get install postgresql`: %w", err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return err
	}
	s.owner = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return os.Chown(s.dir, int(uid), int(gid))
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// command returns a program as the server's owner, with its output in the log.
func (s *Server) command(name string, args ...string) (*exec.Cmd, *os.File, error) {
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, err
	}
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.dir, log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.owner, Setpgid: true}
	return cmd, log, nil
}

// run runs one of the server's programs to its end.
func (s *Server) run(program string, args ...string) error {
	cmd, log, err := s.command(filepath.Join(s.bin, program), args...)
	if err != nil {
		return err
	}
	defer log.Close()
	if err := cmd.Run(); err != nil {
		text, _ := os.ReadFile(log.Name())
		return fmt.Errorf("pgtest: %s: %w\n%s", program, err, text)
	}
	return nil
}

// keeper stops the server it started when its input ends.
const keeper = `"$@" </dev/null & pid=$!
read -r last
kill -INT $pid 2>/dev/null
wait $pid
[ "$last" = kept ] || { cd /; rm -rf "$KEEPER_DIR"; }`

func (s *Server) start() error {
	cmd, log, err := s.command("/bin/sh", "-c", keeper, "keeper", filepath.Join(s.bin, "postgres"), "-D", s.data(),
		"-c", "listen_addresses=", "-c", "unix_socket_directories="+s.dir, "-c", "fsync=on", "-c", "synchronous_commit=on")
	if err != nil {
		return err
	}
	defer log.Close()
	cmd.Env = append(os.Environ(), "KEEPER_DIR="+s.dir)
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("pgtest: start the server: %w", err)
	}
	s.keep, s.pipe = cmd, pipe
	for range 3000 { // a busy machine is slow
		if err = s.admin(`SELECT 1`); err == nil {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	text, _ := os.ReadFile(log.Name())
	s.stop()
	return fmt.Errorf("pgtest: the server does not answer: %w\n%s", err, text)
}

// stop stops the server and removes its folder.
func (s *Server) stop() {
	s.pipe.Close()
	_ = s.keep.Wait()
}

// Crash stops the server at once, as a power failure of the database would
// (pg_ctl stop -m immediate), and starts it again.
func (s *Server) Crash() error {
	if err := s.run("pg_ctl", "stop", "--pgdata="+s.data(), "--mode=immediate", "--wait"); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(s.pipe.(io.Writer), "kept"); err != nil {
		return err
	}
	s.stop()
	return s.start()
}
