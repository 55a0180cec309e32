package store

import (
	"embed"
	"errors"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	_ "modernc.org/sqlite" // the driver
)

//go:embed migrations
var migrations embed.FS

// dialect is what differs between the engines.
type dialect struct {
	name     string
	driver   string
	goose    goose.Dialect
	numbered bool // parameters are $1, $2 …
	quote    string
	// insert and ignore are the two parts of a statement that adds a row if there is
	// none with its key.
	insert, ignore string
	rowsAtOnce     int
	writers        int                 // connections that write
	time           func(time.Time) any // a time in a row
	truth          func(on bool) any   // a bool in a row
}

var sqlite = &dialect{
	name: "sqlite", driver: "sqlite", goose: database.DialectSQLite3, quote: `"`,
	insert: "INSERT INTO", ignore: "ON CONFLICT DO NOTHING", rowsAtOnce: 100, writers: 1,
	time: func(t time.Time) any { return t.UTC().Format("2006-01-02 15:04:05.000000") },
	truth: func(on bool) any {
		if on {
			return 1
		}
		return 0
	},
}

var postgres = &dialect{
	name: "postgres", driver: "pgx", goose: database.DialectPostgres, numbered: true, quote: `"`,
	insert: "INSERT INTO", ignore: "ON CONFLICT DO NOTHING", writers: 4,
	time:  func(t time.Time) any { return t.UTC() },
	truth: func(on bool) any { return on },
}

var mysqlDialect = &dialect{
	name: "mysql", driver: "mysql", goose: database.DialectMySQL, quote: "`",
	insert: "INSERT IGNORE INTO", rowsAtOnce: 500, writers: 4,
	time:  func(t time.Time) any { return t.UTC() },
	truth: func(on bool) any { return on },
}

// sql returns a statement with the engine's parameters and quotes: it is written
// with ? and ".
func (d *dialect) sql(text string) string {
	if !d.numbered && d.quote == `"` {
		return text
	}
	var b strings.Builder
	n := 0
	for _, c := range []byte(text) {
		switch {
		case c == '?' && d.numbered:
			n++
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(n))
		case c == '"':
			b.WriteString(d.quote)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// add returns a statement that adds a row if there is none with its key.
func (d *dialect) add(table, columns string, n int) string {
	return d.sql(d.insert + " " + table + " (" + columns + ") VALUES (?" + strings.Repeat(", ?", n-1) + ") " + d.ignore)
}

func (d *dialect) migrations() (fs.FS, error) { return fs.Sub(migrations, "migrations/"+d.name) }

// again reports whether a transaction failed because of another one, and may be
// tried again.
func again(err error) bool {
	if pg := (*pgconn.PgError)(nil); errors.As(err, &pg) {
		return pg.Code == "40001" || pg.Code == "40P01"
	}
	if my := (*mysql.MySQLError)(nil); errors.As(err, &my) {
		return my.Number == 1213 || my.Number == 1205
	}
	return err != nil && strings.Contains(err.Error(), "database is locked")
}
