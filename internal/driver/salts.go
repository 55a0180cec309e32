package driver

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/goat-trace/goat/internal/gocmd"
	"github.com/goat-trace/goat/internal/handshake"
	"github.com/goat-trace/goat/internal/session"
)

// errNotPatterned says that a package cannot be named in -gcflags.
var errNotPatterned = errors.New("no -gcflags pattern can name the directory")

// saltFlags returns the -gcflags that salt the packages with points. The last one
// is for main packages.
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

// errTooMany says that the flags are too long for a command line on this host.
var errTooMany = errors.New("the command line has no room for a flag for each changed package")

// fit says whether flags leave enough room on a command line. A command line holds
// 32 Ki characters on Windows, 1 MiB on macOS, including the environment, and 2 MiB
// on Linux, including a pointer for each argument.
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

// directoryPattern matches exactly one directory: the go command compares "./x"
// with the package's directory. That is also far cheaper for it than a pattern of
// import paths.
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
