package postgres

import (
	"embed"
	"io/fs"

	"github.com/pressly/goose/v3"

	"github.com/goat-trace/goat/hub/store/rows"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Schema returns the database's schema.
func (d *Database) Schema() *rows.Schema {
	steps, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // the name is fixed
	}
	return &rows.Schema{Database: d.String(), Dialect: goose.DialectPostgres, Steps: steps, Open: d.open, Lock: true, Again: again, Explain: d.explain}
}
