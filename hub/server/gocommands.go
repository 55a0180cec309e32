package server

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/goat-trace/goat/internal/terminal"
)

// gocCommands are those that goc has, and do what they do there.
func gocCommands(getenv func(string) string) []*cobra.Command {
	c := &client{token: getenv("GOAT_HUB_TOKEN")}
	commands := []*cobra.Command{
		c.listCommand(), c.registerCommand(), c.profileCommand(),
		c.changeCommand("clear", "Set the counters of goc's agents to zero",
			`Clear sets the counters of goc's agents to zero. What they counted is kept by
the hub before. Without --service and --address it is all agents.`, "/v1/cover/clear"),
		c.changeCommand("remove", "Take goc's agents off the list",
			`Remove takes agents off the list. What they counted is kept by the hub before.
Without --service and --address it is all agents.`, "/v1/cover/remove"),
		c.initCommand(),
	}
	for _, cmd := range commands {
		c.flag(cmd)
	}
	return commands
}

func (c *client) listCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List goc's agents",
		Long: `List prints a table of goc's agents: those of version 1 by name and address,
and those of version 2, if there are any. With --json it prints those of version 1
as goc's list does.`,
		Args: cobra.NoArgs,
		RunE: work(func(cmd *cobra.Command, _ []string) error {
			answer, err := c.call(cmd.Context(), "GET", "/v1/cover/list", nil, nil)
			if err != nil {
				return err
			}
			if asJSON {
				_, err = cmd.OutOrStdout().Write(answer)
				return err
			}
			var byName map[string][]string
			if err := json.Unmarshal(answer, &byName); err != nil {
				return fmt.Errorf("reading the list: %w", err)
			}
			return c.printList(cmd, byName)
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON, as goc does")
	return cmd
}

// printList prints both tables. A center of goc's version 1 has no agents of version
// 2.
func (c *client) printList(cmd *cobra.Command, byName map[string][]string) error {
	table := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "NAME\tADDRESS")
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		for _, address := range byName[name] {
			fmt.Fprintf(table, "%s\t%s\n", terminal.Line(name), terminal.Line(address))
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	answer, err := c.call(cmd.Context(), "GET", "/v2/agents", nil, nil)
	var agents struct {
		Items []struct {
			ID, Hostname, Cmdline, PID, Extra string
			RPC                               string `json:"rpc_remoteip"`
			Status                            int
		}
	}
	if err != nil || json.Unmarshal(answer, &agents) != nil || len(agents.Items) == 0 {
		return nil
	}
	fmt.Fprintln(table, "\nID\tSTATUS\tREMOTE\tHOSTNAME\tPID\tCMD\tEXTRA")
	for _, a := range agents.Items {
		state := "CONNECTED"
		if a.Status&1 != 0 {
			state = "DISCONNECT"
		}
		fields := []string{a.ID, state, a.RPC, a.Hostname, a.PID, a.Cmdline, a.Extra}
		for i := range fields {
			fields[i] = terminal.Line(fields[i])
		}
		fmt.Fprintln(table, strings.Join(fields, "\t"))
	}
	return table.Flush()
}

func (c *client) registerCommand() *cobra.Command {
	var name, address string
	cmd := &cobra.Command{
		Use:   "register",
		Short: "Put an agent of goc's on the list",
		Long: `Register puts an agent of goc's on the list, under a name. The hub takes the
address if it is where this command runs, or if the hub's --agent-allow has it.`,
		Args: cobra.NoArgs,
		RunE: work(func(cmd *cobra.Command, _ []string) error {
			query := url.Values{"name": {name}, "address": {address}, "ip_revise": {"false"}}
			answer, err := c.call(cmd.Context(), "POST", "/v1/cover/register", query, nil)
			if err == nil {
				fmt.Fprintln(cmd.OutOrStdout(), string(answer))
			}
			return err
		}),
	}
	cmd.Flags().StringVar(&name, "name", "", "name of the service: env_region_apptype_app_branch_commit, or any other")
	cmd.Flags().StringVar(&address, "address", "", "address of the agent: http://HOST:PORT")
	_ = cmd.MarkFlagRequired("name")
	_ = cmd.MarkFlagRequired("address")
	return cmd
}

func (c *client) profileCommand() *cobra.Command {
	var s selection
	var out string
	cmd := &cobra.Command{
		Use:   "profile",
		Short: "Print the merged profile of goc's agents",
		Long: `Profile asks goc's agents which blocks have run, and prints the merged profile
as go tool cover reads it.`,
		Args: cobra.NoArgs,
		RunE: work(func(cmd *cobra.Command, _ []string) error {
			answer, err := c.call(cmd.Context(), "POST", "/v1/cover/profile", nil, s)
			if err != nil {
				return err
			}
			if out == "" {
				_, err = cmd.OutOrStdout().Write(answer)
				return err
			}
			if strings.HasSuffix(out, "/") {
				out = filepath.Join(out, "coverage.cov")
			}
			if err := os.WriteFile(out, answer, 0o644); err != nil {
				return fmt.Errorf("writing the profile: %w", err)
			}
			return nil
		}),
	}
	s.flags(cmd)
	cmd.Flags().BoolVarP(&s.Force, "force", "f", true, "leave out agents that do not answer")
	cmd.Flags().StringSliceVar(&s.Cover, "coverfile", nil, "patterns of files to show, with commas between them")
	cmd.Flags().StringSliceVar(&s.Skip, "skipfile", nil, "patterns of files to leave out, with commas between them")
	cmd.Flags().StringVarP(&out, "output", "o", "", "file to write; with a slash at its end the folder for coverage.cov")
	return cmd
}

func (c *client) changeCommand(use, short, long, path string) *cobra.Command {
	var s selection
	cmd := &cobra.Command{
		Use:   use,
		Short: short,
		Long:  long,
		Args:  cobra.NoArgs,
		RunE: work(func(cmd *cobra.Command, _ []string) error {
			answer, err := c.call(cmd.Context(), "POST", path, nil, s)
			if err == nil {
				fmt.Fprint(cmd.OutOrStdout(), string(answer))
			}
			return err
		}),
	}
	s.flags(cmd)
	return cmd
}

func (c *client) initCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "init",
		Short: "Empty goc's list",
		Long:  "Init takes all agents off goc's list. What they counted is kept by the hub before.",
		Args:  cobra.NoArgs,
		RunE: work(func(cmd *cobra.Command, _ []string) error {
			_, err := c.call(cmd.Context(), "POST", "/v1/cover/init", nil, nil)
			return err
		}),
	}
}
