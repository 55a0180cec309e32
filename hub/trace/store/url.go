package store

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/go-sql-driver/mysql"
)

// errURL says which URLs there are.
var errURL = errors.New("use sqlite:PATH, postgres://USER:PASSWORD@HOST/NAME or mysql://USER:PASSWORD@HOST/NAME")

// place is a database.
type place struct {
	dialect *dialect
	name    string // for people, without a password
	write   string // the driver's name of it
	read    string
	file    string // of SQLite
}

// parse reads a database's URL.
func parse(text string) (place, error) {
	scheme, rest, found := strings.Cut(text, ":")
	switch {
	case !found || rest == "":
		return place{}, fmt.Errorf("%.200q names no database: %w", text, errURL)
	case scheme == "sqlite":
		file := strings.TrimPrefix(rest, "//")
		return place{sqlite, text, sqliteName(file, "immediate"), sqliteName(file, "deferred") + "&_pragma=query_only(1)", file}, nil
	case scheme == "postgres" || scheme == "postgresql":
		u, err := url.Parse(text)
		if err != nil || u.Host == "" && u.Query().Get("host") == "" || strings.Trim(u.Path, "/") == "" {
			return place{}, fmt.Errorf("the URL of the PostgreSQL database has no host, no name, or characters that have to be escaped: %w", errURL)
		}
		return place{postgres, u.Redacted(), text, text, ""}, nil
	case scheme == "mysql" || scheme == "mariadb":
		return mysqlPlace(text)
	}
	return place{}, fmt.Errorf("%.40q is no engine of a database: %w", scheme, errURL)
}

func mysqlPlace(text string) (place, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || strings.Trim(u.Path, "/") == "" {
		return place{}, fmt.Errorf("the URL of the MySQL database has no host, no name, or characters that have to be escaped: %w", errURL)
	}
	c, err := mysql.ParseDSN("/?" + u.RawQuery)
	if err != nil {
		return place{}, fmt.Errorf("reading the settings in the URL of the MySQL database: %w", err)
	}
	c.User = u.User.Username()
	c.Passwd, _ = u.User.Password()
	c.Net = "tcp"
	c.Addr = net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), "3306"))
	c.DBName = strings.Trim(u.Path, "/")
	c.ParseTime = true
	c.ClientFoundRows = true // an update that changes nothing has found its row
	return place{mysqlDialect, u.Redacted(), c.FormatDSN(), c.FormatDSN(), ""}, nil
}

// sqliteName returns the driver's name of a file, with the settings of each
// connection.
func sqliteName(file, txlock string) string {
	query := url.Values{
		"_txlock": {txlock},
		"_pragma": {
			"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "cache_size(-16000)", "temp_store(MEMORY)",
			"secure_delete(1)", // what is removed is overwritten
		},
	}
	return "file:" + (&url.URL{Path: file}).EscapedPath() + "?" + query.Encode()
}

// WithPassword returns a database's URL with a password, if it has none and the
// engine has users.
func WithPassword(text, password string) string {
	u, err := url.Parse(text)
	if err != nil || password == "" || u.User == nil || u.Scheme == "sqlite" {
		return text
	}
	if _, has := u.User.Password(); !has {
		u.User = url.UserPassword(u.User.Username(), password)
	}
	return u.String()
}

// Driver returns the driver of database/sql for a database's URL, and the name that
// the driver has for it, for who reads the rows.
func Driver(url string) (driver, name string, err error) {
	at, err := parse(url)
	if err != nil {
		return "", "", err
	}
	return at.dialect.driver, at.read, nil
}
