package server

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/goat-trace/goat/hub/store/archive"
	"github.com/goat-trace/goat/hub/store/database"
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
			d, err := db.database(root)
			if err != nil {
				return err
			}
			if d.String() == filepath.Join(root, database.File) {
				if _, err := os.Stat(d.String()); err != nil {
					return fmt.Errorf("looking for the database: %w; name the hub's directory with --root", err)
				}
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

func backupCommand() *cobra.Command {
	var root string
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Write the hub's directory to a file; the hub may be running",
		Args:  cobra.ExactArgs(1),
		RunE: work(func(cmd *cobra.Command, args []string) error {
			return writeWhole(args[0], func(w *bufio.Writer) error { return archive.Write(cmd.Context(), root, w) })
		}),
	}
	rootFlag(cmd, &root)
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

func restoreCommand() *cobra.Command {
	var root string
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "Make a hub's directory of a backup",
		Args:  cobra.ExactArgs(1),
		RunE: work(func(_ *cobra.Command, args []string) error {
			f, err := os.Open(args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			return archive.Restore(root, bufio.NewReaderSize(f, 1<<20))
		}),
	}
	rootFlag(cmd, &root)
	return cmd
}

func rootFlag(cmd *cobra.Command, root *string) {
	cmd.Flags().StringVar(root, "root", "goat-hub", "directory of the database, the blobs and the clones")
}
