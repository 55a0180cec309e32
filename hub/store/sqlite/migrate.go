package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migration is a step of the schema.
type Migration struct {
	Version int64
	Name    string
	Applied bool
}

// Migrations lists the steps that this version knows, and which of them the
// file has. It changes nothing, except that it creates a missing file.
func Migrations(ctx context.Context, path string) (list []Migration, err error) {
	err = withProvider(path, func(p *goose.Provider) error {
		status, err := p.Status(ctx)
		for _, s := range status {
			list = append(list, Migration{s.Source.Version, s.Source.Path, s.State == goose.StateApplied})
		}
		return err
	})
	return list, err
}

// Migrate brings the file to this version's schema. Several processes may do so
// concurrently: one that is late sees that the version has changed. A file of a
// newer version is an error.
func Migrate(ctx context.Context, path string) error {
	return withProvider(path, func(p *goose.Provider) error {
		for last := int64(-1); ; {
			version, err := p.GetDBVersion(ctx)
			if err != nil && last >= 0 {
				return err
			}
			if newest := newest(p); version > newest {
				return fmt.Errorf("its schema has version %d and this goat-hub knows %d; use the goat-hub that wrote it, or take the file back with its \"migrate --down-to %d\"", version, newest, newest)
			}
			if _, err = p.Up(ctx); err == nil || version <= last {
				return err
			}
			last = version
		}
	})
}

// MigrateDown takes the file back to an older version's schema. Data that the
// older schema cannot hold is lost.
func MigrateDown(ctx context.Context, path string, version int64) error {
	return withProvider(path, func(p *goose.Provider) error {
		_, err := p.DownTo(ctx, version)
		return err
	})
}

func newest(p *goose.Provider) int64 {
	sources := p.ListSources()
	return sources[len(sources)-1].Version
}

func withProvider(path string, do func(*goose.Provider) error) (err error) {
	db, err := sql.Open("sqlite", address(path, "immediate"))
	if err != nil {
		return fmt.Errorf("opening %s: %w", path, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	folder, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, folder)
	if err == nil {
		err = do(provider)
	}
	if err != nil {
		return fmt.Errorf("migrating %s: %w", path, err)
	}
	return nil
}
