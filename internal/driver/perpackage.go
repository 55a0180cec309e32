package driver

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/internal/gocmd"
)

// packageFlags are the values of the user's own -gcflags. For each package, the
// last value that matches it wins (cmd/go/internal/load: PerPackageFlag). A
// package's salt is such a value, too, so it has to repeat the user's flags.
type packageFlags []packageFlag

type packageFlag struct {
	match func(target) bool
	flags []string
}

func (f packageFlags) of(t target) []string {
	var flags []string
	for _, v := range f {
		if v.match(t) {
			flags = v.flags
		}
	}
	return flags
}

// parsePackageFlags reads the values of -gcflags. It asks the go command which
// packages a value is for only if the value's pattern alone does not say it.
func parsePackageFlags(ctx context.Context, l *commandLine, cwd string, needed bool) (packageFlags, error) {
	if !needed {
		return nil, nil
	}
	var all packageFlags
	for _, value := range l.gcflags {
		pattern, text := "", strings.TrimSpace(value)
		if text != "" && !strings.HasPrefix(text, "-") {
			var ok bool
			if pattern, text, ok = strings.Cut(text, "="); !ok {
				continue // the go command reports what is wrong with it
			}
		}
		flags, err := gocmd.Split(text)
		if err != nil {
			continue
		}
		match, err := l.matcher(ctx, strings.TrimSpace(pattern), cwd)
		if err != nil {
			return nil, err
		}
		all = append(all, packageFlag{match, flags})
	}
	return all, nil
}

// matcher follows cmd/go/internal/load: MatchPackage. Without a pattern it matches
// the packages that the command line names.
func (l *commandLine) matcher(ctx context.Context, pattern, cwd string) (func(target) bool, error) {
	switch {
	case pattern == "":
		return l.listed(ctx, l.named())
	case pattern == "all":
		return func(target) bool { return true }, nil
	case pattern == "std" || pattern == "cmd":
		return func(target) bool { return false }, nil
	case pattern == "tool" || pattern == "work":
		return l.listed(ctx, []string{pattern})
	case pattern == "." || pattern == ".." || strings.HasPrefix(pattern, "./") || strings.HasPrefix(pattern, "../"):
		return relativeMatcher(pattern, cwd), nil
	}
	return func(t target) bool { return config.MatchPackages(pattern, t.importPath) }, nil
}

func relativeMatcher(pattern, cwd string) func(target) bool {
	dir := pattern
	if i := strings.Index(pattern, "..."); i >= 0 {
		j := strings.LastIndex(pattern[:i], "/")
		dir, pattern = pattern[:j], pattern[j+1:]
	} else {
		pattern = ""
	}
	dir = filepath.Join(cwd, filepath.FromSlash(dir))
	return func(t target) bool {
		if pattern == "" {
			return t.dir == dir
		}
		rel, err := filepath.Rel(dir, t.dir)
		rel = filepath.ToSlash(rel)
		return err == nil && rel != ".." && !strings.HasPrefix(rel, "../") && config.MatchPackages(pattern, rel)
	}
}

// named returns the packages or files of the command line.
func (l *commandLine) named() []string {
	if l.subcommand == "test" {
		return l.packages
	}
	rest := l.rest
	if len(rest) > 0 && rest[0] == "--" {
		rest = rest[1:]
	}
	for i, arg := range rest {
		isFile := strings.HasSuffix(arg, ".go")
		switch {
		case l.subcommand == "run" && i == 0 && !isFile:
			return rest[:1]
		case l.subcommand == "run" && !isFile: // what follows are the program's arguments
			return rest[:i]
		}
	}
	return rest
}

// listed asks the go command for packages and matches their directories.
func (l *commandLine) listed(ctx context.Context, packages []string) (func(target) bool, error) {
	flags, err := gocmd.Parse(append([]string{"go", l.subcommand}, l.flags...), "")
	if err != nil {
		return nil, err
	}
	args := append([]string{"list", "-find", "-e", "-f", "{{.Dir}}"}, flags.Loading()...)
	cmd := exec.CommandContext(ctx, "go", append(append(args, "--"), packages...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("listing the packages that -gcflags is for: %w: %s", err, bytes.TrimSpace(stderr.Bytes()))
	}
	dirs := make(map[string]bool)
	for line := range strings.Lines(string(out)) {
		dirs[strings.TrimSpace(line)] = true
	}
	return func(t target) bool { return dirs[t.dir] }, nil
}
