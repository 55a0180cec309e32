package server

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/goat-trace/goat/hub/store/archive"
	"github.com/goat-trace/goat/hub/store/rows"
)

func migrateCommand(getenv func(string) string) *cobra.Command {
	db := dbFlags{getenv: getenv}
	var root string
	var dry bool
	down := int64(-1)
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database to this version's schema, or back to an older one",
		Long: `Migrate brings the database to this version's schema; serve does so by itself.
With --dry-run it says what it would do. With --down-to it takes the database
back, for an older goat-hub: what that one has no place for is lost, so make a
backup first.`,
		Args: cobra.NoArgs,
		RunE: work(func(cmd *cobra.Command, _ []string) error {
			d, err := db.existing(root)
			if err != nil {
				return err
			}
			switch {
			case dry:
				return printMigrations(cmd, d.Schema(), down)
			case down >= 0:
				return d.Schema().Down(cmd.Context(), down)
			}
			return d.Schema().Up(cmd.Context())
		}),
	}
	rootFlag(cmd, &root)
	db.add(cmd)
	cmd.Flags().BoolVar(&dry, "dry-run", false, "say what would be done")
	cmd.Flags().Int64Var(&down, "down-to", -1, "version of the schema to go back to; 0 is an empty database")
	return cmd
}

// printMigrations prints the steps of a migration, in the order in which they are
// done.
func printMigrations(cmd *cobra.Command, schema *rows.Schema, down int64) error {
	list, err := schema.Migrations(cmd.Context())
	if err != nil {
		return err
	}
	for _, m := range list {
		switch {
		case down < 0 && !m.Applied:
			fmt.Fprintf(cmd.OutOrStdout(), "up %d %s\n", m.Version, m.Name)
		case down >= 0 && m.Applied && m.Version > down:
			fmt.Fprintf(cmd.OutOrStdout(), "down %d %s\n", m.Version, m.Name)
		}
	}
	return nil
}

func backupCommand(getenv func(string) string) *cobra.Command {
	hub := hubFlags{db: dbFlags{getenv: getenv}}
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Write everything that the hub stores to a file; the hub may be running",
		Long: `Backup writes the database as it is at one moment, and the blobs, to a file. Of
an SQLite file it writes a copy; of other databases the rows, as export does.`,
		Args: cobra.ExactArgs(1),
		RunE: work(func(cmd *cobra.Command, args []string) error {
			d, err := hub.db.existing(hub.root)
			if err != nil {
				return err
			}
			return writeWhole(args[0], func(w *bufio.Writer) error {
				if hub.db.isFile(d, hub.root) && isLocal(hub.blobs) {
					return archive.Write(cmd.Context(), hub.root, w)
				}
				return export(cmd, &hub, w)
			})
		}),
	}
	hub.add(cmd)
	return cmd
}

// writeWhole writes a complete, synced file or none.
func writeWhole(path string, write func(*bufio.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".")
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	err = write(w)
	if err == nil {
		err = errors.Join(w.Flush(), f.Sync())
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("writing %s: %w", path, err), os.Remove(f.Name()))
	}
	return nil
}

func restoreCommand(getenv func(string) string) *cobra.Command {
	hub := hubFlags{db: dbFlags{getenv: getenv}}
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "Make of a backup what a hub can be started on",
		Long: `Restore makes a hub's directory of a backup, or fills an empty database that is
named with --db. The engine must be the one of the backup, unless that is not
SQLite: then any engine will do.`,
		Args: cobra.ExactArgs(1),
		RunE: work(func(cmd *cobra.Command, args []string) error {
			d, err := hub.db.database(hub.root)
			if err != nil {
				return err
			}
			if !hub.db.isFile(d, hub.root) || !isLocal(hub.blobs) {
				return importRows(cmd, &hub, args[0])
			}
			f, err := os.Open(args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			return archive.Restore(hub.root, bufio.NewReaderSize(f, 1<<20))
		}),
	}
	hub.add(cmd)
	return cmd
}

func rootFlag(cmd *cobra.Command, root *string) {
	cmd.Flags().StringVar(root, "root", "goat-hub", "directory of the database, the blobs and the clones")
}
