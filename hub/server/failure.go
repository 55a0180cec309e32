package server

import "github.com/spf13/cobra"

// failure is an error in a command's work, not in its command line.
type failure struct{ error }

func (f failure) Unwrap() error { return f.error }

// work wraps a command's function whose errors are failures.
func work(run func(cmd *cobra.Command, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		if err := run(cmd, args); err != nil {
			return failure{err}
		}
		return nil
	}
}
