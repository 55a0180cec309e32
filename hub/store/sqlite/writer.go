package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
)

// writer is the goroutine that does all writes.
type writer struct {
	conn  *sql.Conn
	queue chan *write
	done  chan struct{}
	stmts statements
	known *known
	flush func(*batch) error // called before each commit

	mu      sync.RWMutex // held for reading while a write is queued
	stopped bool
}

// write is one caller's part of a batch. run may be called more than once. It
// checks before it writes; if it returns an *fleet.Error, it has written
// nothing.
type write struct {
	run    func(*batch) error
	err    error
	answer chan struct{}
}

// batch is one transaction.
type batch struct {
	*writer
	now   int64
	dirty map[string]*build // builds whose union must be written before the commit
	asks  int               // whether somebody waits for instances: 0, 1, or unknown
}

const unknown = -1

const (
	maxQueue = 16_384 // queued writes; further callers wait
	maxBatch = 4_096  // writes in one transaction
)

func startWriter(ctx context.Context, db *sql.DB, flush func(*batch) error) (*writer, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	w := &writer{conn: conn, queue: make(chan *write, maxQueue), done: make(chan struct{}), known: newKnown(), flush: flush}
	if err := w.stmts.prepare(ctx, conn); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	go w.loop()
	return w, nil
}

// stop finishes the queued writes and ends the goroutine.
func (w *writer) stop() {
	w.mu.Lock()
	already := w.stopped
	w.stopped = true
	w.mu.Unlock()
	if already {
		return
	}
	close(w.queue)
	<-w.done
	w.stmts.close()
	_ = w.conn.Close()
}

// do calls run in a transaction and returns when that is committed. If ctx ends
// first, run may still be called, and the caller must not use its results.
func (w *writer) do(ctx context.Context, run func(*batch) error) error {
	op := &write{run: run, answer: make(chan struct{})}
	if err := w.enqueue(ctx, op); err != nil {
		return err
	}
	select {
	case <-op.answer:
		return op.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w *writer) enqueue(ctx context.Context, op *write) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.stopped {
		return fleet.Errorf(fleet.Busy, "the store is closing; try again")
	}
	select {
	case w.queue <- op:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w *writer) loop() {
	defer close(w.done)
	ops := make([]*write, 0, maxBatch)
	for op := range w.queue {
		ops = append(ops[:0], op)
		ops = w.gather(ops)
		w.commit(ops)
		for _, op := range ops {
			close(op.answer)
		}
		clear(ops)
	}
}

// gather takes the queued writes without waiting.
func (w *writer) gather(ops []*write) []*write {
	for len(ops) < maxBatch {
		select {
		case op, ok := <-w.queue:
			if !ok {
				return ops
			}
			ops = append(ops, op)
		default:
			return ops
		}
	}
	return ops
}

// commit does the writes in one transaction. If that fails, it tries each
// alone, so that one cannot affect the others.
func (w *writer) commit(ops []*write) {
	err := w.transact(ops)
	if err == nil {
		return
	}
	if len(ops) == 1 {
		ops[0].err = err
		return
	}
	for i := range ops {
		ops[i].err = w.transact(ops[i : i+1])
	}
}

func (w *writer) transact(ops []*write) (err error) {
	if _, err := w.conn.ExecContext(background, "BEGIN IMMEDIATE"); err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	defer func() {
		if err != nil {
			w.known.forget()
			_, _ = w.conn.ExecContext(background, "ROLLBACK") // fails if SQLite has already done it
		}
	}()
	b := &batch{writer: w, now: time.Now().UnixMilli(), dirty: map[string]*build{}, asks: unknown}
	if err := b.lookForRemovals(); err != nil {
		return err
	}
	for _, op := range ops {
		op.err = op.run(b)
		if e := (*fleet.Error)(nil); op.err != nil && !errors.As(op.err, &e) {
			return op.err
		}
	}
	if err := w.flush(b); err != nil {
		return err
	}
	if _, err := w.conn.ExecContext(background, "COMMIT"); err != nil {
		return fmt.Errorf("committing: %w", err)
	}
	return nil
}

// lookForRemovals drops what is known if rows have been removed since.
func (b *batch) lookForRemovals() error {
	var n int64
	if err := b.stmts.removals.QueryRowContext(background).Scan(&n); err != nil {
		return fmt.Errorf("looking for removals: %w", err)
	}
	if n != b.known.removals {
		b.known.forget()
		b.known.removals = n
	}
	return nil
}

// background is the context of all statements: a transaction serves many
// callers, so none of them may end it.
var background = context.Background()

// exec runs a statement and returns how many rows it changed.
func (b *batch) exec(text string, args ...any) (changed int64, err error) {
	result, err := b.conn.ExecContext(background, text, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}
