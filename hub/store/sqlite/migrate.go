package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate brings the file to this version's schema. Several processes may do so
// at once: the one that comes too late sees that the version has moved.
func Migrate(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite", address(path, "immediate"))
	if err != nil {
		return fmt.Errorf("opening %s: %w", path, err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for last := int64(-1); ; {
		provider, err := newProvider(db)
		if err != nil {
			return fmt.Errorf("migrating %s: %w", path, err)
		}
		if _, err = provider.Up(ctx); err == nil {
			return nil
		}
		version, versionErr := provider.GetDBVersion(ctx)
		if versionErr != nil || version <= last || last < 0 && version == 0 {
			return fmt.Errorf("migrating %s: %w", path, err)
		}
		last = version
	}
}

func newProvider(db *sql.DB) (*goose.Provider, error) {
	folder, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectSQLite3, db, folder)
}
