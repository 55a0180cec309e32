package server

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/goat-trace/goat/hub/store/archive"
	"github.com/goat-trace/goat/hub/store/database"
	"github.com/goat-trace/goat/hub/store/rows"
)

func exportCommand(getenv func(string) string) *cobra.Command {
	hub := hubFlags{db: dbFlags{getenv: getenv}}
	cmd := &cobra.Command{
		Use:   "export FILE",
		Short: "Write everything that the hub stores to a file that all engines read; the hub may be running",
		Long: `Export writes all rows and blobs to a file, - for the standard output, that
goat-hub import stores with another engine:

  goat-hub export --root /var/lib/goat-hub - |
    goat-hub import --root /srv/goat-hub --db postgres://goat@db/goat -`,
		Args: cobra.ExactArgs(1),
		RunE: work(func(cmd *cobra.Command, args []string) error {
			write := func(w *bufio.Writer) error { return export(cmd, &hub, w) }
			if args[0] == "-" {
				w := bufio.NewWriterSize(cmd.OutOrStdout(), 1<<20)
				return errors.Join(write(w), w.Flush())
			}
			return writeWhole(args[0], write)
		}),
	}
	hub.add(cmd)
	return cmd
}

// hubFlags say what a hub stores where.
type hubFlags struct {
	root, blobs string
	db          dbFlags
}

func (f *hubFlags) add(cmd *cobra.Command) {
	rootFlag(cmd, &f.root)
	f.db.add(cmd)
	blobsFlag(cmd, &f.blobs)
}

func export(cmd *cobra.Command, hub *hubFlags, w io.Writer) error {
	d, err := hub.db.existing(hub.root)
	if err != nil {
		return err
	}
	if err := d.Schema().Check(cmd.Context()); err != nil {
		return err
	}
	return withStored(cmd, hub, func(store *rows.Store, files archive.Stored) error {
		return archive.Export(cmd.Context(), store, files, w)
	})
}

// importRows stores what goat-hub export has written.
func importRows(cmd *cobra.Command, hub *hubFlags, name string) error {
	in := cmd.InOrStdin()
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	return withStored(cmd, hub, func(store *rows.Store, files archive.Stored) error {
		return archive.Import(cmd.Context(), store, files, bufio.NewReaderSize(in, 1<<20))
	})
}

// withStored calls do with everything that a hub stores.
func withStored(cmd *cobra.Command, hub *hubFlags, do func(*rows.Store, archive.Stored) error) (err error) {
	d, err := hub.db.database(hub.root)
	if err != nil {
		return err
	}
	store, err := d.Open(cmd.Context())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	files, err := openPlaces(cmd.Context(), hub.root, hub.blobs, slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), nil)))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, files.Close()) }()
	return do(store, archive.Stored{Blobs: files.blobs, Histories: files.histories})
}

// isSpool says whether import's argument is a directory of programs, and not what
// export has written.
func isSpool(name string) bool {
	info, err := os.Stat(name)
	return name != "-" && (err != nil || info.IsDir())
}

func missing(path string) error {
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("looking for the database: %w; name the hub's directory with --root, or its database with --db", err)
	}
	return nil
}

// existing returns the database that the flags name. A file must be there.
func (f *dbFlags) existing(root string) (database.Database, error) {
	d, err := f.database(root)
	if err == nil && f.isFile(d, root) {
		err = missing(d.String())
	}
	if err != nil {
		return nil, err
	}
	return d, nil
}

// isFile says whether the database is the file in the hub's directory.
func (f *dbFlags) isFile(d database.Database, root string) bool {
	return d.String() == filepath.Join(root, database.File)
}
