package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"io/fs"

	"github.com/pressly/goose/v3"

	"github.com/goat-trace/goat/hub/store/rows"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Schema returns the schema of a file.
func Schema(path string) *rows.Schema {
	steps, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // the name is fixed
	}
	return &rows.Schema{Database: path, Dialect: goose.DialectSQLite3, Steps: steps, Open: func() (*sql.DB, error) {
		db, err := sql.Open("sqlite", address(path, "immediate"))
		if err == nil {
			db.SetMaxOpenConns(1)
		}
		return db, err
	}}
}

// Migrate brings the file to this version's schema.
func Migrate(ctx context.Context, path string) error { return Schema(path).Up(ctx) }
