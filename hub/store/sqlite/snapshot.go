package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Snapshot writes a consistent copy of the file to a new file. The hub may go
// on writing.
func Snapshot(ctx context.Context, path, target string) (err error) {
	db, err := sql.Open("sqlite", address(path, "deferred"))
	if err != nil {
		return fmt.Errorf("opening %s: %w", path, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", target); err != nil {
		return fmt.Errorf("copying %s: %w", path, err)
	}
	return nil
}
