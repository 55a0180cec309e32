package server

import "github.com/spf13/cobra"

// traceCommand is what the goat command hands over to: its module has neither a
// database nor relations.
func traceCommand(getenv func(string) string) *cobra.Command {
	c := &cobra.Command{
		Use:   "trace",
		Short: "Ask about recorded steps; \"goat trace\" hands over to it",
	}
	c.AddCommand(whyCommand(getenv))
	return c
}
