package server

import (
	"slices"

	"github.com/spf13/cobra"
)

// traceCommand is what the goat command hands over to: its module has neither a
// database nor relations.
func traceCommand(getenv func(string) string) *cobra.Command {
	c := &cobra.Command{
		Use:   "trace",
		Short: "Ask about recorded steps; \"goat trace\" hands over to it",
	}
	c.AddCommand(whyCommand(getenv), lookCommand(getenv))
	c.AddCommand(traceImportCommand(getenv), traceListCommand(getenv), traceRemoveCommand(getenv), tracePinCommand(getenv), traceMigrateCommand(getenv))
	return c
}

// withTwoDashes returns a command line of "trace" with two dashes before the names of
// flags: the goat command has one.
func withTwoDashes(args []string) []string {
	if len(args) == 0 || args[0] != "trace" {
		return args
	}
	list := slices.Clone(args)
	for i, arg := range list {
		if len(arg) > 2 && arg[0] == '-' && arg[1] >= 'a' && arg[1] <= 'z' && arg[2] >= 'a' && arg[2] <= 'z' {
			list[i] = "-" + arg
		}
	}
	return list
}
