package cli

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/terminal"
)

func configCommand() command {
	return command{
		name:  "config",
		short: "print the configuration that holds here and where it comes from",
		long: `Config prints every setting of a build in the current directory, its value, and
the flag, variable or line of goat.yaml that it comes from. It takes the flags
that the toolexec string takes. docs/configuration.md explains the settings.`,
		setup: func(p *program, fs *flag.FlagSet) func([]string) error {
			var flags config.Flags
			flags.Register(fs)
			asJSON := fs.Bool("json", false, "print JSON: {version, file, id, settings: [{name, value, origin}], needless}")
			return func(args []string) error {
				if err := noArguments(args); err != nil {
					return err
				}
				return p.config(flags, *asJSON)
			}
		},
	}
}

// configReport is what -json prints.
type configReport struct {
	Version  int             `json:"version"`
	File     string          `json:"file"`
	ID       string          `json:"id"`
	Settings []configSetting `json:"settings"`
	Needless []string        `json:"needless"`
}

type configSetting struct {
	Name   string `json:"name"`
	Value  any    `json:"value"`
	Origin string `json:"origin"`
}

func (p *program) config(flags config.Flags, asJSON bool) error {
	dir, err := os.Getwd()
	if err != nil {
		return fmt.Errorf("finding the current directory: %w", err)
	}
	c, err := config.Load(config.Input{Dir: dir, Flags: flags, Getenv: p.getenv})
	if err != nil {
		return err
	}
	report := newConfigReport(c)
	if asJSON {
		return p.printJSON(report)
	}
	if c.File == "" {
		fmt.Fprintf(p.stdout, "no %s in %s or above\n\n", config.FileName, terminal.Text(dir))
	} else {
		fmt.Fprintf(p.stdout, "%s\n\n", terminal.Text(c.File))
	}
	err = (&terminal.Table{Titles: []string{"SETTING", "VALUE", "FROM"}}).Print(p.stdout, func(add terminal.AddRow) error {
		for _, s := range report.Settings {
			add("", s.Name, valueText(s.Value), s.Origin)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(c.Needless) > 0 {
		fmt.Fprintf(p.stdout, "\nwithout effect, may be removed: %s\n", terminal.Text(strings.Join(c.Needless, ", ")))
	}
	return nil
}

func newConfigReport(c *config.Config) configReport {
	report := configReport{Version: 1, File: c.File, ID: c.ID(), Needless: append([]string{}, c.Needless...)}
	for _, s := range config.Settings() {
		value, ok := s.Value(c)
		if !ok || s.Needless || s.Flag == "config" {
			continue
		}
		origin, set := c.Origins[s.Name()]
		if !set {
			origin = "default"
		}
		report.Settings = append(report.Settings, configSetting{Name: s.Name(), Value: value, Origin: origin})
	}
	return report
}

// valueText writes a value for people, a missing one as "-".
func valueText(value any) string {
	var text string
	switch v := value.(type) {
	case []string:
		text = strings.Join(v, " ")
	case map[string][]string:
		var parts []string
		for _, name := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, name+": "+strings.Join(v[name], " "))
		}
		text = strings.Join(parts, "; ")
	default:
		text = fmt.Sprint(value)
	}
	if text == "" {
		return "-"
	}
	return text
}
