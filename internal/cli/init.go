package cli

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/scaffold"
	"github.com/goat-trace/goat/internal/terminal"
)

// initFlags are the flags that set keys of the file. They have the names that GOAT,
// the tool that patches sources, gives them.
var initFlags = []struct{ name, key string }{
	{"old", "oldBranch"}, {"new", "newBranch"}, {"app-name", "appName"}, {"app-version", "appVersion"},
	{"granularity", "granularity"}, {"diff-precision", "diffPrecision"}, {"threads", "threads"}, {"race", "race"},
	{"ignores", "ignores"}, {"main-entries", "mainEntries"}, {"data-type", "dataType"},
	{"goat-package-name", "goatPackageName"}, {"goat-package-alias", "goatPackageAlias"}, {"goat-package-path", "goatPackagePath"},
	{"printer-config-mode", "printerConfigMode"}, {"printer-config-tabwidth", "printerConfigTabwidth"}, {"printer-config-indent", "printerConfigIndent"},
	{"stable", "oldBranch"}, {"publish", "newBranch"},
}

func initCommand() command {
	return command{
		name:  "init",
		short: "write a goat.yaml for this repository",
		long: `Init looks at the current directory and writes goat.yaml there: each key with its
meaning, and what was found, such as the base that builds here are compared with,
the main packages, and generated code. It says what it found. Goat works without
the file; it is the place for what shall hold for everybody.

A goat.yaml that is there already stays as it is, unless -force is given.

	goat init
	goat init -old main -granularity func -main-entries cmd/server,cmd/worker

The flags are those of GOAT, the tool that patches sources. What is not given is
left to its default.`,
		setup: func(p *program, fs *flag.FlagSet) func([]string) error {
			values := make(scaffold.Values)
			for _, f := range initFlags {
				fs.Var(&keyFlag{values: values, key: f.key, isBool: f.key == "race"}, f.name, "the key "+f.key+" in goat.yaml")
			}
			force := fs.Bool("force", false, "replace a goat.yaml that is there")
			return func(args []string) error {
				if err := noArguments(args); err != nil {
					return err
				}
				return p.init(values, *force)
			}
		},
	}
}

// keyFlag is a flag that sets a key.
type keyFlag struct {
	values scaffold.Values
	key    string
	isBool bool
}

func (f *keyFlag) String() string { return "" }

func (f *keyFlag) IsBoolFlag() bool { return f.isBool }

func (f *keyFlag) Set(text string) error {
	var words []string
	for w := range strings.SplitSeq(text, ",") {
		if w = strings.TrimSpace(w); w != "" {
			words = append(words, w)
		}
	}
	if len(words) == 0 {
		delete(f.values, f.key) // GOAT writes keys without a value
		return nil
	}
	f.values[f.key] = words
	return nil
}

func (p *program) init(values scaffold.Values, force bool) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	dir, err := os.Getwd()
	if err != nil {
		return fmt.Errorf("finding the current directory: %w; run it in a directory that exists", err)
	}
	name := filepath.Join(dir, config.FileName)
	if _, err := os.Lstat(name); err == nil && !force {
		return fmt.Errorf("%s is there already; edit it, or replace it with -force", config.FileName)
	}
	progress := terminal.NewProgress(p.stderr, "goat", p.getenv)
	found := scaffold.Survey(ctx, scaffold.Input{Dir: dir, Base: strings.Join(values["oldBranch"], ","), Getenv: p.getenv, Progress: progress.Step})
	progress.End()
	text := scaffold.File(found, values)
	if err := checkFile(dir, text); err != nil {
		return err
	}
	if found.BaseErr != nil && diffsrc.InRepository(dir) {
		return fmt.Errorf("-old: %w", found.BaseErr)
	}
	if err := writeNew(name, text, force); err != nil {
		return err
	}
	p.printFound(ctx, dir, found, values)
	return nil
}

// checkFile reads the new file as a build would. Its errors name the flags.
func checkFile(dir string, text []byte) error {
	work, err := os.MkdirTemp("", "goat-init-")
	if err != nil {
		return fmt.Errorf("making a temporary directory: %w; set TMPDIR to one that can be written", err)
	}
	defer os.RemoveAll(work)
	name := filepath.Join(work, config.FileName)
	if err := os.WriteFile(name, text, 0o600); err != nil {
		return fmt.Errorf("writing a temporary file: %w; set TMPDIR to a directory that can be written", err)
	}
	_, err = config.Load(config.Input{Dir: dir, Flags: config.Flags{Config: name}})
	if err == nil {
		return nil
	}
	wrongs := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok { // from Load
		wrongs = joined.Unwrap()
	}
	var errs []error
	for _, one := range wrongs {
		var wrong *config.Error
		if errors.As(one, &wrong) {
			one = fmt.Errorf("%s: %s", flagOf(wrong.Key), wrong.Msg)
		}
		errs = append(errs, one)
	}
	return usageError{errors.Join(errs...)}
}

// flagOf returns the flag that sets a key.
func flagOf(key string) string {
	i := slices.IndexFunc(initFlags, func(f struct{ name, key string }) bool { return f.key == key })
	if i < 0 {
		return key
	}
	return "-" + initFlags[i].name
}

// writeNew writes a file that must not exist. With force it replaces one that does.
func writeNew(name string, text []byte, force bool) error {
	advice := "make the directory writable, or run it in another one"
	if !force {
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("%s is there already; edit it, or replace it with -force", filepath.Base(name))
		}
		if err == nil {
			_, err = f.Write(text)
			if closeErr := f.Close(); err == nil {
				err = closeErr
			}
			if err != nil {
				os.Remove(name)
			}
		}
		if err != nil {
			return fmt.Errorf("writing %s: %w; %s", name, err, advice)
		}
		return nil
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".goat-init-*")
	if err != nil {
		return fmt.Errorf("writing %s: %w; %s", name, err, advice)
	}
	defer os.Remove(f.Name()) // gone after the rename
	_, err = bytes.NewReader(text).WriteTo(f)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Chmod(f.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w; %s", name, err, advice)
	}
	return nil
}

// printFound says what was found and written.
func (p *program) printFound(ctx context.Context, dir string, found *scaffold.Found, values scaffold.Values) {
	fmt.Fprintf(p.stdout, "wrote %s\n", config.FileName)
	width := terminal.ScreenOf(p.stdout, p.getenv).Width
	row := func(name, text string) {
		const indent = "              "
		wrapped := terminal.Wrap(terminal.Line(text), max(0, width-len(indent)), "")
		fmt.Fprintf(p.stdout, "  %-10s  %s\n", name, strings.ReplaceAll(wrapped, "\n", "\n"+indent))
	}
	if len(found.Modules) > 0 {
		row("module", strings.Join(found.Modules, ", "))
	}
	base := found.BaseText()
	if found.NoBase == "" && values["oldBranch"] == nil {
		base += "; chosen anew for each build"
	}
	row("base", base)
	switch {
	case found.NoMains != "":
		row("mains", "not looked for: "+found.NoMains)
	case len(found.Mains) == 0:
		row("mains", "none: a library's points are seen in the programs that use it")
	default:
		row("mains", strings.Join(found.Mains, ", "))
	}
	row("generated", found.GeneratedText()+"; without points unless generated: true")
	if found.Above != "" {
		row("note", "in this directory and below it takes the place of "+found.Above)
	}
	if branch := values["newBranch"]; branch != nil && !diffsrc.CheckedOut(ctx, dir, branch[0]) {
		row("note", fmt.Sprintf("newBranch %q is not what is checked out, and builds refuse that: check it out, or take the key away", branch[0]))
	}
	for _, key := range []string{"goatPackageName", "goatPackageAlias", "goatPackagePath", "printerConfigMode"} {
		if values[key] != nil {
			row("note", "goatPackage… and printerConfig… are for \"goat diff -markers\" alone: builds write nothing into the source tree")
			break
		}
	}
	row("next", "goat vet ./... shows the tracking points, goat build builds with them, goat track shows what has run")
}
