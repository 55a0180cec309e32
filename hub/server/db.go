package server

import (
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
	if database.HasPassword(f.name) {
		return nil, errors.New("--db has a password, and everyone on this machine can read command lines; put it into a file that --db-password-file names, or into " + passwordVariable)
	}
	name := f.name
	if name == "" {
		name = f.getenv(dbVariable)
	}
	password := f.getenv(passwordVariable)
	if f.passwordFile != "" {
		text, err := os.ReadFile(f.passwordFile)
		if err != nil {
			return nil, fmt.Errorf("reading the database's password: %w", err)
		}
		if password = strings.TrimRight(string(text), "\r\n"); password == "" {
			return nil, fmt.Errorf("reading the database's password: %s is empty", f.passwordFile)
		}
	}
	return database.Named(name, root, password)
}
