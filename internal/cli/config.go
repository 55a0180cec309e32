package cli

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/session"
	"github.com/goat-trace/goat/internal/terminal"
)

func configCommand() command {
	return command{
		name:  "config",
		short: "print the configuration that holds here and where it comes from",
		long: `Config prints every setting of a build in the current directory, its value, and
the flag, variable or line of goat.yaml that it comes from, and then the base
that a build here would be compared with, looked up in git, and why that one. It
takes the flags that the toolexec string takes. docs/configuration.md explains
the settings.

The exit code is 1 where the base cannot be had.`,
		setup: func(p *program, fs *flag.FlagSet) func([]string) error {
			var flags config.Flags
			flags.Register(fs)
			asJSON := fs.Bool("json", false, "print JSON: {version, file, id, settings: [{name, value, origin}], needless, base: {ref, mode, commit, used, why, stale, error}}")
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
	Base     configBase      `json:"base"`
}

// configBase is what a build is compared with.
type configBase struct {
	Ref    string `json:"ref"`              // "" for a patch file
	Mode   string `json:"mode,omitempty"`   // direct, mergeBase or require
	Commit string `json:"commit,omitempty"` // the commit that Ref names
	Used   string `json:"used,omitempty"`   // the commit whose tree is compared: Commit, or the merge base
	Why    string `json:"why"`              // how it was chosen, or where it is set
	Stale  string `json:"stale,omitempty"`  // how an index does not fit this work tree, if it does not
	Error  string `json:"error,omitempty"`  // why there is none
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
	in := config.Input{Dir: dir, Flags: flags, Getenv: p.getenv}
	p.warn(config.UnreadFiles(in))
	c, err := config.Load(in)
	if err != nil {
		return err
	}
	report := newConfigReport(c)
	base, stale, noBase := session.FindBase(context.Background(), session.Input{
		Dir: dir, Flags: flags, Getenv: p.getenv, GoCommand: "go", Log: slog.New(slog.DiscardHandler),
	})
	if noBase != nil {
		report.Base = configBase{Error: noBase.Error()}
	} else {
		report.Base = configBase{Ref: base.Ref, Mode: string(base.Mode), Commit: base.Commit, Used: base.Used, Why: cmp.Or(base.Why, c.Source()), Stale: stale}
	}
	if errors.Is(noBase, diffsrc.ErrUnavailable) && c.Source() == "" {
		noBase = nil // there is no base here and none is required, so a build goes on
	}
	if asJSON {
		return errors.Join(p.printJSON(report), noBase)
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
	if noBase == nil {
		fmt.Fprintf(p.stdout, "\n%s\n", terminal.Line(report.Base.String()))
		if stale != "" {
			fmt.Fprintln(p.stdout, terminal.Line(stale))
		}
	}
	return noBase
}

func (b configBase) String() string {
	switch {
	case b.Error != "":
		return "without tracking points: " + b.Error
	case b.Ref == "":
		return fmt.Sprintf("compared by a patch file (%s)", b.Why)
	case b.Ref == diffsrc.InitRef:
		return fmt.Sprintf("compared with nothing: everything is new (%s)", b.Why)
	case b.Used != b.Commit:
		return fmt.Sprintf("compared with %s, commit %.12s, where HEAD left it, at %.12s (%s)", b.Ref, b.Commit, b.Used, b.Why)
	}
	return fmt.Sprintf("compared with %s, commit %.12s (%s)", b.Ref, b.Commit, b.Why)
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
