package closure

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/goat-trace/goat/internal/cache"
	"github.com/goat-trace/goat/internal/gocmd"
	"github.com/goat-trace/goat/internal/handshake"
	"github.com/goat-trace/goat/toolexec/internal/entry"
	"github.com/goat-trace/goat/toolexec/internal/gotool"
)

// NestedEnv is the variable that passes the salt of the outer build to a nested
// go list.
const NestedEnv = "GOAT_NESTED"

// closure is packages and everything that they import, compiled as the
// application is.
type closure struct {
	Build
	packages   []string // import paths
	withoutCgo bool
	// goResolver builds package net without the C library's resolver. The
	// runtime does not need it, and a linker that makes a static binary warns
	// of it.
	goResolver bool
	// own says that the application imports the runtime itself. Then the rest
	// of the runtime comes from the same version, which the go.mod names.
	own bool
	// flags returns the application's build flags for a value of GOFLAGS.
	flags func(goflags string) (gocmd.Flags, error)
}

// listOwn resolves the runtime that the application imports. It is an ordinary
// build with goat, so the go command's cache gets the same packages as from the
// outer build.
func (c closure) listOwn(flags gocmd.Flags) (map[string]string, error) {
	dir, err := c.WorkingDir()
	if err != nil {
		return nil, err
	}
	return c.list(c.withResolver(flags, handshake.WithoutSalts(flags.All())), gotool.Environ(), dir)
}

// listExtracted compiles the source that is embedded in goat-exec. If the cache
// cannot hold the source, it is written next to the build's other files.
func (c closure) listExtracted(flags gocmd.Flags) (map[string]string, error) {
	dir, err := extractRuntime(c.Cache().Folder(cache.Runtime))
	if err != nil {
		c.Log.Warn("writing the runtime's source into the build's work directory", "reason", err.Error())
		dir, err = extractRuntime(cache.In(c.Work).Folder(cache.Runtime))
	}
	if err != nil {
		return nil, err
	}
	trim, err := gocmd.Join([]string{"-trimpath=" + dir + "=>" + entry.Module})
	if err != nil {
		return nil, fmt.Errorf("naming the runtime's folder to the compiler: %w; set GOAT_CACHE to another directory", err)
	}
	compile := c.withResolver(flags, handshake.WithoutSalts(flags.Compile()))
	return c.list(append(compile, "-gcflags="+entry.Runtime+"/...="+trim), c.nestedEnv(dir), dir)
}

// withResolver adds the build tag that excludes the C library's resolver, if
// goResolver is set. The go command accepts commas or, as in the past, blanks
// between tags.
func (c closure) withResolver(flags gocmd.Flags, args []string) []string {
	if !c.goResolver {
		return args
	}
	tags, _ := flags.Lookup("tags")
	switch {
	case tags == "":
		tags = "netgo"
	case strings.Contains(tags, " "):
		tags += " netgo"
	default:
		tags += ",netgo"
	}
	return append(args, "-tags="+tags)
}

// list runs the nested go list in the runtime's own module or, without a
// directory, where the application is built.
func (c closure) list(flags, env []string, dir string) (map[string]string, error) {
	toolexec, err := c.nestedToolexec()
	if err != nil {
		return nil, err
	}
	args := append([]string{"list", "-export", "-deps", "-f", "{{if .Export}}{{.ImportPath}}={{.Export}}{{end}}"}, flags...)
	cmd := exec.Command(c.GoCommand(), append(append(args, "-toolexec="+toolexec), c.packages...)...)
	cmd.Dir, cmd.Env = dir, env
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		err = fmt.Errorf("compiling the runtime: %w\n%s", err, bytes.TrimSpace(stderr.Bytes()))
		return nil, gotool.GoCommandError(err, stderr.String())
	}
	archives := make(map[string]string)
	for line := range strings.Lines(stdout.String()) {
		if path, archive, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			archives[path] = archive
		}
	}
	return archives, nil
}

// nestedToolexec returns the -toolexec for the nested build: the one that this
// process runs under. The driver's builds share uninstrumented packages with
// plain builds, so there it is the user's other wrapper, or nothing.
func (c closure) nestedToolexec() (string, error) {
	if c.Driven {
		return gocmd.Join(c.Wrapper)
	}
	exe, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("finding goat-exec: %w", err)
	}
	exe = filepath.Clean(exe)
	return gocmd.Join(append(append([]string{exe}, c.Self...), c.Wrapper...))
}

// nestedEnv returns the environment of the nested go list, without the user's
// module and workspace. The user's GOFLAGS are on the command line; the
// variable must not be empty, because then the value of go env -w would count.
func (c closure) nestedEnv(dir string) []string {
	env := append(gotool.Environ(), "PWD="+dir, "GOFLAGS=-mod=mod", "GOWORK=off", "GO111MODULE=on", "GOTOOLCHAIN=local", NestedEnv+"="+c.Salt)
	if c.withoutCgo {
		env = append(env, "CGO_ENABLED=0")
	}
	return env
}
