package server

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/goat-trace/goat/hub/trace/carry"
	"github.com/goat-trace/goat/hub/trace/runs"
	"github.com/goat-trace/goat/hub/trace/store"
	"github.com/goat-trace/goat/internal/terminal"
	tracefile "github.com/goat-trace/goat/internal/trace"
)

// runsAt are the flags that say where recorded runs are: at a hub, or in a database.
type runsAt struct {
	hub    string
	db     traceFlags
	getenv func(string) string
}

func (f *runsAt) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.hub, "hub", cmp.Or(f.getenv("GOAT_HUB"), "http://127.0.0.1:8089"), "the hub's address; a token is taken from GOAT_HUB_TOKEN")
	f.db.getenv = f.getenv
	f.db.add(cmd)
	usage := cmd.Flags().Lookup("trace-db")
	usage.Usage = "database of recorded runs, instead of a hub: sqlite:FILE, postgres://USER@HOST:PORT/NAME or mysql://USER@HOST:PORT/NAME; without it " + traceVariable
}

// open returns the hub or the database; other is the URL of a database if the flags
// name none. The keeper is nil for a hub.
func (f *runsAt) open(cmd *cobra.Command, other string) (carry.Target, *runs.Keeper, func() error, error) {
	url, err := f.db.url()
	if err != nil {
		return nil, nil, nil, err
	}
	if url == "" && !cmd.Flags().Changed("hub") {
		url = other
	}
	if url == "" || f.db.name == "" && cmd.Flags().Changed("hub") {
		return &carry.Hub{URL: f.hub, Token: f.getenv("GOAT_HUB_TOKEN")}, nil, func() error { return nil }, nil
	}
	if f.db.name != "" && cmd.Flags().Changed("hub") {
		return nil, nil, nil, errors.New("--hub and --trace-db name two places; leave one of them out")
	}
	s, err := store.Open(cmd.Context(), url)
	if err != nil {
		return nil, nil, nil, err
	}
	k, err := runs.New(s, slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), nil)))
	if err != nil {
		return nil, nil, nil, errors.Join(err, s.Close())
	}
	return carry.Database{Keeper: k}, k, s.Close, nil
}

func traceImportCommand(getenv func(string) string) *cobra.Command {
	at := runsAt{getenv: getenv}
	var rows bool
	var limit uint64
	cmd := &cobra.Command{
		Use:   "import DIR…",
		Short: "Bring recorded runs from their folders to a hub or into a database",
		Long: `Import brings runs to a hub, or with --trace-db into a database. DIR is the
folder of a run, or a directory with such folders (GOAT_TRACE_DIR). It may be
repeated: what is there already is not sent again. The folders stay.

With --rows the runs are also kept as rows that people query with SQL (tables
TraceNode, Location and Var, views Run and Trace), in a database: without
--trace-db it is the file trace.db beside the run's folder. A run with more steps
than --rows-limit is refused.`,
		Args: cobra.MinimumNArgs(1),
		RunE: work(func(cmd *cobra.Command, args []string) error {
			var dirs []string
			for _, dir := range args {
				found, err := tracefile.List(dir)
				if err == nil && len(found) == 0 {
					err = fmt.Errorf("%s has no folder of a run; name the directory that the program was given as GOAT_TRACE_DIR", dir)
				}
				if err != nil {
					return err
				}
				dirs = append(dirs, found...)
			}
			other := ""
			if rows {
				if err := fewSteps(dirs, limit); err != nil {
					return err
				}
				absolute, err := filepath.Abs(dirs[0])
				if err != nil {
					return err
				}
				other = "sqlite:" + filepath.Join(filepath.Dir(absolute), "trace.db")
			}
			target, keeper, done, err := at.open(cmd, other)
			if err != nil {
				return err
			}
			if rows && keeper == nil {
				return errors.New("--rows is for a database: name one with --trace-db; a hub keeps rows by itself (--trace-rows of serve)")
			}
			b := bringing{target, keeper, rows}
			return errors.Join(b.all(cmd, dirs, getenv), done())
		}),
	}
	at.add(cmd)
	cmd.Flags().BoolVar(&rows, "rows", false, "also keep the runs as rows, in a database")
	cmd.Flags().Uint64Var(&limit, "rows-limit", runs.RowLimit, "how many steps a run may have that is kept as rows")
	return cmd
}

// fewSteps refuses runs that are too large to be kept as rows, before anything is
// written.
func fewSteps(dirs []string, limit uint64) error {
	for _, dir := range dirs {
		run, err := tracefile.Open(dir)
		if err != nil {
			return err
		}
		var steps uint64
		for _, t := range run.Traces {
			steps += t.Steps
		}
		if steps > limit {
			return fmt.Errorf("%s has %d steps, and as rows are kept at most %d; import it without --rows, raise --rows-limit (a step takes about 300 bytes there), or record less: GOAT_TRACE_STEPS, a narrower scope", dir, steps, limit)
		}
	}
	return nil
}

// bringing is where runs are brought. The keeper is nil for a hub.
type bringing struct {
	target carry.Target
	keeper *runs.Keeper
	rows   bool
}

// all brings runs, one after the other. One that fails does not keep the others
// back.
func (b bringing) all(cmd *cobra.Command, dirs []string, getenv func(string) string) error {
	var errs []error
	line := terminal.NewProgress(cmd.ErrOrStderr(), "goat-hub", getenv)
	defer line.End()
	for i, dir := range dirs {
		notes, err := carry.Folder(cmd.Context(), dir, b.target, func(done, total int) {
			line.Step(fmt.Sprintf("run %d of %d, segments", i+1, len(dirs)), done, total)
		})
		for _, note := range notes {
			fmt.Fprintf(cmd.ErrOrStderr(), "goat-hub: %s: %s\n", terminal.Line(dir), terminal.Line(note))
		}
		if err == nil && b.keeper != nil {
			line.Step("indexing", 0, 0)
			err = b.keeper.IndexNews(cmd.Context())
		}
		if err == nil && b.rows {
			line.Step("writing rows", 0, 0)
			err = keepRows(cmd.Context(), b.keeper, dir)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("importing %s: %w", dir, err))
		}
	}
	return errors.Join(errs...)
}

// keepRows keeps the run in a folder as rows. Its steps were counted before.
func keepRows(ctx context.Context, keeper *runs.Keeper, dir string) error {
	opened, err := tracefile.Open(dir)
	if err != nil {
		return err
	}
	run, err := keeper.Find(ctx, opened.RunID)
	if err != nil {
		return err
	}
	_, err = keeper.KeepRows(ctx, run, run.Steps)
	return err
}

func traceListCommand(getenv func(string) string) *cobra.Command {
	at := runsAt{getenv: getenv}
	var asJSON bool
	var limit int
	cmd := &cobra.Command{
		Use:   "ls",
		Short: "List the recorded runs of a hub or a database, the newest first",
		Args:  cobra.NoArgs,
		RunE: work(func(cmd *cobra.Command, _ []string) error {
			target, _, done, err := at.open(cmd, "")
			if err != nil {
				return err
			}
			list, err := target.List(cmd.Context(), limit)
			if err := errors.Join(err, done()); err != nil {
				return err
			}
			if asJSON {
				text, err := json.MarshalIndent(map[string]any{"runs": append([]carry.Listed{}, list...)}, "", "  ")
				if err != nil {
					return err
				}
				_, err = cmd.OutOrStdout().Write(append(terminal.JSON(text), '\n'))
				return err
			}
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "NUMBER\tRUN\tPROJECT\tBY\tCREATED\tTRACES\tSTEPS\tSTORED\tSTATE")
			for _, r := range list {
				fmt.Fprintf(w, "%d\t%.12s\t%s\t%s\t%s\t%d\t%d\t%s\t%s\n", r.Number, r.RunID, terminal.Line(r.Project), terminal.Line(r.Method),
					r.Created.Local().Format(time.DateTime), r.Traces, r.Steps, size(r.Stored), stateOf(r))
			}
			return w.Flush()
		}),
	}
	at.add(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().IntVar(&limit, "n", 100, "how many runs")
	return cmd
}

func stateOf(r carry.Listed) string {
	var words []string
	if r.Live {
		words = append(words, "live")
	}
	if r.Pinned {
		words = append(words, "pinned")
	}
	return strings.Join(words, " ")
}

func size(bytes int64) string {
	switch {
	case bytes >= 10<<20:
		return fmt.Sprintf("%d MB", bytes>>20)
	case bytes >= 10<<10:
		return fmt.Sprintf("%d KB", bytes>>10)
	}
	return fmt.Sprintf("%d B", bytes)
}

func traceRemoveCommand(getenv func(string) string) *cobra.Command {
	return eachRun(getenv, &cobra.Command{
		Use:   "rm RUN…",
		Short: "Delete recorded runs of a hub or a database, with all of their steps",
		Long: `Rm deletes runs with all of their steps. RUN is a number that ls shows, an id,
or the beginning of one. At a hub it needs the role admin.`,
	}, func(ctx context.Context, t carry.Target, run string) error { return t.Remove(ctx, run) })
}

func tracePinCommand(getenv func(string) string) *cobra.Command {
	off := false
	cmd := eachRun(getenv, &cobra.Command{
		Use:   "pin RUN…",
		Short: "Keep recorded runs, whatever their age",
		Long: `Pin has a hub keep runs, whatever their age. With --off they are kept no longer
than others. RUN is a number that ls shows, an id, or the beginning of one. At a
hub it needs the role write.`,
	}, func(ctx context.Context, t carry.Target, run string) error { return t.Pin(ctx, run, !off) })
	cmd.Flags().BoolVar(&off, "off", false, "keep them no longer than others")
	return cmd
}

// eachRun completes a command that does something with each run that it is given.
func eachRun(getenv func(string) string, cmd *cobra.Command, do func(context.Context, carry.Target, string) error) *cobra.Command {
	at := runsAt{getenv: getenv}
	cmd.Args = cobra.MinimumNArgs(1)
	cmd.RunE = work(func(cmd *cobra.Command, args []string) error {
		target, _, done, err := at.open(cmd, "")
		if err != nil {
			return err
		}
		var errs []error
		for _, run := range args {
			errs = append(errs, do(cmd.Context(), target, run))
		}
		return errors.Join(append(errs, done())...)
	})
	at.add(cmd)
	return cmd
}

func traceMigrateCommand(getenv func(string) string) *cobra.Command {
	db := traceFlags{getenv: getenv}
	var dry bool
	down := int64(-1)
	cmd := &cobra.Command{
		Use:   "migrate --trace-db URL",
		Short: "Bring a database of recorded runs to this version's schema, or back to an older one",
		Long: `Migrate brings a database of recorded runs to this version's schema; serve and
import do so by themselves. With --down-to it takes the database back, for an older
goat-hub: what that one has no place for is lost. The hub's own database has both
kinds of tables: "goat-hub migrate" is for the others.`,
		Args: cobra.NoArgs,
		RunE: work(func(cmd *cobra.Command, _ []string) error {
			url, err := db.url()
			if err == nil && url == "" {
				err = errors.New("name the database with --trace-db; that of a hub without it is sqlite:ROOT/sqlite.db")
			}
			switch {
			case err != nil:
				return err
			case dry:
				return printTraceMigrations(cmd, url, down)
			case down >= 0:
				return store.MigrateDown(cmd.Context(), url, down)
			}
			return store.Migrate(cmd.Context(), url)
		}),
	}
	db.add(cmd)
	cmd.Flags().BoolVar(&dry, "dry-run", false, "say what would be done")
	cmd.Flags().Int64Var(&down, "down-to", -1, "version of the schema to go back to; 0 is an empty database")
	return cmd
}

func printTraceMigrations(cmd *cobra.Command, url string, down int64) error {
	list, err := store.Migrations(cmd.Context(), url)
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
