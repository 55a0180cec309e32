package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/goat-trace/goat/internal/buildinfo"
)

// The exit codes are those of the goat command.
const (
	exitOK     = 0
	exitFailed = 1 // the work failed
	exitUsage  = 2 // the command line is wrong
)

// Main runs one command line and returns its exit code.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer, getenv func(string) string) int {
	root := newCommand(getenv)
	root.SetArgs(withTwoDashes(args))
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	if err := root.ExecuteContext(context.Background()); err != nil {
		if f := (failure{}); errors.As(err, &f) {
			fmt.Fprintf(stderr, "goat-hub: %v\n", err)
			return exitFailed
		}
		fmt.Fprintf(stderr, "goat-hub: %v\nrun \"goat-hub help\" for its usage\n", err)
		return exitUsage
	}
	return exitOK
}

// newCommand returns the command with all of its subcommands.
func newCommand(getenv func(string) string) *cobra.Command {
	root := &cobra.Command{
		Use:           "goat-hub",
		Short:         "Show what has run in every process of a release",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.AddCommand(gocCommands(getenv)...)
	root.AddCommand(serveCommand(getenv), importCommand(getenv), traceCommand(getenv), migrateCommand(getenv), backupCommand(getenv), restoreCommand(getenv), exportCommand(getenv), healthCommand(), versionCommand())
	return root
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the hub's version and the Go release that built it",
		Args:  cobra.NoArgs,
		Run: func(c *cobra.Command, _ []string) {
			fmt.Fprintf(c.OutOrStdout(), "goat-hub %s %s %s/%s\n", buildinfo.Version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
		},
	}
}
