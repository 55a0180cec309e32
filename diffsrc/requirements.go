package diffsrc

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"github.com/goat-trace/goat/internal/cache"
)

// Requirements says which required modules count and where to find them.
// FindRequirements fills in where; the rest is the caller's choice.
type Requirements struct {
	// New counts modules that the base did not require, too: all of their
	// code is new. Without it only modules whose version changed count.
	New bool
	// Fetch says what may be downloaded.
	Fetch Fetch
	// Keep keeps the lines of pairs of versions; the zero Folder keeps none.
	Keep cache.Folder

	GoMod    string   // the main module's go.mod in force, with -modfile that file; "" in a workspace
	Root     string   // the directory that local replacements are relative to
	GoWork   string   // the go.work in force; "" for none
	Vendor   string   // the vendor directory that the build reads; "" for none
	ModCache string   // GOMODCACHE
	Go       string   // the go command
	Env      []string // nil is the process's
}

// Fetch says which modules may be downloaded into the module cache, as the
// user's settings of the go command have it.
type Fetch int

const (
	// FetchBase downloads what the base required. The build itself has
	// downloaded what it requires now.
	FetchBase Fetch = iota
	// FetchNothing makes do with what is in the module cache.
	FetchNothing
	// FetchAll downloads both sides.
	FetchAll
)

// FindRequirements finds the files that name the build's required modules.
// It returns nil outside of modules.
func (q ModuleQuery) FindRequirements(ctx context.Context) (*Requirements, error) {
	gomod, gowork, err := q.files(ctx)
	if err != nil {
		return nil, err
	}
	r := &Requirements{Go: q.goCommand(), Env: q.Env}
	if r.ModCache, err = q.modCache(ctx); err != nil {
		return nil, err
	}
	switch {
	case gowork != "" && gowork != "off":
		r.GoWork, r.Root = gowork, filepath.Dir(gowork)
	case gomod == "" || gomod == os.DevNull:
		return nil, nil
	default:
		r.GoMod, r.Root = gomod, filepath.Dir(gomod)
		if q.Modfile != "" {
			r.GoMod = q.modfile()
		}
	}
	if q.vendors(r) {
		r.Vendor = filepath.Join(r.Root, "vendor")
	}
	return r, nil
}

// modCache returns GOMODCACHE. A tool that the go command runs has it in its
// environment.
func (q ModuleQuery) modCache(ctx context.Context) (string, error) {
	if dir := q.getenv()("GOMODCACHE"); q.Settled && dir != "" {
		return dir, nil
	}
	env, err := q.goEnv(ctx)
	return env.GOMODCACHE, err
}

// vendors reports whether the build reads a vendor directory: because it is
// told to, or because there is one and the go line is new enough.
func (q ModuleQuery) vendors(r *Requirements) bool {
	if q.Mod != "" {
		return q.Mod == "vendor"
	}
	if !isFile(filepath.Join(r.Root, "vendor", "modules.txt")) {
		return false
	}
	if r.GoWork != "" {
		return atLeast(goLineOfWork(r.GoWork), "1.22")
	}
	data, err := os.ReadFile(r.GoMod)
	if err != nil {
		return false
	}
	f, err := modfile.ParseLax(r.GoMod, data, nil)
	return err == nil && f.Go != nil && atLeast(f.Go.Version, "1.14")
}

func goLineOfWork(file string) string {
	data, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	work, err := modfile.ParseWork(file, data, nil)
	if err != nil || work.Go == nil {
		return ""
	}
	return work.Go.Version
}

// atLeast compares versions of the Go language; "" is older than any.
func atLeast(version, least string) bool {
	if version == "" {
		return false
	}
	if i := strings.IndexAny(version, "abcdefghijklmnopqrstuvwxyz"); i >= 0 {
		version = version[:i] // of a release candidate
	}
	return semver.Compare("v"+version, "v"+least) >= 0
}

// Dependency is a required module whose code differs from what the base
// required.
type Dependency struct {
	Path string `json:"path"` // as imported
	// Version is what the build takes: a version, "path@version" where the
	// module is replaced by another one, or a directory.
	Version string `json:"version"`
	// Old is what the base took, likewise; "path@version" also where it was
	// another major version. "" when the base did not require the module.
	Old string `json:"old,omitempty"`
	// Reason says why the module has no lines; "" when they were found.
	Reason string `json:"reason,omitempty"`
	// Digest covers both sides' content.
	Digest string `json:"digest,omitempty"`
	// Dir is where the build reads its code, absolute. It is not part of an
	// index.
	Dir string `json:"dir,omitempty"`
}

// id is what the lines of any file of the module depend on.
func (d Dependency) id() string {
	return fmt.Sprintf("%s %s %s %s %t", d.Path, d.Version, d.Old, d.Digest, d.Reason == "")
}

// place finds the directories of an index's dependencies on this machine.
func (r *Requirements) place(list []Dependency) []Dependency {
	placed := make([]Dependency, 0, len(list))
	for _, d := range list {
		if r.Vendor != "" {
			d.Dir = filepath.Join(r.Vendor, filepath.FromSlash(d.Path))
		} else if dir, err := r.dirOf(parseCode(d.Path, d.Version, r.Root)); err == nil {
			d.Dir = dir
		}
		placed = append(placed, d)
	}
	return placed
}

// code is where a module's source code comes from: a version of a module, or
// a local directory.
type code struct {
	path, version string
	dir           string // absolute; "" for a version
}

// parseCode undoes code.describe.
func parseCode(path, text, root string) code {
	if other, version, ok := strings.Cut(text, "@"); ok {
		return code{path: other, version: version}
	}
	if semver.IsValid(text) {
		return code{path: path, version: text}
	}
	dir := filepath.FromSlash(text)
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(root, dir)
	}
	return code{dir: dir}
}

// describe names the code of a module for people.
func (c code) describe(path, root string) string {
	switch {
	case c.dir != "":
		if rel, err := filepath.Rel(root, c.dir); err == nil {
			return "./" + filepath.ToSlash(rel)
		}
		return filepath.ToSlash(c.dir)
	case c.path != path:
		return c.path + "@" + c.version
	}
	return c.version
}

func (c code) module() module.Version { return module.Version{Path: c.path, Version: c.version} }

var errNoVersion = errors.New("it has no version")

// dirOf returns where code is on disk, whether it exists or not.
func (r *Requirements) dirOf(c code) (string, error) {
	if c.dir != "" {
		return c.dir, nil
	}
	if c.version == "" {
		return "", errNoVersion
	}
	path, err := module.EscapePath(c.path)
	if err != nil {
		return "", fmt.Errorf("finding a module in the module cache: %w", err)
	}
	version, err := module.EscapeVersion(c.version)
	if err != nil {
		return "", fmt.Errorf("finding a module in the module cache: %w", err)
	}
	return filepath.Join(r.ModCache, filepath.FromSlash(path)+"@"+version), nil
}
