package runs

import (
	"context"
	"sync"

	tracefile "github.com/goat-trace/goat/internal/trace"
)

// tables keeps decoded tables.
type tables struct {
	mu   sync.Mutex
	kept map[string]*tracefile.Table
}

// maxTables is how many decoded tables are kept. They are small: a package with a
// thousand functions has some megabytes.
const maxTables = 200

// of returns the tables of a run that are there.
func (c *tables) of(ctx context.Context, s Store, run int64) (map[string]*tracefile.Table, error) {
	digests, err := s.Tables(ctx, run)
	if err != nil {
		return nil, err
	}
	found := make(map[string]*tracefile.Table, len(digests))
	c.mu.Lock()
	defer c.mu.Unlock() // who asks for the same table waits for it
	for _, digest := range digests {
		t := c.kept[digest]
		if t == nil {
			content, err := s.Table(ctx, digest)
			if err != nil {
				return nil, err
			}
			if t, err = tracefile.DecodeTable(content); err != nil {
				continue // it was checked when it came, so the database is damaged; the run goes without
			}
			if len(c.kept) >= maxTables {
				clear(c.kept)
			}
			c.kept[digest] = t
		}
		found[digest] = t
	}
	return found, nil
}
