package golist

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/goat-trace/goat/internal/gocmd"
	"github.com/goat-trace/goat/internal/session"
)

// Query says which packages are wanted.
type Query struct {
	Dir      string   // where the go command runs, absolute
	Patterns []string // as for go build
	Tags     string   // as for -tags; "" for none
	Tests    bool     // with the variants that go test compiles
}

// Load lists the packages. A package that the go command finds fault with is an
// error, and so is a pattern that names nothing.
func (q Query) Load(ctx context.Context) ([]*packages.Package, error) {
	roots, err := q.load(ctx)
	if err != nil {
		return nil, err
	}
	var errs []error
	for _, root := range roots {
		for _, e := range root.Errors {
			errs = append(errs, e)
		}
	}
	if len(errs) > 0 {
		return nil, fmt.Errorf("listing packages: %w; mend them so that \"go list\" accepts them", errors.Join(errs...))
	}
	if len(roots) == 0 {
		return nil, fmt.Errorf("no packages match %s; name packages as for go build", strings.Join(q.Patterns, " "))
	}
	return roots, nil
}

// LoadAll is Load for who wants what there is: packages with faults are among
// the result.
func (q Query) LoadAll(ctx context.Context) ([]*packages.Package, error) { return q.load(ctx) }

func (q Query) load(ctx context.Context) ([]*packages.Package, error) {
	cfg := &packages.Config{
		Context: ctx, Dir: q.Dir, Tests: q.Tests,
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedDeps | packages.NeedModule,
	}
	if err := moveModuleFlags(ctx, cfg); err != nil {
		return nil, err
	}
	if q.Tags != "" {
		cfg.BuildFlags = append(cfg.BuildFlags, "-tags="+q.Tags)
	}
	roots, err := packages.Load(cfg, q.Patterns...)
	if err != nil {
		return nil, fmt.Errorf("listing packages: %w", err)
	}
	return roots, nil
}

// moveModuleFlags takes the flags that choose modules out of GOFLAGS and puts
// them on go list's command line. Among its questions go/packages asks one with
// GO111MODULE=off, to which the go command does not take them
// (x/tools/internal/gocommand: GoVersion).
func moveModuleFlags(ctx context.Context, cfg *packages.Config) error {
	env, err := session.InForce(ctx, cfg.Dir)
	if err != nil {
		return err
	}
	words, err := gocmd.Split(env.GOFLAGS)
	if err != nil {
		return fmt.Errorf("splitting GOFLAGS %q: %w; quote a flag that holds spaces with '…'", env.GOFLAGS, err)
	}
	var rest []string
	for _, word := range words {
		name, _, _ := strings.Cut(strings.TrimLeft(word, "-"), "=")
		if name == "mod" || name == "modfile" || name == "modcacherw" {
			cfg.BuildFlags = append(cfg.BuildFlags, word)
		} else {
			rest = append(rest, word)
		}
	}
	if len(cfg.BuildFlags) == 0 {
		return nil
	}
	goflags, err := gocmd.Join(rest)
	if err != nil {
		return fmt.Errorf("writing GOFLAGS: %w", err)
	}
	// A blank, since in place of an empty one that of go env -w would count.
	cfg.Env = append(os.Environ(), "GOFLAGS= "+goflags)
	return nil
}
