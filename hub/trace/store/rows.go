package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/goat-trace/goat/hub/trace/runs"
)

// rowTables are the tables of rows, in the order in which they are filled.
var rowTables = []rowTable{
	{"location", []string{"run", "id", "package", "func", "file", "line", "col", "endline", "endcol", "kind", "read", "write"}, `Location`,
		`run, id, package, func, file, line, col, endLine, endCol, kind, "read", "write"`},
	{"tracenode", []string{"run", "trace", "step", "locationid", "timestamp", "depth", "outcome", "stepin", "stepover", "invocationparent", "read", "write"}, `TraceNode`,
		`run, trace, step, locationId, "timestamp", depth, outcome, stepIn, stepOver, invocationParent, "read", "write"`},
	{"var", []string{"run", "id", "trace", "step", "kind", "identifier", "value"}, `Var`,
		`run, id, trace, step, kind, identifier, value`},
}

// rowTable is a table and its columns, as PostgreSQL folds their names and as they
// are written.
type rowTable struct {
	folded        string
	foldedColumns []string
	name, columns string
}

// rowsOfChunk is how many rows one transaction writes.
const rowsOfChunk = 10_000

// PutRows implements runs.Store. Until all rows are there the run has none to show:
// in_rows is set last.
func (s *Store) PutRows(ctx context.Context, run int64, state runs.RowState, rows iter.Seq[runs.Row]) error {
	if err := s.setRows(ctx, run, runs.RowsPending); err != nil {
		return err
	}
	if err := s.removeRows(ctx, run); err != nil {
		return err
	}
	if rows != nil {
		c := &chunk{store: s, run: run}
		for row := range rows {
			c.add(row)
			if c.size >= rowsOfChunk {
				if err := c.write(ctx); err != nil {
					return err
				}
			}
		}
		if err := c.write(ctx); err != nil {
			return err
		}
	}
	return s.setRows(ctx, run, state)
}

func (s *Store) setRows(ctx context.Context, run int64, state runs.RowState) error {
	return s.writer.do(ctx, 0, func(tx *sql.Tx) error {
		_, err := exec(tx, s.sql(`UPDATE trace_runs SET in_rows = ? WHERE number = ?`), int(state), run)
		return wrap(err, "noting the rows of run %d", run)
	})
}

// chunk gathers rows by table.
type chunk struct {
	store *Store
	run   int64
	rows  [3][][]any
	size  int
}

func (c *chunk) add(row runs.Row) {
	switch r := row.(type) {
	case runs.LocationRow:
		c.rows[0] = append(c.rows[0], []any{c.run, r.ID, text(r.Package), text(r.Func), text(r.File), r.Line, r.Col, r.EndLine, r.EndCol, text(r.Kind), orNull(text(r.Read)), orNull(text(r.Write))})
	case *runs.NodeRow:
		var outcome any
		if r.Outcome != nil {
			outcome = c.store.truth(*r.Outcome)
		}
		c.rows[1] = append(c.rows[1], []any{c.run, int64(r.Trace), int64(r.Step), orNull(r.Location), c.store.time(r.Time), r.Depth, outcome,
			orNull(int64(r.StepIn)), orNull(int64(r.StepOver)), orNull(int64(r.InvocationParent)), orNull(r.Read), orNull(r.Write)})
	case runs.VarRow:
		c.rows[2] = append(c.rows[2], []any{c.run, r.ID, int64(r.Trace), int64(r.Step), text(r.Kind), text(r.Identifier), text(r.Value)})
	}
	c.size++
}

func orNull[T comparable](v T) any {
	var zero T
	if v == zero {
		return nil
	}
	return v
}

// maxText bounds a value's text, in bytes.
const maxText = 60_000

// text returns what all engines take as text. What a segment holds may be forged.
func text(s string) string {
	if len(s) > maxText {
		s = s[:maxText]
	}
	if !utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
	}
	return s
}

func (c *chunk) write(ctx context.Context) error {
	if c.size == 0 {
		return nil
	}
	var err error
	if c.store.rowsAtOnce == 0 {
		err = c.copy(ctx)
	} else {
		err = c.store.writer.do(ctx, 0, c.insert)
	}
	for i := range c.rows {
		c.rows[i] = c.rows[i][:0]
	}
	c.size = 0
	return wrap(err, "writing rows of run %d", c.run)
}

// copy writes the rows by PostgreSQL's COPY.
func (c *chunk) copy(ctx context.Context) (err error) {
	conn, err := c.store.writers.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	return conn.Raw(func(driver any) error {
		own, ok := driver.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("the driver's connection is a %T", driver)
		}
		return pgx.BeginFunc(ctx, own.Conn(), func(tx pgx.Tx) error {
			for i, t := range rowTables {
				if len(c.rows[i]) == 0 {
					continue
				}
				if _, err := tx.CopyFrom(ctx, pgx.Identifier{t.folded}, t.foldedColumns, pgx.CopyFromRows(c.rows[i])); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// insert writes the rows by statements of many rows.
func (c *chunk) insert(tx *sql.Tx) error {
	for i, t := range rowTables {
		rows := c.rows[i]
		for len(rows) > 0 {
			some := rows[:min(len(rows), c.store.rowsAtOnce)]
			rows = rows[len(some):]
			one := "(?" + strings.Repeat(", ?", len(some[0])-1) + ")"
			args := make([]any, 0, len(some)*len(some[0]))
			for _, row := range some {
				args = append(args, row...)
			}
			if _, err := tx.Exec(c.store.sql("INSERT INTO "+t.name+" ("+t.columns+") VALUES "+one+strings.Repeat(", "+one, len(some)-1)), args...); err != nil {
				return err
			}
		}
	}
	return nil
}
