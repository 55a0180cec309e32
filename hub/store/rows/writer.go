package rows

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
)

// writer is the goroutine that does all writes.
type writer struct {
	dialect *Dialect
	db      *sql.DB
	line    *line // nil while there is no connection
	queue   chan *write
	done    chan struct{}
	known   *known
	flush   func(*batch) error // called before each commit

	working sync.Mutex   // held while a transaction runs
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
	*line
	now   int64
	dirty map[string]*build // builds whose union must be written before the commit
	held  map[string]bool   // rows that below has locked
	asks  int               // whether somebody waits for instances: 0, 1, or unknown
}

const unknown = -1

const (
	maxQueue = 16_384 // queued writes; further callers wait
	maxBatch = 4_096  // writes in one transaction
)

func startWriter(ctx context.Context, d *Dialect, db *sql.DB, flush func(*batch) error) (*writer, error) {
	w := &writer{dialect: d, db: db, queue: make(chan *write, maxQueue), done: make(chan struct{}), known: newKnown(), flush: flush}
	var err error
	if w.line, err = connect(ctx, d, db); err != nil {
		return nil, err
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
	if w.line != nil {
		w.line.close()
	}
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

// pause waits for the running transaction and gives its connection back. Then
// writes wait for resume.
func (w *writer) pause() {
	w.working.Lock()
	if w.line != nil {
		w.line.close()
		w.line = nil
	}
}

func (w *writer) resume() {
	w.known.forget()
	w.working.Unlock()
}

// commit does the writes in one transaction. If that fails, it tries each
// alone, so that one cannot affect the others.
func (w *writer) commit(ops []*write) {
	err := w.try(ops)
	if err == nil {
		return
	}
	if len(ops) == 1 || w.line == nil { // without a connection it is nobody's fault
		for _, op := range ops {
			op.err = err
		}
		return
	}
	for i, op := range ops {
		if err := w.try(ops[i : i+1]); err != nil {
			op.err = err
		}
	}
}

// tries is how often a transaction is tried that others disturb.
const tries = 6

func (w *writer) try(ops []*write) error {
	for attempt := 1; ; attempt++ {
		err := w.transact(ops)
		if err == nil || attempt == tries || w.dialect.Again == nil || !w.dialect.Again(err) {
			return w.dialect.explain(err)
		}
		time.Sleep(time.Duration(attempt) * (5*time.Millisecond + rand.N(10*time.Millisecond))) //nolint:gosec // spreads load, no secret
	}
}

func (w *writer) transact(ops []*write) (err error) {
	w.working.Lock()
	defer w.working.Unlock()
	limit := cmp.Or(w.dialect.Limit, time.Hour)
	if w.line == nil {
		connecting, cancel := context.WithTimeout(background, limit)
		defer cancel()
		if w.line, err = connect(connecting, w.dialect, w.db); err != nil {
			return err
		}
	}
	end := w.line.begin(w.dialect.Limit)
	defer end()
	b := &batch{writer: w, line: w.line, dirty: map[string]*build{}, held: map[string]bool{}, asks: unknown}
	defer func() {
		if err == nil {
			return
		}
		w.known.forget()
		if !w.line.rollback() {
			w.line.drop()
			w.line = nil
		}
	}()
	if _, err := b.conn.ExecContext(b.ctx, w.dialect.Begin); err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	if err := b.look(); err != nil {
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
	if _, err := b.conn.ExecContext(b.ctx, "COMMIT"); err != nil {
		return fmt.Errorf("committing: %w", err)
	}
	return nil
}

// look reads the clock, and drops what is known if rows have been removed since.
func (b *batch) look() error {
	var n int64
	if err := b.stmts.removals.row().Scan(&n, &b.now); err != nil {
		return fmt.Errorf("looking for removals: %w", err)
	}
	if n != b.known.removals {
		b.known.forget()
		b.known.removals = n
	}
	if b.writer.dialect.Clock == "" {
		b.now = time.Now().UnixMilli()
	}
	return nil
}

// exec runs a statement and returns how many rows it changed.
func (b *batch) exec(text string, args ...any) (changed int64, err error) {
	s := b.writer.dialect.statement(text)
	result, err := b.conn.ExecContext(b.ctx, s.text, b.writer.dialect.args(s, args)...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// insert runs a statement that adds one row, and returns the id that the
// database has given it.
func (b *batch) insert(text string, args ...any) (id int64, err error) {
	if b.writer.dialect.Returning {
		err = b.row(text+" RETURNING id", args...).Scan(&id)
		return id, err
	}
	s := b.writer.dialect.statement(text)
	result, err := b.conn.ExecContext(b.ctx, s.text, b.writer.dialect.args(s, args)...)
	if err != nil {
		return 0, err
	}
	return result.LastInsertId()
}

// row reads one row.
func (b *batch) row(text string, args ...any) *sql.Row {
	s := b.writer.dialect.statement(text)
	return b.conn.QueryRowContext(b.ctx, s.text, b.writer.dialect.args(s, args)...)
}

// texts reads rows of a single text.
func (b *batch) texts(text string, args ...any) ([]string, error) {
	s := b.writer.dialect.statement(text)
	rows, err := b.conn.QueryContext(b.ctx, s.text, b.writer.dialect.args(s, args)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		list = append(list, text)
	}
	return list, rows.Err()
}
