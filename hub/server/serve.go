package server

import (
	"errors"
	"fmt"
	"log/slog"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/jobs"
	"github.com/goat-trace/goat/hub/trace/runs"
)

func serveCommand(getenv func(string) string) *cobra.Command {
	db, traceDB := dbFlags{getenv: getenv}, traceFlags{getenv: getenv}
	c := Config{Retention: fleet.DefaultRetention(), Traces: runs.DefaultRetention()}
	var traceDays int
	var traceSize int64
	var days int
	var allow, proxies []string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Take reports and show them",
		Args:  cobra.NoArgs,
		RunE: work(func(cmd *cobra.Command, _ []string) error {
			c.Log = slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), nil))
			var err error
			if c.Addresses, err = AgentAddresses(allow, proxies); err != nil {
				return err
			}
			if c.Database, err = db.database(c.Root); err != nil {
				return err
			}
			if c.TraceDB, err = traceDB.urlOr(&db, c.Root); err != nil {
				return err
			}
			c.Traces.Age = time.Duration(traceDays) * 24 * time.Hour
			c.Traces.Size = traceSize << 20
			c.Retention.Release = time.Duration(days) * 24 * time.Hour
			return serve(cmd, c)
		}),
	}
	flags := cmd.Flags()
	rootFlag(cmd, &c.Root)
	db.add(cmd)
	traceDB.add(cmd)
	flags.IntVar(&traceDays, "trace-keep-days", int(c.Traces.Age.Hours()/24), "how long a recorded run is kept after its last segment; 0 for no limit")
	flags.IntVar(&c.Traces.Runs, "trace-keep-runs", c.Traces.Runs, "how many recorded runs are kept, the newest; 0 for no limit")
	flags.Int64Var(&traceSize, "trace-keep-mb", c.Traces.Size>>20, "how many megabytes of steps are kept, the newest; 0 for no limit")
	flags.IntVar(&c.TraceRows, "trace-rows", runs.RowLimit, "runs of up to so many steps are also kept as rows that SQL can query; 0 for none")
	blobsFlag(cmd, &c.Blobs)
	flags.StringVar(&c.ReportAddr, "report-addr", "127.0.0.1:8089", "address of the portal and of what agents report to")
	flags.StringVar(&c.CenterAddr, "center-addr", "127.0.0.1:7777", "address that goc's agents and commands talk to; empty for none")
	flags.StringSliceVar(&allow, "agent-allow", nil, "networks and hosts of goc agents that others may register; without it each registers itself")
	flags.StringSliceVar(&proxies, "trusted-proxy", nil, "networks of proxies whose X-Forwarded-For counts")
	flags.DurationVar(&c.AgentLimit, "agent-timeout", agentLimit, "how long a call to a goc agent may take")
	flags.DurationVar(&c.Pull, "pull-interval", jobs.PullInterval, "how often block coverage is pulled while it changes; less often, up to twelve times, while it does not")
	flags.StringVar(&c.TokenFile, "token-file", "", "file of tokens; without one, reports are taken on loopback addresses only")
	flags.StringVar(&c.TLS.Certificate, "tls-cert", "", "PEM file with the certificate of --report-addr; without one it speaks HTTP without TLS")
	flags.StringVar(&c.TLS.Key, "tls-key", "", "PEM file with the certificate's key")
	flags.StringVar(&c.TLS.ClientCA, "client-ca", "", "PEM file with the CAs of client certificates; who connects must have one then")
	flags.DurationVar(&c.Lease, "lease", 5*time.Minute, "how long an instance may be silent")
	flags.StringArrayVar(&c.Repos, "repo", nil, "MODULE=GITURL: where the source of a module is; may be given several times")
	flags.StringToStringVar(&c.RepoTokens, "repo-token", nil, "HOST=FILE: file with a token for private repositories of a host; may be given several times")
	flags.DurationVar(&c.Keep, "report-keep", 15*time.Minute, "how long a report is shown while newer counts come; people can force a new one")
	flags.DurationVar(&c.Measure, "measure", time.Minute, "how often a release is measured while its counts change")
	flags.StringVar(&c.Notify, "notify", "", "file that says which webhooks are told of what; empty for none")
	flags.DurationVar(&c.Look, "look", 30*time.Second, "how often gates are looked at, for /metrics and webhooks")
	flags.StringArrayVar(&c.Gate, "gate", nil, "rule of the gate for releases whose goat.yaml has none, such as 80 or \"0 kind error\"; may be given several times")
	flags.DurationVar(&c.Drain, "drain", 20*time.Second, "how long requests may take to end when the hub is stopped")
	flags.IntVar(&days, "keep-days", int(c.Retention.Release.Hours()/24), "how long a release is kept after its last word")
	flags.IntVar(&c.Retention.Releases, "keep-releases", c.Retention.Releases, "how many releases of a service are kept whatever their age")
	return cmd
}

// serve runs a server until SIGTERM or SIGINT.
func serve(cmd *cobra.Command, c Config) error {
	ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	s, err := Start(ctx, c)
	if err != nil {
		return err
	}
	fmt.Fprintln(cmd.OutOrStdout(), s.URL())
	if center := s.CenterURL(); center != "" {
		fmt.Fprintln(cmd.OutOrStdout(), center)
	}
	select {
	case <-ctx.Done():
		stop() // a second signal ends the process at once
		err = nil
	case err = <-s.Failed():
	}
	return errors.Join(err, s.Shutdown())
}
