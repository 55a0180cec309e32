package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
)

// partSize bounds the bytes of a column: an engine's packets are bounded.
const partSize = 4 << 20

// parts cuts content; it has at least one part.
func parts(content []byte) (list [][]byte) {
	for len(content) > partSize {
		list = append(list, content[:partSize])
		content = content[partSize:]
	}
	return append(list, content)
}

// HasTable implements runs.Store.
func (s *Store) HasTable(ctx context.Context, digest string) (bool, error) {
	var n int
	if err := s.readers.QueryRowContext(ctx, s.sql(`SELECT count(*) FROM trace_tables WHERE digest = ? AND part = 0`), digest).Scan(&n); err != nil {
		return false, fmt.Errorf("looking for table %s: %w", digest, err)
	}
	return n > 0, nil
}

// Tables implements runs.Store.
func (s *Store) Tables(ctx context.Context, run int64) (list []string, err error) {
	rows, err := s.readers.QueryContext(ctx, s.sql(`SELECT u.digest FROM trace_uses u JOIN trace_tables t ON t.digest = u.digest AND t.part = 0 WHERE u.run = ? ORDER BY u.digest`), run)
	if err != nil {
		return nil, fmt.Errorf("listing the tables of run %d: %w", run, err)
	}
	defer rows.Close()
	for rows.Next() {
		var digest string
		if err := rows.Scan(&digest); err != nil {
			return nil, fmt.Errorf("listing the tables of run %d: %w", run, err)
		}
		list = append(list, digest)
	}
	return list, rows.Err()
}

// AddTable implements runs.Store.
func (s *Store) AddTable(ctx context.Context, digest string, content []byte) error {
	return s.writer.do(ctx, len(content), func(tx *sql.Tx) error {
		for i, part := range parts(content) {
			if _, err := exec(tx, s.add("trace_tables", "digest, part, at, content", 4), digest, i, time.Now().UnixMilli(), part); err != nil {
				return fmt.Errorf("adding table %s: %w", digest, err)
			}
		}
		return nil
	})
}

// Table implements runs.Store.
func (s *Store) Table(ctx context.Context, digest string) ([]byte, error) {
	content, err := s.content(ctx, `SELECT content FROM trace_tables WHERE digest = ? ORDER BY part`, digest)
	if err != nil {
		return nil, fmt.Errorf("reading table %s: %w", digest, err)
	}
	if content == nil {
		return nil, fleet.Errorf(fleet.NotFound, "the hub does not have the table %.80s", digest)
	}
	return content, nil
}

// content reads parts; nil if there are none.
func (s *Store) content(ctx context.Context, query string, args ...any) (content []byte, err error) {
	rows, err := s.readers.QueryContext(ctx, s.sql(query), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var part []byte
		if err := rows.Scan(&part); err != nil {
			return nil, err
		}
		if content == nil {
			content = part
			continue
		}
		content = append(content, part...)
	}
	return content, rows.Err()
}
