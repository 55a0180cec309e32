package server

import "github.com/spf13/cobra"

// failure is an error of the work and not of the command line.
type failure struct{ error }

func (f failure) Unwrap() error { return f.error }

// work is a command's run whose errors are of the work.
func work(run func(cmd *cobra.Command, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		if err := run(cmd, args); err != nil {
			return failure{err}
		}
		return nil
	}
}
