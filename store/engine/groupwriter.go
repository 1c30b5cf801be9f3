package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"

	"hotline/store/fault"
)

// groupWriter is SQLite's writer. One goroutine owns the one writing
// connection. All units of work that wait while a commit is on its way to the
// disk share the next transaction. One that fails is undone alone, and all are
// answered only after the commit: a hundred reports at the same moment cost a
// few disk flushes, not a hundred.
type groupWriter struct {
	conn    *stmtConn
	jobs    chan *job
	stop    chan struct{} // closed: take no more jobs
	stopped chan struct{} // closed: the goroutine has ended
	wait    time.Duration // how long a job waits while nothing moves
	began   time.Time
	moved   atomic.Int64 // nanoseconds since began: the last time that a job came further
}

// groupSize is the largest number of units of work in one transaction.
const groupSize = 128

const (
	// commitLimit is how long a caller waits for a unit of work that has begun, while
	// nothing moves.
	commitLimit = 10 * time.Second
	// busyLimit is how long a caller waits for their turn while the jobs before it move:
	// a machine that is only busy refuses nothing.
	busyLimit = time.Minute
)

var (
	errClosed = fmt.Errorf("%w: the store is closed", fault.ErrBusy)
	errWaited = fmt.Errorf("%w: locked, or too much to do", fault.ErrBusy)
)

// job is one unit of work. Either the writer takes it or its caller gives it
// up, never both.
type job struct {
	ctx  context.Context // never cancelled
	work func(Tx) error
	held atomic.Bool // taken or given up
	done chan error  // takes one answer without blocking
	err  error       // of work, until the commit
}

// claim reports whether the caller is the first to take or give up the job.
func (j *job) claim() bool { return j.held.CompareAndSwap(false, true) }

func newGroupWriter(ctx context.Context, db *sql.DB, wait time.Duration) (*groupWriter, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	w := &groupWriter{
		conn:    &stmtConn{conn: conn, stmts: map[string]*sql.Stmt{}},
		jobs:    make(chan *job, groupSize),
		stop:    make(chan struct{}),
		stopped: make(chan struct{}),
		wait:    wait,
		began:   time.Now(),
	}
	go w.run()
	return w, nil
}

func (w *groupWriter) do(ctx context.Context, work func(Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	j := &job{ctx: context.WithoutCancel(ctx), work: work, done: make(chan error, 1)}
	began := time.Now()
	timer := time.NewTimer(w.wait)
	defer timer.Stop()
	for queue := w.jobs; ; {
		var given error
		select {
		case queue <- j:
			queue = nil // it is in
			continue
		case err := <-j.done:
			return err
		case <-ctx.Done():
			given = ctx.Err()
		case <-w.stopped:
			given = errClosed
		case <-timer.C:
			if left := patience(time.Since(began), w.still(), w.wait); left > 0 {
				timer.Reset(left)
				continue
			}
			given = errWaited
		}
		if queue != nil || j.claim() {
			return given
		}
		break // it has begun
	}
	timer.Reset(commitLimit)
	for {
		select {
		case err := <-j.done:
			return err
		case <-timer.C:
			if left := commitLimit - w.still(); left > 0 {
				timer.Reset(left)
				continue
			}
			return fmt.Errorf("%w: the disk does not answer", fault.ErrOutcomeUnknown)
		}
	}
}

// patience is how much longer a job waits for its turn that has waited already, where
// nothing moved for a time: not at all where a wait passed without that, or too much did.
func patience(waited, still, wait time.Duration) time.Duration {
	return max(0, min(wait-still, busyLimit-waited))
}

// move notes that a job came further.
func (w *groupWriter) move() { w.moved.Store(int64(time.Since(w.began))) }

// still is how long nothing has moved.
func (w *groupWriter) still() time.Duration {
	return time.Since(w.began) - time.Duration(w.moved.Load())
}

func (w *groupWriter) close() error {
	close(w.stop)
	<-w.stopped
	return w.conn.Close()
}

func (w *groupWriter) run() {
	defer close(w.stopped)
	for {
		select {
		case <-w.stop:
			return
		case j := <-w.jobs:
			w.group(j)
		}
	}
}

// group runs one transaction for first and whoever else waits.
func (w *groupWriter) group(first *job) {
	for {
		err := w.conn.exec(`BEGIN IMMEDIATE`)
		if err == nil {
			break
		}
		if !isLocked(err) && first.claim() {
			_ = w.conn.exec(`ROLLBACK`) // in case one is still open
			first.done <- translate(err)
		}
		if first.held.Load() {
			return // failed, or its caller did not want to wait longer
		}
	}
	w.move()
	taken := w.take(first)
	err := w.runAll(taken)
	if err == nil {
		err = w.commit()
	}
	if err != nil {
		_ = w.conn.exec(`ROLLBACK`) // SQLite may have done it already
	}
	w.move()
	for _, j := range taken {
		if j.err == nil {
			j.err = err
		}
		j.done <- j.err
	}
}

// take claims first and the jobs that wait behind it.
func (w *groupWriter) take(first *job) []*job {
	var taken []*job
	if first.claim() {
		taken = append(taken, first)
	}
	for len(taken) < groupSize {
		select {
		case j := <-w.jobs:
			if j.claim() {
				taken = append(taken, j)
			}
		default:
			return taken
		}
	}
	return taken
}

// commit ends the transaction. When the disk fails in the middle of it, what
// was written may come to light again after a restart.
func (w *groupWriter) commit() error {
	err := w.conn.exec(`COMMIT`)
	if isIOError(err) {
		return fmt.Errorf("%w: %w", fault.ErrOutcomeUnknown, err)
	}
	return translate(err)
}

// runAll runs the jobs, together at first; if one of them fails, again from the
// start, each in a savepoint. Savepoints cost about as much as the work itself,
// and failing work is rare.
func (w *groupWriter) runAll(jobs []*job) error {
	for _, j := range jobs {
		w.move()
		if j.err = translate(runJob(j.work, Tx{q: w.conn, ctx: j.ctx})); j.err == nil {
			continue
		}
		if errors.Is(j.err, fault.ErrBusy) || len(jobs) == 1 {
			return j.err
		}
		if err := w.conn.exec(`ROLLBACK`); err != nil {
			return translate(err)
		}
		if err := w.conn.exec(`BEGIN IMMEDIATE`); err != nil {
			return translate(err)
		}
		return w.runApart(jobs)
	}
	return nil
}

// runApart runs each job in a savepoint. One that fails is undone alone and
// keeps its error. A full or failing disk ends the transaction for all and is
// returned: SQLite may have undone everything by itself.
func (w *groupWriter) runApart(jobs []*job) error {
	for _, j := range jobs {
		w.move()
		if err := w.conn.exec(`SAVEPOINT one`); err != nil {
			return translate(err)
		}
		j.err = translate(runJob(j.work, Tx{q: w.conn, ctx: j.ctx}))
		if errors.Is(j.err, fault.ErrBusy) {
			return j.err
		}
		if j.err != nil {
			if err := w.conn.exec(`ROLLBACK TO one`); err != nil {
				return translate(err)
			}
		}
		if err := w.conn.exec(`RELEASE one`); err != nil {
			return translate(err)
		}
	}
	return nil
}

// runJob runs a unit of work. A panic is an error of that unit alone: the goroutine of
// the group serves everybody. The error says where it was, but not the panic's value,
// which may hold what somebody wrote.
func runJob(work func(Tx) error, t Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("store: panic of type %T\n%s", p, debug.Stack())
		}
	}()
	return work(t)
}
