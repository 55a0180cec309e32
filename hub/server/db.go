package server

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/goat-trace/goat/hub/store/database"
)

// The variables of the database. Unlike a command line, others on the machine
// cannot read them.
const (
	dbVariable       = "GOAT_HUB_DB"
	passwordVariable = "GOAT_HUB_DB_PASSWORD" //nolint:gosec // its name
)

// dbFlags are the flags of the database.
type dbFlags struct {
	name, passwordFile string
	getenv             func(string) string
}

func (f *dbFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.name, "db", "", "where the rows are: sqlite, postgres://USER@HOST:PORT/NAME or mysql://USER@HOST:PORT/NAME; without it "+dbVariable+", or sqlite, a file in --root")
	cmd.Flags().StringVar(&f.passwordFile, "db-password-file", "", "file with the database's password; without it "+passwordVariable)
}

// database returns the database that the flags and variables name.
func (f *dbFlags) database(root string) (database.Database, error) {
	name, password, err := f.named()
	if err != nil {
		return nil, err
	}
	return database.Named(name, root, password)
}

// named returns the database's name and password.
func (f *dbFlags) named() (name, password string, err error) {
	if database.HasPassword(f.name) {
		return "", "", errors.New("--db has a password, and everyone on this machine can read command lines; put it into a file that --db-password-file names, or into " + passwordVariable)
	}
	password, err = passwordOf(f.passwordFile, f.getenv(passwordVariable))
	return cmp.Or(f.name, f.getenv(dbVariable)), password, err
}

// passwordOf returns the password in a file, or another one if no file is named.
func passwordOf(file, other string) (string, error) {
	if file == "" {
		return other, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("reading the database's password: %w", err)
	}
	password := strings.TrimRight(string(text), "\r\n")
	if password == "" {
		return "", fmt.Errorf("reading the database's password: %s is empty", file)
	}
	return password, nil
}
