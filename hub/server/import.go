package server

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/goat-trace/goat/hub/spool"
)

func importCommand(getenv func(string) string) *cobra.Command {
	var service spool.Service
	hub := hubFlags{db: dbFlags{getenv: getenv}}
	client := spool.Client{Token: getenv("GOAT_HUB_TOKEN")}
	cmd := &cobra.Command{
		Use:   "import DIR|FILE",
		Short: "Hand what programs have left in GOAT_DIR to a hub, or store what export has written",
		Long: `Import hands what programs have left in a directory, their GOAT_DIR, to a
running hub: jobs, cron pods, and programs that could not push. It may be run
again and again; the files stay. A token is taken from GOAT_HUB_TOKEN.

Of a file that goat-hub export has written, or - for the standard input, it
stores all rows and blobs in an empty database and the hub's directory.`,
		Args: cobra.ExactArgs(1),
		RunE: work(func(cmd *cobra.Command, args []string) error {
			if !isSpool(args[0]) {
				return importRows(cmd, &hub, args[0])
			}
			runs, err := spool.Read(args[0], service)
			for _, run := range runs {
				if handErr := client.Hand(cmd.Context(), run); handErr != nil {
					err = errors.Join(err, fmt.Errorf("handing %s over: %w", run.Files[0], handErr))
				}
			}
			return err
		}),
	}
	hub.add(cmd)
	flags := cmd.Flags()
	flags.StringVar(&client.URL, "hub", cmp.Or(getenv("GOAT_HUB"), "http://127.0.0.1:8089"), "the hub's address")
	for _, label := range []struct {
		value             *string
		flag, name, usage string
	}{
		{&service.Env, "env", "ENV", "environment"}, {&service.Region, "region", "REGION", "region"},
		{&service.AppType, "app-type", "APPTYPE", "type of the application"}, {&service.Cluster, "cluster", "GOAT_CLUSTER", "cluster"},
		{&service.Branch, "branch", "GIT_BRANCH", "branch"},
	} {
		flags.StringVar(label.value, label.flag, getenv(label.name), label.usage+" of files that do not say it")
	}
	return cmd
}
