package doctor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/cache"
	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/driver"
	"github.com/goat-trace/goat/internal/gocmd"
	"github.com/goat-trace/goat/internal/session"
)

// Level says how much a finding matters.
type Level string

const (
	OK      Level = "ok"
	Warning Level = "warning" // a build works, but perhaps not as expected
	Problem Level = "problem" // a build fails, or has no tracking points
)

// Finding is what one look has found.
type Finding struct {
	Subject string `json:"subject"` // what was looked at
	Level   Level  `json:"level"`
	Text    string `json:"text"`
	Next    string `json:"next,omitempty"` // what to do; "" where there is nothing to do
}

// Input says which build is meant.
type Input struct {
	Dir      string // where the go command would run, absolute
	Flags    config.Flags
	Getenv   func(string) string
	Progress func(what string, done, total int) // nil for none
}

// Examine looks at everything, in the order in which a build needs it.
func Examine(ctx context.Context, in Input) []Finding {
	findings := []Finding{goCommand(ctx)}
	findings = append(findings, programs(ctx)...)
	findings = append(findings, cacheDirectory(in), git(ctx, in))
	cfg, configured := configuration(in)
	findings = append(findings, configured)
	flags, env := goflags(ctx, in)
	findings = append(findings, flags...)
	if cfg == nil {
		return findings // nothing is built with a wrong configuration
	}
	base := base(ctx, in, cfg, env)
	findings = append(findings, base)
	if base.Level == Problem {
		return findings
	}
	return append(findings, preview(ctx, in))
}

func cacheDirectory(in Input) Finding {
	dir := cache.Open(in.Getenv)
	f := Finding{Subject: "cache", Level: OK, Text: dir.Path()}
	if dir.Warning != "" {
		return Finding{Subject: "cache", Level: Warning, Text: dir.Warning}
	}
	probe, err := os.CreateTemp(dir.Path(), "doctor-*")
	if err != nil {
		return Finding{"cache", Warning, fmt.Sprintf("nothing is kept between builds: %v", err), "make room, or set GOAT_CACHE to a directory that can be written"}
	}
	probe.Close()
	os.Remove(probe.Name())
	return f
}

// configuration reads goat.yaml, variables and flags.
func configuration(in Input) (*config.Config, Finding) {
	cfg, err := config.Load(config.Input{Dir: in.Dir, Flags: in.Flags, Getenv: in.Getenv})
	if err != nil {
		return nil, Finding{"configuration", Problem, err.Error(), "docs/configuration.md lists what can be set"}
	}
	if cfg.File == "" {
		return cfg, Finding{Subject: "configuration", Level: OK, Text: "no " + config.FileName + ": defaults, variables and flags hold"}
	}
	f := Finding{Subject: "configuration", Level: OK, Text: cfg.File}
	if len(cfg.Needless) > 0 {
		f = Finding{"configuration", Warning, fmt.Sprintf("%s: keys without effect: %s", cfg.File, strings.Join(cfg.Needless, ", ")), "remove them"}
	}
	return cfg, f
}

// goflags looks at what GOFLAGS, also that of go env -w, does to builds with goat.
func goflags(ctx context.Context, in Input) ([]Finding, *modules.InForce) {
	env, err := session.InForce(ctx, in.Dir)
	if err != nil {
		return []Finding{{"GOFLAGS", Problem, err.Error(), "mend what \"go env\" says"}}, nil
	}
	flags, err := gocmd.Parse(nil, env.GOFLAGS)
	if err != nil {
		return []Finding{{"GOFLAGS", Problem, err.Error(), "\"go env GOFLAGS\" shows it"}}, &env
	}
	var found []Finding
	add := func(text, next string) { found = append(found, Finding{"GOFLAGS", Warning, text, next}) }
	if wrapper, ok := flags.Lookup("toolexec"); ok {
		words, err := gocmd.Split(wrapper)
		runs := func(word string) bool {
			return strings.HasSuffix(strings.TrimSuffix(word, ".exe"), "goat-exec")
		}
		switch {
		case err != nil || len(words) == 0 || !slices.ContainsFunc(words, runs):
			add(fmt.Sprintf("-toolexec=%s: the -toolexec of a command line replaces it", wrapper),
				fmt.Sprintf("use \"goat build\", which runs both, or -toolexec=\"goat-exec %s\"", wrapper))
		default:
			found = append(found, Finding{Subject: "GOFLAGS", Level: OK, Text: "every go command is instrumented: -toolexec=" + wrapper})
		}
	}
	if compiler, ok := flags.Lookup("compiler"); ok && compiler != "gc" {
		found = append(found, Finding{"GOFLAGS", Problem, "-compiler=" + compiler + ": goat works with the gc compiler alone", "take it out of GOFLAGS for builds with goat"})
	}
	if flags.Bool("a") {
		add("-a: every package is compiled in every build", "take it out of GOFLAGS")
	}
	if stamp, ok := flags.Lookup("buildvcs"); ok && stamp == "false" {
		add("-buildvcs=false: binaries do not know their commit", "docs/configuration.md says how to give it by a variable, or take it out of GOFLAGS")
	}
	if len(found) == 0 {
		text := "not set"
		if env.GOFLAGS != "" {
			text = env.GOFLAGS
		}
		found = append(found, Finding{Subject: "GOFLAGS", Level: OK, Text: text})
	}
	return found, &env
}

// base finds what a build is compared with.
func base(ctx context.Context, in Input, cfg *config.Config, env *modules.InForce) Finding {
	b, stale, err := session.FindBase(ctx, session.Input{
		Dir: in.Dir, Flags: in.Flags, Getenv: in.Getenv, GoCommand: "go", InForce: env, Log: slog.New(slog.DiscardHandler),
	})
	switch {
	case err != nil:
		return Finding{Subject: "base", Level: Problem, Text: err.Error()}
	case stale != "":
		return Finding{Subject: "base", Level: Warning, Text: stale}
	case b.Ref == "":
		return Finding{Subject: "base", Level: OK, Text: "none: a patch file says what changed (" + cfg.Source() + ")"}
	case b.Why != "":
		return Finding{Subject: "base", Level: OK, Text: fmt.Sprintf("%s (%s)", b.Ref, b.Why)}
	}
	return Finding{Subject: "base", Level: OK, Text: fmt.Sprintf("%s (%s)", b.Ref, cfg.Source())}
}

// preview says what "goat build" would do here.
func preview(ctx context.Context, in Input) Finding {
	text, err := driver.Preview(ctx, in.Dir, in.Flags, in.Getenv, in.Progress)
	switch {
	case err != nil:
		return Finding{"build", Problem, err.Error(), "\"goat-vet ./...\" shows what there is to instrument"}
	case strings.HasPrefix(text, driver.NoPoints):
		return Finding{"build", Warning, text, "docs/troubleshooting.md, \"No tracking point was inserted\""}
	}
	return Finding{Subject: "build", Level: OK, Text: text}
}

// goCommand looks for the go command.
func goCommand(ctx context.Context) Finding {
	path, err := exec.LookPath("go")
	if err != nil {
		return Finding{"go", Problem, "there is no go command in PATH", "install Go 1.26 or newer and put it into PATH"}
	}
	out, err := exec.CommandContext(ctx, "go", "env", "GOVERSION").Output()
	version := strings.TrimSpace(string(out))
	if err != nil {
		return Finding{"go", Problem, fmt.Sprintf("%s does not answer: %v", path, commandError(err)), "mend what \"go env\" says"}
	}
	if older(version, "go", oldestGo) {
		return Finding{"go", Problem, fmt.Sprintf("%s is %s", path, version), "goat works with Go 1.26 and newer: install one, or set GOTOOLCHAIN"}
	}
	return Finding{Subject: "go", Level: OK, Text: version + ", " + path}
}

// git looks for git, which is not needed where an index or a patch file is.
func git(ctx context.Context, in Input) Finding {
	level := Problem
	if cfg, err := config.Load(config.Input{Dir: in.Dir, Flags: in.Flags, Getenv: in.Getenv}); err == nil && (cfg.Index != "" || cfg.Patchfile != "" || cfg.Base == diffsrc.InitRef) {
		level = OK
	}
	path, err := exec.LookPath("git")
	if err != nil {
		return Finding{"git", level, "there is no git in PATH", "install git, or set GOAT_INDEX to an index made by \"goat index\" where git is"}
	}
	out, err := exec.CommandContext(ctx, "git", "version").Output()
	text := strings.TrimSpace(string(out))
	if err != nil {
		return Finding{"git", level, fmt.Sprintf("%s does not answer: %v", path, commandError(err)), "run \"git version\""}
	}
	if older(text, "git version ", oldestGit) {
		return Finding{"git", level, fmt.Sprintf("%s is %s", path, text), "goat needs git 2.31 or newer"}
	}
	return Finding{Subject: "git", Level: OK, Text: text + ", " + path}
}

// commandError adds what a command wrote to standard error.
func commandError(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return fmt.Errorf("%w: %s", err, strings.TrimSpace(string(exit.Stderr)))
	}
	return err
}
