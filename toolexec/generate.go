package toolexec

import (
	"bytes"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"sort"
	"strconv"

	"github.com/goat-trace/goat/internal/buildinfo"
	"github.com/goat-trace/goat/internal/session"
	"github.com/goat-trace/goat/rt/manifest"
	"github.com/goat-trace/goat/toolexec/internal/rewrite"
)

// generatedName is the file that goat adds behind a package's own.
const generatedName = "goat_points.go"

// registerSymbol and startSymbol are variables of rt that hold a function each.
// The generated code declares the same symbols without a value; the linker
// keeps the ones with a value, and where rt is not linked they stay nil. That
// way no import is added to a library package and its archive does not depend
// on rt.
const (
	registerSymbol = rtPath + ".registerHooksV4"
	startSymbol    = rtPath + ".startHooks"
)

// rewriteFiles writes the package's files with their hits and returns the
// compile's files.
func (r *runner) rewriteFiles(dir string, u unit, p *pkgPoints, g generator) ([]string, error) {
	replaced := make(map[string]string)
	counter := 0
	elsewhere, crowded := p.compiledElsewhere(), p.crowded()
	for _, f := range p.ordered() {
		var hits []rewrite.Hit
		for _, h := range p.hits[f] {
			if !h.shared {
				code := g.hit(counter, crowded.hold(h.site.Func) || elsewhere.hold(f, h.site.Node))
				hits = append(hits, rewrite.Hit{Site: h.site, Code: code})
			}
			counter++
		}
		text, err := rewrite.Insert(f.compile, hits)
		if err != nil {
			return nil, err
		}
		// A folder of their own: the user's files may be named like goat's. Files of
		// an overlay may have one name; no two belong to one place.
		base := filepath.Base(f.place)
		name := filepath.Join(dir, "src", base)
		if err := os.WriteFile(name, text, 0o666); err != nil {
			return nil, fmt.Errorf("writing a rewritten file: %w", err)
		}
		replaced[f.arg] = name
		r.keep(u, base, text)
	}
	files := append([]string(nil), u.files...)
	for i, f := range files {
		if name, ok := replaced[f]; ok {
			files[i] = name
		}
	}
	return files, nil
}

// generate writes the file that declares the package's counters and, in a
// main package, starts the runtime. It adds to more the archives that the
// file imports and the package may not.
func (r *runner) generate(s *session.Session, u unit, p *pkgPoints, g generator, bind bool, dir string, more map[string]string) error {
	var b bytes.Buffer
	name, err := packageName(u)
	if err != nil {
		return err
	}
	fmt.Fprintf(&b, "package %s\n\nimport _ \"unsafe\"\n", name)
	if bind {
		fmt.Fprintf(&b, "import %sMainUnsafe \"unsafe\"\n", g.prefix)
		archive, err := r.compileEmptyEntry(u.flags, dir)
		if err != nil {
			return err
		}
		more[entryPath] = archive
		fmt.Fprintf(&b, "import _ %q\n", entryPath)
	}
	if n := p.count(); n > 0 {
		if g.countData {
			archive, err := r.atomicArchive(u, dir)
			if err != nil {
				return err
			}
			more["sync/atomic"] = archive
		}
		g.writeCounters(&b, n, manifest.AppendPackage(nil, p.manifest(u)))
	}
	if bind {
		g.writeStart(&b, manifest.AppendMain(nil, mainManifest(s, u)))
	}
	if err := os.WriteFile(filepath.Join(dir, generatedName), b.Bytes(), 0o666); err != nil {
		return fmt.Errorf("writing the generated file: %w", err)
	}
	r.keep(u, generatedName, b.Bytes())
	return nil
}

// ordered returns the files that hold points, in the order of their counters.
func (p *pkgPoints) ordered() []*inputFile {
	var files []*inputFile
	for _, f := range p.files {
		if len(p.hits[f]) > 0 {
			files = append(files, f)
		}
	}
	sort.Slice(files, func(i, j int) bool { return files[i].rel < files[j].rel })
	return files
}

// packageName returns the name in a package clause of the compile: the
// generated file must agree with it.
func packageName(u unit) (string, error) {
	for _, file := range u.files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.PackageClauseOnly)
		if err == nil {
			return f.Name.Name, nil
		}
	}
	return "", fmt.Errorf("finding a package clause in %d files", len(u.files))
}

// components puts goat.yaml's components in a fixed order.
func components(named map[string][]string) []manifest.Component {
	var list []manifest.Component
	for name, patterns := range named {
		list = append(list, manifest.Component{Name: name, Patterns: patterns})
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	return list
}

// keep copies a file to the directory that GOAT_KEEP names, under the
// package's import path.
func (r *runner) keep(u unit, name string, text []byte) {
	root := r.getenv("GOAT_KEEP")
	if root == "" {
		return
	}
	dir := filepath.Join(root, filepath.FromSlash(u.importPath))
	err := os.MkdirAll(dir, 0o777)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name), text, 0o666)
	}
	if err != nil {
		r.log.Warn("keeping a rewritten file", "err", err)
	}
}

func (g generator) writeStart(b *bytes.Buffer, blob []byte) {
	fmt.Fprintf(b, `
var %[1]sMain = %[3]s

//go:linkname %[1]sStart %[2]s
var %[1]sStart []func(%[1]sMainUnsafe.Pointer)

var _ = %[1]sBegin()

func %[1]sBegin() (done struct{}) {
	for _, %[1]sHook := range %[1]sStart {
		%[1]sHook(%[1]sMainUnsafe.Pointer(&%[1]sMain))
	}
	return
}
`, g.prefix, startSymbol, strconv.QuoteToASCII(string(blob)))
}

// manifest returns what the binary says of the package.
func (p *pkgPoints) manifest(u unit) manifest.Package {
	m := manifest.Package{Path: u.importPath, Module: p.module.Path, Version: p.module.Version}
	for _, f := range p.ordered() {
		for _, h := range p.hits[f] {
			s := h.site
			m.Points = append(m.Points, manifest.Point{
				File: s.File, Func: s.Func, Kind: string(s.Kind), Line: s.Line, EndLine: s.EndLine,
				Lines: s.Lines, Directive: s.Directive, Decl: s.Decl, Ordinal: s.Ordinal, Shared: h.shared,
			})
		}
	}
	return m
}

// mainManifest returns what the binary says of its build.
func mainManifest(s *session.Session, u unit) manifest.Main {
	base, cfg := s.Base(), s.Config
	m := manifest.Main{
		Package: u.importPath, App: cfg.AppName, Version: cfg.AppVersion,
		Source: s.Source, Granularity: cfg.Granularity, DataType: cfg.DataType,
		Serve: cfg.Serve, Hits: cfg.Hits, Goat: buildinfo.Version(),
		Components: components(cfg.Components),
	}
	if s.Reason == "" {
		m.Base, m.BaseCommit, m.BaseMode = base.Ref, base.Used, string(base.Mode)
	}
	return m
}
