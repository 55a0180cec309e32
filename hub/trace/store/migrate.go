package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/pressly/goose/v3"
)

// versionTable holds the versions of the schema.
const versionTable = "trace_db_version"

// Migration is a step of the schema.
type Migration struct {
	Version int64
	Name    string
	Applied bool
}

// Migrations lists the steps that this version knows, and which of them the
// database has.
func Migrations(ctx context.Context, url string) (list []Migration, err error) {
	err = withProvider(url, func(p *goose.Provider) error {
		status, err := p.Status(ctx)
		for _, s := range status {
			list = append(list, Migration{s.Source.Version, s.Source.Path, s.State == goose.StateApplied})
		}
		return err
	})
	return list, err
}

// Migrate brings the database to this version's schema. Several processes may do so
// at once.
func Migrate(ctx context.Context, url string) error {
	return withProvider(url, func(p *goose.Provider) error {
		for try := 0; ; try++ {
			version, err := p.GetDBVersion(ctx)
			if err == nil {
				if newest := newest(p); version > newest {
					return fmt.Errorf("its schema has version %d and this goat-hub knows %d; use the goat-hub that wrote it, or take it back with its \"trace migrate --down-to %d\"", version, newest, newest)
				}
				_, err = p.Up(ctx)
			}
			if err == nil || try == migrationTries || ctx.Err() != nil {
				return err
			}
			time.Sleep(50*time.Millisecond + rand.N(200*time.Millisecond)) //nolint:gosec // no secret: another process may be migrating
		}
	})
}

const migrationTries = 20

// MigrateDown takes the database back to an older version's schema. What that one
// has no place for is lost.
func MigrateDown(ctx context.Context, url string, version int64) error {
	return withProvider(url, func(p *goose.Provider) error {
		_, err := p.DownTo(ctx, version)
		return err
	})
}

func newest(p *goose.Provider) int64 {
	sources := p.ListSources()
	return sources[len(sources)-1].Version
}

func withProvider(url string, do func(*goose.Provider) error) (err error) {
	at, err := parse(url)
	if err != nil {
		return err
	}
	db, err := sql.Open(at.dialect.driver, at.write)
	if err != nil {
		return fmt.Errorf("opening the trace database %s: %w", at.name, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(2)
	if at.file != "" {
		db.SetMaxOpenConns(1)
	}
	folder, err := at.dialect.migrations()
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(at.dialect.goose, db, folder, goose.WithTableName(versionTable))
	if err == nil {
		err = do(provider)
	}
	if err != nil {
		return fmt.Errorf("migrating the trace database %s: %w", at.name, err)
	}
	return nil
}
