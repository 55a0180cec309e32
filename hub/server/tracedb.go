package server

import (
	"cmp"
	"errors"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/goat-trace/goat/hub/store/database"
	"github.com/goat-trace/goat/hub/trace/store"
)

// The variables of the trace database.
const (
	traceVariable         = "GOAT_HUB_TRACE_DB"
	tracePasswordVariable = "GOAT_HUB_TRACE_DB_PASSWORD" //nolint:gosec // its name
)

// traceFlags are the flags of the database of recorded runs.
type traceFlags struct {
	name, passwordFile string
	getenv             func(string) string
}

func (f *traceFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.name, "trace-db", "", "where recorded runs are: sqlite:FILE, postgres://USER@HOST:PORT/NAME or mysql://USER@HOST:PORT/NAME; without it "+traceVariable+", or the database of --db")
	cmd.Flags().StringVar(&f.passwordFile, "trace-db-password-file", "", "file with the trace database's password; without it "+tracePasswordVariable)
}

// url returns the URL of the database that the flags and variables name, "" if they
// name none.
func (f *traceFlags) url() (string, error) {
	if database.HasPassword(f.name) {
		return "", errors.New("--trace-db has a password, and everyone on this machine can read command lines; put it into a file that --trace-db-password-file names, or into " + tracePasswordVariable)
	}
	password, err := passwordOf(f.passwordFile, f.getenv(tracePasswordVariable))
	return store.WithPassword(cmp.Or(f.name, f.getenv(traceVariable)), password), err
}

// urlOr returns the URL that the flags name, or that of the hub's own database.
func (f *traceFlags) urlOr(db *dbFlags, root string) (string, error) {
	url, err := f.url()
	if url != "" || err != nil {
		return url, err
	}
	name, password, err := db.named()
	if err != nil {
		return "", err
	}
	return traceURL(name, password, root), nil
}

// traceURL is the URL of the hub's own database.
func traceURL(name, password, root string) string {
	if !strings.Contains(name, "://") {
		return "sqlite:" + filepath.Join(root, database.File)
	}
	return store.WithPassword(name, password)
}
