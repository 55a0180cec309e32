package store

import (
	"context"
	"database/sql"
	"fmt"
)

// SetVersion makes a database look as if a newer goat-hub had written it.
func SetVersion(ctx context.Context, url string, version int64) error {
	at, err := parse(url)
	if err != nil {
		return err
	}
	db, err := sql.Open(at.dialect.driver, at.write)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, fmt.Sprintf("INSERT INTO %s (version_id, is_applied) VALUES (%d, TRUE)", versionTable, version))
	return err
}
