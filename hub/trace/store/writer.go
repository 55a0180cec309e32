package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
)

// writer is the goroutine that writes segments and descriptions.
type writer struct {
	db    *sql.DB
	queue chan *write
	done  chan struct{}

	mu      sync.RWMutex // held for reading while a write is queued
	stopped bool
}

// write is one caller's part of a transaction. run may be called more than once. If
// it returns a *fleet.Error, it has written nothing.
type write struct {
	run    func(*sql.Tx) error
	size   int // bytes
	err    error
	answer chan struct{}
}

const (
	maxQueue = 1024
	maxBatch = 256
	maxBytes = 16 << 20 // of a transaction, unless a single write has more
	tries    = 5
)

func startWriter(db *sql.DB) *writer {
	w := &writer{db: db, queue: make(chan *write, maxQueue), done: make(chan struct{})}
	go w.loop()
	return w
}

// stop finishes the queued writes and ends the goroutine.
func (w *writer) stop() {
	w.mu.Lock()
	already := w.stopped
	w.stopped = true
	w.mu.Unlock()
	if !already {
		close(w.queue)
	}
	<-w.done
}

// do calls run in a transaction and returns when that is committed. If ctx ends
// first, run may still be called, and the caller must not use its results.
func (w *writer) do(ctx context.Context, size int, run func(*sql.Tx) error) error {
	op := &write{run: run, size: size, answer: make(chan struct{})}
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
		return fleet.Errorf(fleet.Busy, "the trace database is closing; try again")
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
	for op := range w.queue {
		ops := w.gather(op)
		w.commit(ops)
		for _, op := range ops {
			close(op.answer)
		}
	}
}

// gather takes the queued writes without waiting.
func (w *writer) gather(first *write) []*write {
	ops, size := []*write{first}, first.size
	for len(ops) < maxBatch && size < maxBytes {
		select {
		case op, ok := <-w.queue:
			if !ok {
				return ops
			}
			ops = append(ops, op)
			size += op.size
		default:
			return ops
		}
	}
	return ops
}

// commit does the writes in one transaction. If that fails, each is done alone, so
// that one cannot affect the others.
func (w *writer) commit(ops []*write) {
	if err := transact(w.db, ops); err == nil {
		return
	}
	for i := range ops {
		one := ops[i : i+1]
		err := transact(w.db, one)
		for try := 1; again(err) && try < tries; try++ {
			time.Sleep(rand.N(time.Duration(try) * 20 * time.Millisecond)) //nolint:gosec // no secret
			err = transact(w.db, one)
		}
		if err != nil {
			one[0].err = err
		}
	}
}

// transact does writes in a transaction. Its statements are no caller's: a
// transaction serves many.
func transact(db *sql.DB, ops []*write) error {
	tx, err := db.BeginTx(context.Background(), nil)
	if err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	for _, op := range ops {
		op.err = op.run(tx)
		if e := (*fleet.Error)(nil); op.err != nil && !errors.As(op.err, &e) {
			_ = tx.Rollback() // the error above says what is wrong
			return op.err
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("committing: %w", err)
	}
	return nil
}

// exec runs a statement and returns how many rows it changed or found.
func exec(tx *sql.Tx, text string, args ...any) (int64, error) {
	result, err := tx.Exec(text, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func count(tx *sql.Tx, text string, args ...any) (n int64, err error) {
	err = tx.QueryRow(text, args...).Scan(&n)
	return n, err
}

// wrap gives an error its words, if there is one.
func wrap(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf(format+": %w", append(args, err)...)
}
