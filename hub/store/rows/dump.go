package rows

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// Chunk is a part of a table in a form that all engines share.
type Chunk struct {
	Table   string
	Columns []string
	Rows    [][]Value
	Last    int64 // the last id that the engine has made; in a table's last chunk
}

// Value is a text, a number, bytes or nothing. In JSON, bytes that are no UTF-8
// are {"base64": "…"}.
type Value struct{ V any }

type inBase64 struct {
	Base64 string `json:"base64"`
}

// MarshalJSON implements json.Marshaler.
func (v Value) MarshalJSON() ([]byte, error) {
	text, isText := v.V.(string)
	if b, isBytes := v.V.([]byte); isBytes {
		text, isText = string(b), true
	}
	if isText && !utf8.ValidString(text) {
		return json.Marshal(inBase64{base64.StdEncoding.EncodeToString([]byte(text))})
	}
	if isText {
		return json.Marshal(text)
	}
	return json.Marshal(v.V)
}

// UnmarshalJSON implements json.Unmarshaler.
func (v *Value) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '{' {
		var packed inBase64
		if err := json.Unmarshal(data, &packed); err != nil {
			return err
		}
		b, err := base64.StdEncoding.DecodeString(packed.Base64)
		v.V = b
		return err
	}
	if len(data) > 0 && data[0] == '"' {
		var text string
		err := json.Unmarshal(data, &text)
		v.V = text
		return err
	}
	var n int64
	if err := json.Unmarshal(data, &n); err == nil {
		v.V = n
		return nil
	}
	var f float64
	err := json.Unmarshal(data, &f)
	v.V = f
	return err
}

const (
	maxChunkRows  = 500
	maxChunkBytes = 4 << 20
)

// Dump calls each with all rows of all tables, as they are at one moment. The hub
// may go on writing.
func (s *Store) Dump(ctx context.Context, each func(Chunk) error) error {
	options := &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	if s.dialect.OneWriter {
		options = nil
	}
	tx, err := s.readers.BeginTx(ctx, options)
	if err != nil {
		return fmt.Errorf("beginning to read: %w", s.dialect.explain(err))
	}
	defer func() { _ = tx.Rollback() }()
	last, err := s.lastIDs(ctx, tx)
	if err != nil {
		return err
	}
	for _, table := range tables {
		if err := dumpTable(ctx, tx, table, last[table].last, each); err != nil {
			return fmt.Errorf("reading table %s: %w", table, s.dialect.explain(err))
		}
	}
	return nil
}

func dumpTable(ctx context.Context, tx *sql.Tx, table string, last int64, each func(Chunk) error) error {
	rows, err := tx.QueryContext(ctx, "SELECT * FROM "+table) //nolint:gosec // one of tables
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	chunk, size := Chunk{Table: table, Columns: columns}, 0
	for rows.Next() {
		row, into := make([]Value, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i].V
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		chunk.Rows = append(chunk.Rows, row)
		size += sizeOf(row)
		if len(chunk.Rows) == maxChunkRows || size > maxChunkBytes {
			if err := each(chunk); err != nil {
				return err
			}
			chunk.Rows, size = nil, 0
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	chunk.Last = last
	return each(chunk)
}

func sizeOf(row []Value) int {
	size := 0
	for _, v := range row {
		switch v := v.V.(type) {
		case []byte:
			size += len(v)
		case string:
			size += len(v)
		default:
			size += 8
		}
	}
	return size
}

// identity is a column whose values the engine makes.
type identity struct {
	column string
	last   int64
}

type queryer interface {
	QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error)
}

func (s *Store) lastIDs(ctx context.Context, db queryer) (map[string]identity, error) {
	rows, err := db.QueryContext(ctx, s.dialect.Catalog.Identities)
	if err != nil {
		return nil, fmt.Errorf("reading the last ids: %w", s.dialect.explain(err))
	}
	defer rows.Close()
	last := map[string]identity{}
	for rows.Next() {
		var table string
		var id identity
		if err := rows.Scan(&table, &id.column, &id.last); err != nil {
			return nil, fmt.Errorf("reading the last ids: %w", err)
		}
		last[table] = id
	}
	return last, errors.Join(rows.Err(), rows.Close())
}
