package rows

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Load stores the chunks that next returns until io.EOF. The database must be
// empty. If Load fails, it is left empty.
func (s *Store) Load(ctx context.Context, next func() (Chunk, error)) error {
	s.writer.pause()
	defer s.writer.resume()
	if err := s.empty(ctx); err != nil {
		return err
	}
	identities, err := s.lastIDs(ctx, s.readers)
	if err != nil {
		return err
	}
	loaded := map[string]int64{} // the last ids
	err = s.within(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM removals"); err != nil {
			return err
		}
		for {
			chunk, err := next()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			if err := s.loadChunk(ctx, tx, chunk); err != nil {
				return fmt.Errorf("writing table %.80s: %w", chunk.Table, s.dialect.explain(err))
			}
			loaded[chunk.Table] = max(loaded[chunk.Table], chunk.Last)
		}
	})
	if err != nil {
		return err
	}
	// A statement of its own each: some engines commit when the schema changes.
	for table, id := range identities {
		for _, statement := range s.dialect.Catalog.Restart(table, id.column, loaded[table]) {
			if _, err := s.writers.ExecContext(ctx, statement); err != nil {
				return fmt.Errorf("setting the last id of %s: %w", table, s.dialect.explain(err))
			}
		}
	}
	return nil
}

// empty returns an error if the database has rows.
func (s *Store) empty(ctx context.Context) error {
	for _, table := range tables {
		if table == "removals" {
			continue
		}
		var n int
		if err := s.readers.QueryRowContext(ctx, "SELECT count(*) FROM "+table).Scan(&n); err != nil {
			return fmt.Errorf("looking whether the database is empty: %w", s.dialect.explain(err))
		}
		if n > 0 {
			return fmt.Errorf("the database has %d rows in table %s; import into an empty one", n, table)
		}
	}
	return nil
}

func (s *Store) within(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := s.writers.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("beginning a transaction: %w", s.dialect.explain(err))
	}
	if err := do(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return s.dialect.explain(tx.Commit())
}

func (s *Store) loadChunk(ctx context.Context, tx *sql.Tx, chunk Chunk) error {
	if !slices.Contains(tables, chunk.Table) {
		return errors.New("this goat-hub does not know it; use the one that exported it")
	}
	if len(chunk.Rows) == 0 {
		return nil
	}
	kinds, err := columnKinds(ctx, tx, chunk.Table)
	if err != nil {
		return err
	}
	args := make([]any, 0, len(chunk.Rows)*len(chunk.Columns))
	for _, row := range chunk.Rows {
		if len(row) != len(chunk.Columns) {
			return fmt.Errorf("a row has %d values for %d columns", len(row), len(chunk.Columns))
		}
		for i, v := range row {
			kind, known := kinds[chunk.Columns[i]]
			if !known {
				return fmt.Errorf("this goat-hub does not know the column %.80q; use the one that exported it", chunk.Columns[i])
			}
			args = append(args, kind.of(v.V))
		}
	}
	group := "(" + strings.Repeat("?, ", len(chunk.Columns)-1) + "?)"
	text := "INSERT INTO " + chunk.Table + " (" + strings.Join(chunk.Columns, ", ") + ") VALUES " + strings.Repeat(group+", ", len(chunk.Rows)-1) + group
	statement := s.dialect.statement(text)
	_, err = tx.ExecContext(ctx, statement.text, s.dialect.args(statement, args)...)
	return err
}

// kind is what a column has.
type kind string

// columnKinds returns the types of a table's columns.
func columnKinds(ctx context.Context, tx *sql.Tx, table string) (map[string]kind, error) {
	rows, err := tx.QueryContext(ctx, "SELECT * FROM "+table+" WHERE 1 = 0") //nolint:gosec // one of tables
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	kinds := map[string]kind{}
	for _, t := range types {
		kinds[t.Name()] = kind(strings.ToUpper(t.DatabaseTypeName()))
	}
	return kinds, rows.Err()
}

// of returns a value in the column's type.
func (k kind) of(v any) any {
	binary := k == "BYTEA" || strings.HasSuffix(string(k), "BLOB")
	switch v := v.(type) {
	case string:
		if binary {
			return []byte(v)
		}
	case []byte:
		if !binary {
			return string(v)
		}
	}
	return v
}
