package modules

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"
)

// Requirements says which required modules count and where to find them.
// FindRequirements fills in where; the caller chooses which.
type Requirements struct {
	// New also counts modules that the base did not require; all of their code
	// is new. Otherwise only modules whose version changed count.
	New bool
	// Fetch says what may be downloaded.
	Fetch Fetch

	GoMod    string   // the main module's go.mod, or its -modfile; "" in a workspace
	Root     string   // the directory that local replacements are relative to
	GoWork   string   // the go.work in force; "" for none
	Vendor   string   // the vendor directory that the build reads; "" for none
	ModCache string   // GOMODCACHE
	Go       string   // the go command
	Env      []string // nil means the process's
}

// Fetch says which modules may be downloaded into the module cache. Downloads
// use the user's settings of the go command.
type Fetch int

const (
	// FetchBase downloads what the base required. What the build requires now,
	// the build has already downloaded.
	FetchBase Fetch = iota
	// FetchNothing uses only what the module cache holds.
	FetchNothing
	// FetchAll downloads both sides.
	FetchAll
)

// FindRequirements finds the files that name the build's required modules.
// Outside modules it returns nil.
func (q Query) FindRequirements(ctx context.Context) (*Requirements, error) {
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

// modCache returns GOMODCACHE. The go command passes it to its tools in the
// environment.
func (q Query) modCache(ctx context.Context) (string, error) {
	if dir := q.getenv()("GOMODCACHE"); q.RunByGo && dir != "" {
		return dir, nil
	}
	env, err := q.GoEnv(ctx, "GOMODCACHE")
	return env["GOMODCACHE"], err
}

// vendors reports whether the build uses a vendor directory, because -mod says
// so or because there is one and the go line is new enough.
func (q Query) vendors(r *Requirements) bool {
	if q.Mod != "" {
		return q.Mod == "vendor"
	}
	if !isFile(filepath.Join(r.Root, "vendor", "modules.txt")) {
		return false
	}
	if r.GoWork != "" {
		return GoAtLeast(goLineOfWork(r.GoWork), "1.22")
	}
	data, err := os.ReadFile(r.GoMod)
	if err != nil {
		return false
	}
	f, err := modfile.ParseLax(r.GoMod, data, nil)
	return err == nil && f.Go != nil && GoAtLeast(f.Go.Version, "1.14")
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

// GoAtLeast compares versions of the Go language. "" is older than all others.
func GoAtLeast(version, least string) bool {
	if version == "" {
		return false
	}
	if i := strings.IndexAny(version, "abcdefghijklmnopqrstuvwxyz"); i >= 0 {
		version = version[:i] // a release candidate's
	}
	return semver.Compare("v"+version, "v"+least) >= 0
}

// Dependency is a required module whose code differs from what the base
// required.
type Dependency struct {
	Path string `json:"path"` // as imported
	// Version is what the build uses: a version, "path@version" if another
	// module replaces it, or a directory.
	Version string `json:"version"`
	// Old is what the base used, in the same form, also "path@version" for
	// another major version; "" if the base did not require the module.
	Old string `json:"old,omitempty"`
	// Reason says why the module has no lines; "" if they were found.
	Reason string `json:"reason,omitempty"`
	// Digest covers the content of both sides.
	Digest string `json:"digest,omitempty"`
	// Dir is the absolute path where the build reads the code. It is not part
	// of an index.
	Dir string `json:"dir,omitempty"`
}
