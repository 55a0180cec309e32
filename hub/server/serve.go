package server

import (
	"errors"
	"fmt"
	"log/slog"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

func serveCommand() *cobra.Command {
	var c Config
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Take reports and show them",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c.Log = slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), nil))
			return serve(cmd, c)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&c.Root, "root", "goat-hub", "directory of the database, the blobs and the clones")
	flags.StringVar(&c.ReportAddr, "report-addr", "127.0.0.1:8089", "address of the portal and of what agents report to")
	flags.StringVar(&c.TokenFile, "token-file", "", "file of tokens; without one, reports are taken on loopback addresses only")
	flags.DurationVar(&c.Lease, "lease", 5*time.Minute, "how long an instance may be silent")
	flags.DurationVar(&c.Drain, "drain", 20*time.Second, "how long requests may take to end when the hub is stopped")
	return cmd
}

// serve runs a server until SIGTERM or SIGINT.
func serve(cmd *cobra.Command, c Config) error {
	ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	s, err := Start(ctx, c)
	if err != nil {
		return failure{err}
	}
	fmt.Fprintln(cmd.OutOrStdout(), s.URL())
	select {
	case <-ctx.Done():
		stop() // a second signal ends the process at once
		err = nil
	case err = <-s.Failed():
	}
	if err = errors.Join(err, s.Shutdown()); err != nil {
		return failure{err}
	}
	return nil
}

// failure is an error of the work and not of the command line.
type failure struct{ error }

func (f failure) Unwrap() error { return f.error }
