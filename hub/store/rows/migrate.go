package rows

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"
)

// Schema is the embedded steps of a database's schema. On engines in servers
// each step is one statement outside of a transaction, for distributed databases
// and MySQL have no transactions around changes of the schema.
type Schema struct {
	Database string // for messages, without a password
	Dialect  goose.Dialect
	Steps    fs.FS
	Open     func() (*sql.DB, error)

	// Lock says that processes take turns by a row that they lock.
	Lock    bool
	Again   func(error) bool // see Dialect
	Explain func(error) error
}

// Migration is a step of the schema.
type Migration struct {
	Version int64
	Name    string
	Applied bool
}

// Migrations lists the steps that this version knows, and which of them the
// database has. It changes nothing, except that it creates a missing file and
// the table of steps.
func (s *Schema) Migrations(ctx context.Context) (list []Migration, err error) {
	err = s.with(func(_ *sql.DB, p *goose.Provider) error {
		status, err := p.Status(ctx)
		for _, s := range status {
			list = append(list, Migration{s.Source.Version, s.Source.Path, s.State == goose.StateApplied})
		}
		return err
	})
	return list, err
}

// Up brings the database to this version's schema. Several processes may do so
// concurrently: one that is late sees that the version has changed. A database of
// a newer version is an error.
func (s *Schema) Up(ctx context.Context) error {
	return s.with(func(db *sql.DB, p *goose.Provider) error {
		if current, err := s.current(ctx, p); err != nil || current {
			return err
		}
		return s.locked(ctx, db, func() error {
			for last := int64(-1); ; {
				version, err := p.GetDBVersion(ctx)
				if err != nil && last >= 0 {
					return err
				}
				if _, err = p.Up(ctx); err == nil || version <= last {
					return err
				}
				last = version
			}
		})
	})
}

// Check returns an error if the database does not have this version's schema.
func (s *Schema) Check(ctx context.Context) error {
	return s.with(func(_ *sql.DB, p *goose.Provider) error {
		current, err := s.current(ctx, p)
		if err == nil && !current {
			err = errors.New("its schema is older than this goat-hub; run \"goat-hub migrate\"")
		}
		return err
	})
}

// current reports whether nothing is to do.
func (s *Schema) current(ctx context.Context, p *goose.Provider) (bool, error) {
	version, err := p.GetDBVersion(ctx)
	if err != nil {
		return false, nil //nolint:nilerr // there may be no table yet; Up says what is wrong
	}
	newest := newest(p)
	if version > newest {
		return false, fmt.Errorf("its schema has version %d and this goat-hub knows %d; use the goat-hub that wrote it, or take the database back with its \"migrate --down-to %d\"", version, newest, newest)
	}
	if version < newest {
		return false, nil
	}
	pending, err := p.HasPending(ctx)
	return !pending, err
}

// Down takes the database back to an older version's schema. Data that the older
// schema cannot hold is lost.
func (s *Schema) Down(ctx context.Context, version int64) error {
	return s.with(func(db *sql.DB, p *goose.Provider) error {
		return s.locked(ctx, db, func() error {
			_, err := p.DownTo(ctx, version)
			return err
		})
	})
}

// locked calls do while this process alone may change the schema. Whoever holds
// the row's lock is connected, so the lock ends with its process.
func (s *Schema) locked(ctx context.Context, db *sql.DB, do func() error) error {
	if !s.Lock {
		return do()
	}
	if err := makeLock(ctx, db); err != nil {
		return err
	}
	for {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		var id int
		err = tx.QueryRowContext(ctx, "SELECT id FROM goat_migrating WHERE id = 1 FOR UPDATE").Scan(&id)
		if err == nil {
			return errors.Join(do(), tx.Rollback())
		}
		_ = tx.Rollback()
		if s.Again == nil || !s.Again(err) || ctx.Err() != nil {
			return fmt.Errorf("waiting for another goat-hub to migrate: %w", err)
		}
	}
}

// makeLock creates the row to lock. Others may do so at the same time, which some
// engines answer with errors.
func makeLock(ctx context.Context, db *sql.DB) (err error) {
	for range 5 {
		var id int
		if err = db.QueryRowContext(ctx, "SELECT id FROM goat_migrating WHERE id = 1").Scan(&id); err == nil {
			return nil
		}
		_, err = db.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS goat_migrating (id INTEGER PRIMARY KEY)")
		if err == nil {
			_, err = db.ExecContext(ctx, "INSERT INTO goat_migrating (id) VALUES (1)")
		}
		if err == nil {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return err
}

func newest(p *goose.Provider) int64 {
	sources := p.ListSources()
	return sources[len(sources)-1].Version
}

func (s *Schema) with(do func(*sql.DB, *goose.Provider) error) (err error) {
	db, err := s.Open()
	if err != nil {
		return fmt.Errorf("opening %s: %w", s.Database, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	provider, err := goose.NewProvider(s.Dialect, db, s.Steps)
	if err == nil {
		err = do(db, provider)
	}
	if err != nil {
		if s.Explain != nil {
			err = s.Explain(err)
		}
		return fmt.Errorf("migrating %s: %w", s.Database, err)
	}
	return nil
}
