package cli

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/cache"
	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/session"
	"github.com/goat-trace/goat/internal/terminal"
)

func indexCommand() command {
	return command{
		name:  "index",
		short: "write the changed lines to a file for builds without git",
		long: `Index finds the changed lines of the current directory's modules and writes them
to a file. A build with GOAT_INDEX=goat.index, or -toolexec="goat-exec
-index=goat.index", then has the same tracking points where neither git nor the
history is: in a Docker build, under Bazel or ko.

The index holds for the work tree that it was made from. Files that are changed or
new have no points; the build says so, and refuses with GOAT_STRICT=1. Files that
are not there, generated files and what goat.yaml ignores are none of them.`,
		setup: func(p *program, fs *flag.FlagSet) func([]string) error {
			var flags config.Flags
			flags.Register(fs)
			out := fs.String("o", "goat.index", "write to `file`, - for standard output")
			return func(args []string) error {
				if err := noArguments(args); err != nil {
					return err
				}
				if flags.Index != "" {
					return usagef("-index names an index to read; name the one to write with -o")
				}
				return p.index(flags, *out)
			}
		},
	}
}

func (p *program) index(flags config.Flags, out string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if warning := cache.Open(p.getenv).Warning; warning != "" {
		fmt.Fprintf(p.stderr, "goat index: %s\n", terminal.Text(warning))
	}
	set, err := p.lineSet(ctx, flags)
	if err != nil {
		return err
	}
	write := func(w io.Writer) error {
		var index bytes.Buffer
		err := diffsrc.WriteIndex(&index, set)
		if err == nil {
			_, err = w.Write(terminal.JSON(index.Bytes()))
		}
		return err
	}
	if out == "-" {
		return write(p.stdout)
	}
	return p.writeFile(out, write)
}

// lineSet computes the line set that a build here would use. It always asks git.
func (p *program) lineSet(ctx context.Context, flags config.Flags) (*diffsrc.LineSet, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, fmt.Errorf("finding the current directory: %w", err)
	}
	in := config.Input{Dir: dir, Flags: flags, Getenv: p.getenvForIndex}
	p.warn(config.UnreadFiles(in))
	c, err := config.Load(in)
	if err != nil {
		return nil, err
	}
	if c.Index != "" {
		return nil, fmt.Errorf("%s names an index to read; remove that key and set GOAT_INDEX where git is missing", c.Origins["index"])
	}
	progress := terminal.NewProgress(p.stderr, "goat", p.getenv)
	defer progress.End()
	_, set, err := session.Compute(ctx, session.Input{
		Dir: dir, Flags: flags, Getenv: p.getenvForIndex, GoCommand: "go", Fetch: modules.FetchAll, Log: slog.New(slog.DiscardHandler),
		Progress: progress.Step, Digests: true,
	})
	return set, err
}

// getenvForIndex hides the index that is to be replaced, and turns missing line
// sets into an error: an index without lines would silently give no points.
func (p *program) getenvForIndex(name string) string {
	switch name {
	case "GOAT_INDEX":
		return ""
	case "GOAT_STRICT":
		return "1"
	}
	return p.getenv(name)
}

// writeFile replaces a file by what write writes, or leaves it as it is. Two kinds
// of files are written to and not replaced: what standard output goes to, such as
// /dev/stdout even if redirected, and what is not a regular file, such as
// /dev/null.
func (p *program) writeFile(name string, write func(io.Writer) error) error {
	if info, err := os.Stat(name); err == nil {
		if p.isOutput(info) {
			return write(p.stdout)
		}
		if !info.Mode().IsRegular() {
			return writeTo(name, write)
		}
	}
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return fmt.Errorf("creating %s: %w; choose another place with -o", name, err)
	}
	defer os.Remove(f.Name()) // gone after the rename
	err = write(f)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Chmod(f.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w; make room or choose another place with -o", name, err)
	}
	return nil
}

// isOutput reports whether a file is the one that standard output goes to.
func (p *program) isOutput(info os.FileInfo) bool {
	f, ok := p.stdout.Unwrap().(*os.File)
	if !ok {
		return false
	}
	own, err := f.Stat()
	return err == nil && os.SameFile(info, own)
}

func writeTo(name string, write func(io.Writer) error) error {
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err == nil {
		err = write(f)
		if closeErr := f.Close(); err == nil {
			err = closeErr
		}
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w; choose another place with -o", name, err)
	}
	return nil
}
