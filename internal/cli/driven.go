package cli

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"strings"

	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/driver"
	"github.com/goat-trace/goat/toolexec"
)

const drivenHelp = `Runs "go %[1]s" with the changed code instrumented. It takes the flags of go %[1]s,
and goat's own anywhere among them, before the first argument that is no flag:

	goat %[1]s -base=v1.4.0 -race %[2]s

Unlike "go %[1]s -toolexec=goat-exec", which marks all packages of a build as
goat's, it shares every package without tracking points with plain builds, in
both directions. A -toolexec of yours is run behind goat-exec's.

The exit code is the go command's; 1 also where what was asked for cannot be
met (an unknown base, a wrong goat.yaml), 2 for a wrong command line.`

const testHelp = `

With -hits DIR the tests' hits are written to DIR, also of packages whose results
are cached, and a line says how much of the changed code they covered; goat report
DIR shows more. Without it the line comes on a terminal and with -v.`

// drivenCommands are the commands of the go command that goat runs.
func drivenCommands() []command {
	examples := map[string]string{
		"build": "./cmd/app", "test": "./...", "run": "./cmd/app arguments", "install": "./cmd/...", "list": "-export ./...",
	}
	var list []command
	for _, name := range driver.Subcommands {
		more := ""
		if name == "test" {
			more = testHelp
		}
		list = append(list, command{
			name:  name,
			args:  "[flags of go " + name + "] " + strings.TrimPrefix(examples[name], "-export "),
			short: "go " + name + ", with the changed code instrumented",
			long:  fmt.Sprintf(drivenHelp, name, examples[name]) + more,
			setup: func(_ *program, fs *flag.FlagSet) func([]string) error {
				var flags config.Flags
				flags.Register(fs)
				return nil
			},
			drive: func(p *program, args []string) (int, error) {
				return driver.Run(context.Background(), driver.Input{
					Subcommand: name, Args: args, Stdin: p.stdin, Stdout: p.stdout.Unwrap(), Stderr: p.stderr, Getenv: p.getenv,
					OpenLog: func() *slog.Logger { return toolexec.NewLogger(p.getenv("GOAT_LOG")) },
				})
			},
		})
	}
	return list
}
