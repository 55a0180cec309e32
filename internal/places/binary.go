package places

import (
	"bytes"
	"cmp"
	"debug/buildinfo"
	"errors"
	"fmt"
	"path"

	"golang.org/x/mod/module"

	"github.com/goat-trace/goat/internal/bounded"
	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/rt/manifest"
)

// isBinary reports whether a file begins as a program file does: ELF, Mach-O, PE,
// wasm.
func isBinary(head []byte) bool {
	for _, magic := range []string{"\x7fELF", "\xcf\xfa\xed\xfe", "\xce\xfa\xed\xfe", "\xfe\xed\xfa\xcf", "\xca\xfe\xba\xbe", "MZ", "\x00asm"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return true
		}
	}
	return false
}

// readBinary reads the points of a program file. None of them has run.
func (s *survey) readBinary(name string) (r result) {
	fail := func(err error) result {
		r.problems = append(r.problems, &Problem{Place: name, Err: err})
		return r
	}
	f, err := bounded.Open(name)
	if err != nil {
		return fail(errors.New("it cannot be opened; name a binary that you may read"))
	}
	defer f.Close()
	packages, mains, err := manifest.Scan(f)
	var other *manifest.VersionError
	switch {
	case errors.As(err, &other):
		return fail(other)
	case errors.Is(err, manifest.ErrDamaged):
		return fail(fmt.Errorf("%w; copy or build it again", err))
	case err != nil:
		return fail(fmt.Errorf("%w; check that it is a file you may read", err))
	case len(mains) == 0:
		return fail(errors.New("it is a binary without a trace of goat; build it with -toolexec=goat-exec and do not compress it"))
	}
	p := &coverage.Process{Place: name, Static: true, Build: newBuild(packages, mains[0])}
	p.Counts = make([]uint64, len(p.Build.Sites))
	if info, err := buildinfo.ReadFile(name); err == nil {
		for _, setting := range info.Settings {
			switch setting.Key {
			case "vcs.revision":
				p.Build.Commit = setting.Value
			case "vcs.modified":
				p.Build.Modified = setting.Value == "true"
			}
		}
		p.Build.Version = cmp.Or(p.Build.Version, info.Main.Version)
	}
	s.share(p)
	r.processes = append(r.processes, p)
	return r
}

// newBuild returns what a program says about itself when it runs, except for
// components other than its main package.
func newBuild(packages []manifest.Package, m manifest.Main) *coverage.Build {
	b := &coverage.Build{
		App: m.App, Version: m.Version, Package: m.Package, Base: m.Base, BaseCommit: m.BaseCommit, Source: m.Source,
		Granularity: m.Granularity, DataType: m.DataType, Goat: m.Goat,
	}
	if b.App == "" {
		name, _, _ := module.SplitPathVersion(m.Package) // without its major version
		b.App = path.Base(cmp.Or(name, m.Package))
	}
	main := coverage.Component{Name: m.Package}
	for _, pkg := range packages {
		for _, p := range pkg.Points {
			site := coverage.Site{
				StableID: p.StableID, Package: pkg.Path, ModuleVersion: pkg.Version, File: p.File, Line: p.Line, EndLine: p.EndLine,
				Lines: p.Lines, Func: p.Func, Kind: p.Kind, Directive: p.Directive,
			}
			if pkg.Version != "" {
				site.Module = pkg.Module
			}
			main.Sites = append(main.Sites, len(b.Sites))
			b.Sites = append(b.Sites, site)
		}
	}
	b.Components = []coverage.Component{main}
	return b
}
