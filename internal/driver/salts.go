package driver

import (
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/goat-trace/goat/internal/gocmd"
	"github.com/goat-trace/goat/internal/handshake"
	"github.com/goat-trace/goat/internal/session"
)

// target is a package that is salted for its points.
type target struct {
	module     string // path
	rel        string // of the package in the module
	dir        string // absolute
	importPath string
	salt       string
}

// errNotPatterned says that a package cannot be named in -gcflags.
var errNotPatterned = errors.New("no -gcflags pattern can name the directory")

// saltFlags returns the -gcflags that salt the packages with points, and last
// the one for main packages.
func saltFlags(ctx context.Context, s *session.Session, targets []target, l *commandLine, cwd string) ([]string, error) {
	user, err := parsePackageFlags(ctx, l, cwd, len(targets) > 0)
	if err != nil {
		return nil, err
	}
	var flags []string
	for _, t := range targets {
		pattern, err := directoryPattern(cwd, t.dir)
		if err != nil {
			return nil, err
		}
		words := append(slices.Clone(user.of(t)), handshake.SaltFlag(t.salt))
		value, err := gocmd.Join(words)
		if err != nil {
			return nil, err
		}
		flags = append(flags, "-gcflags="+pattern+"="+value)
	}
	flags = append(flags, l.saltMain(s.MainSalt()))
	return flags, fit(flags)
}

// errTooMany says that a host cannot start the go command with the flags.
var errTooMany = errors.New("the command line has no room for a flag for each changed package")

// fit says whether flags leave enough of what a command line may hold, which
// is 32 Ki characters on Windows, 1 MiB on macOS, environment included, and 2 MiB on
// Linux, each argument's pointer included.
func fit(flags []string) error {
	room := 512 << 10
	switch runtime.GOOS {
	case "windows":
		room = 24 << 10
	case "linux":
		room = 1536 << 10
	}
	for _, f := range flags {
		room -= len(f) + 8
	}
	if room < 0 {
		return fmt.Errorf("%w: %d", errTooMany, len(flags))
	}
	return nil
}

// targetsOf returns the packages that may have points, by directory.
func targetsOf(s *session.Session, l *commandLine) ([]target, error) {
	tests := l.subcommand == "test" || l.subcommand == "list"
	wanted := make(map[session.Dir]bool)
	for _, d := range s.Dirs() {
		lines, err := s.Lines(d.Module, d.Dir)
		if err != nil {
			return nil, err
		}
		for rel, f := range lines {
			if len(f.Lines) > 0 && (tests || !strings.HasSuffix(rel, "_test.go")) {
				wanted[d] = true
			}
		}
	}
	marked, err := scanModules(s, tests)
	if err != nil {
		return nil, err
	}
	for _, d := range marked {
		wanted[d] = true
	}
	var targets []target
	for d := range wanted {
		t := target{module: d.Module, rel: d.Dir, importPath: path.Join(d.Module, d.Dir)}
		for _, m := range s.Instrumented() {
			if m.Path == d.Module {
				t.dir = filepath.Join(m.Dir, filepath.FromSlash(d.Dir))
			}
		}
		if t.salt, err = s.PackageSalt(d.Module, d.Dir); err != nil {
			return nil, err
		}
		if t.dir != "" {
			targets = append(targets, t)
		}
	}
	slices.SortFunc(targets, func(a, b target) int { return strings.Compare(a.dir, b.dir) })
	return targets, nil
}

// directoryPattern names exactly one directory: "./x" is compared with the
// package's directory, which is also far cheaper for the go command than a
// pattern of import paths.
func directoryPattern(cwd, dir string) (string, error) {
	rel, err := filepath.Rel(cwd, dir)
	if err != nil {
		return "", fmt.Errorf("%w: %s", errNotPatterned, dir)
	}
	rel = filepath.ToSlash(rel)
	if rel != "." && rel != ".." && !strings.HasPrefix(rel, "../") {
		rel = "./" + rel
	}
	if strings.Contains(rel, "=") || strings.Contains(rel, "...") || strings.TrimSpace(rel) != rel {
		return "", fmt.Errorf("%w: %s", errNotPatterned, dir)
	}
	return rel, nil
}
