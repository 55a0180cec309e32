package database

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/goat-trace/goat/hub/store/mysql"
	"github.com/goat-trace/goat/hub/store/postgres"
	"github.com/goat-trace/goat/hub/store/rows"
	"github.com/goat-trace/goat/hub/store/sqlite"
)

// Database is where a hub has its rows.
type Database interface {
	// String returns its name for people, without a password.
	String() string
	// Schema returns its schema.
	Schema() *rows.Schema
	// Open migrates it to this version's schema and opens it.
	Open(ctx context.Context) (*rows.Store, error)
}

// SQLite is the name of the database in the hub's directory, and File that of its
// file.
const (
	SQLite = "sqlite"
	File   = "sqlite.db"
)

// Named returns the database with a name: sqlite, postgres://… or mysql://….
// The directory is where sqlite has its file. The password counts for the others,
// unless the name has one.
func Named(name, dir, password string) (Database, error) {
	scheme, _, isURL := strings.Cut(name, "://")
	switch {
	case name == SQLite || name == "":
		return file(filepath.Join(dir, File)), nil
	case isURL && (scheme == "postgres" || scheme == "postgresql"):
		return wrap[*postgres.Database](postgres.Parse(name, password))
	case isURL && (scheme == "mysql" || scheme == "mariadb"):
		return wrap[*mysql.Database](mysql.Parse("mysql"+strings.TrimPrefix(name, scheme), password))
	case isURL:
		return nil, fmt.Errorf("no engine is called %.20q; --db is sqlite, postgres://… or mysql://…", scheme)
	}
	return nil, errors.New("--db is sqlite, postgres://USER@HOST:PORT/NAME or mysql://USER@HOST:PORT/NAME")
}

// wrap returns no database with an error.
func wrap[D Database](d D, err error) (Database, error) {
	if err != nil {
		return nil, err
	}
	return d, nil
}

// HasPassword reports whether a name has a password in it.
func HasPassword(name string) bool {
	u, err := url.Parse(name)
	if err != nil {
		return strings.Contains(name, "@") // it may have one that is not escaped
	}
	_, has := u.User.Password()
	return has || u.Query().Has("password")
}

// file is a database in a file.
type file string

func (f file) String() string                                { return string(f) }
func (f file) Schema() *rows.Schema                          { return sqlite.Schema(string(f)) }
func (f file) Open(ctx context.Context) (*rows.Store, error) { return sqlite.Open(ctx, string(f)) }
