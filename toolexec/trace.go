package toolexec

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/goat-trace/goat/analyzers"
	"github.com/goat-trace/goat/analyzers/trace"
	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/toolexec/internal/generate"
	"github.com/goat-trace/goat/toolexec/internal/gotool"
)

// findTrace returns what makes the package recordable, nil where nothing in it is in
// the trace scope or goat cannot do it: then GOAT_LOG says why, and the package has
// its points.
func (c *compilation) findTrace(p *packagePoints) *generate.Trace {
	tr, err := c.trace(p)
	if err != nil {
		c.Log.Warn("leaving a package without what records steps", "package", c.path, "reason", err.Error())
	}
	return tr
}

func (c *compilation) trace(p *packagePoints) (tr *generate.Trace, err error) {
	defer recovered(&err)
	scope := c.session.Config.Trace
	whole := p.Module != "" && scope.Holds(p.Path, p.relDir)
	if !whole && (!scope.Changed() || p.Count() == 0) || c.isTestMain() {
		return nil, nil
	}
	if ok, err := c.mayHavePoints(p); !ok || err != nil {
		return nil, err
	}
	if err := c.parseAll(p); err != nil {
		return nil, err
	}
	if name, ok := p.CanTrace(); !ok {
		return nil, fmt.Errorf("the package declares %s, which the generated code needs", name)
	}
	info, pkg, sizes, err := c.check(p)
	if err != nil {
		return nil, fmt.Errorf("checking types: %w", err)
	}
	words := scope.Words()
	in := trace.Input{
		Path: p.Path, Module: p.Module, Info: info, Pkg: pkg, Sizes: sizes,
		Wanted:       func(d *ast.FuncDecl, pos token.Pos) bool { return whole || p.holdsPoint(d, pos) },
		KeepInlining: !whole && !scope.Inlined(),
		Redacts:      func(name string) bool { return config.Redacts(words, name) },
	}
	numbers := p.Numbers()
	for _, f := range p.sources {
		in.Fset = f.fset
		in.Files = append(in.Files, trace.File{Syntax: f.compiled(), Name: f.Name, Hits: f.traceHits(numbers[&f.File]), Made: f.Text.IsMade()})
	}
	found := trace.Package(in)
	if len(found.Table.Functions) == 0 {
		return nil, nil
	}
	tr = &generate.Trace{Edits: found.Edits, Functions: len(found.Table.Functions), Direct: c.writesDirectly()}
	if tr.Table, tr.Digest, err = found.Table.Encode(); err != nil {
		return nil, err
	}
	return tr, nil
}

// writesDirectly reports whether generated code may write into a recorder's cache by
// itself, see generate.Trace.
func (c *compilation) writesDirectly() bool {
	watched := c.Args.On("-race") || c.Args.On("-asan") || c.Args.On("-msan")
	return c.Getenv("GOARCH") == "amd64" && !watched && !strings.Contains(c.Args.Value("-d"), "checkptr")
}

// traceHits returns the file's points that have code of their own. first is the number
// of its first one in the package.
func (f *source) traceHits(first int) []trace.Hit {
	var hits []trace.Hit
	for i, h := range f.Hits {
		if n := f.Text.Node(h.Site.Node); n != nil && !h.Shared {
			hits = append(hits, trace.Hit{Number: first + i, Anchor: h.Site.Anchor, Node: n})
		}
	}
	return hits
}

// compiled returns the syntax of what the compiler was to read.
func (f *source) compiled() *ast.File {
	if s := f.Text.Syntax(); s != nil {
		return s
	}
	return f.made
}

// parseAll parses the files of the compile that have not been parsed: those without
// points, and those that the user has not written.
func (c *compilation) parseAll(p *packagePoints) error {
	for _, f := range p.sources {
		var err error
		switch {
		case f.Text.Syntax() != nil:
			if len(f.Hits) == 0 && !f.Text.IsMade() {
				err = f.parseMade()
			}
		case f.path != "" && f.Name != "" && !c.tooLarge(f.path):
			if f.Src, err = os.ReadFile(f.path); err == nil {
				err = f.parse()
			}
			if err == nil {
				err = f.parseMade()
			}
		default:
			f.Name = ""
			f.made, err = parser.ParseFile(f.fset, f.arg, nil, analyzers.ParseMode)
		}
		if err != nil {
			return fmt.Errorf("reading a Go file: %w", err)
		}
	}
	return nil
}

// holdsPoint reports whether a declared function holds a tracking point, or, without
// one, whether the package-level declaration around pos does.
func (p *packagePoints) holdsPoint(d *ast.FuncDecl, pos token.Pos) bool {
	for _, f := range p.sources {
		syntax := f.compiled()
		if len(f.Hits) == 0 || pos < syntax.FileStart || pos >= syntax.FileEnd {
			continue
		}
		from, to := trace.Extent(syntax, d, pos)
		for _, h := range f.Hits {
			if n := f.Text.Node(h.Site.Node); n != nil && from <= n.Pos() && n.Pos() < to {
				return true
			}
		}
	}
	return false
}

// check finds the types of what the compiler reads. What the package imports comes
// from the archives that the compiler reads. A package that is not correct gets
// nothing, so that the compiler's messages are about the user's own code: a use of
// goat's would hide that a variable is not used.
func (c *compilation) check(p *packagePoints) (*types.Info, *types.Package, types.Sizes, error) {
	var fset *token.FileSet
	var files []*ast.File
	for _, f := range p.sources {
		fset, files = f.fset, append(files, f.compiled())
	}
	imports := gotool.ImportConfig{}
	if file := c.Args.Value("-importcfg"); file != "" {
		var err error
		if imports, err = gotool.ReadImportConfig(file); err != nil {
			return nil, nil, nil, err
		}
	}
	sizes := types.SizesFor("gc", c.Getenv("GOARCH"))
	if sizes == nil {
		return nil, nil, nil, fmt.Errorf("unknown architecture %q", c.Getenv("GOARCH"))
	}
	conf := types.Config{
		GoVersion: c.Args.Value("-lang"), Sizes: sizes,
		Importer: importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
			archive, ok := imports.Archive(path)
			if !ok {
				return nil, fmt.Errorf("the import config has no %s", path)
			}
			return os.Open(archive)
		}),
	}
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
		Instances: map[*ast.Ident]types.Instance{},
	}
	pkg, err := conf.Check(p.Path, fset, files, info)
	return info, pkg, sizes, err
}

// tracerSettings returns the settings of recordings as a Go expression, "" where
// nothing can be recorded.
func tracerSettings(t config.Trace, test bool) string {
	if !t.On() {
		return ""
	}
	words := make([]string, 0, len(t.Words()))
	for _, w := range t.Words() {
		words = append(words, strconv.Quote(w))
	}
	launch := "main"
	if test {
		launch = "test"
	}
	return fmt.Sprintf("tracer.Settings{Values: %t, Redact: []string{%s}, On: %q, Steps: %d, Bytes: %d, For: %d, Every: %d, Rounds: %d, Depth: %d, Rate: %d, Policy: %q, Launch: %q}",
		t.Values, strings.Join(words, ", "), t.Begin, t.Steps, t.Bytes, t.For, t.Every, t.Rounds, t.Depth, t.Rate, t.Policy, launch)
}

// isTest reports whether the program that is linked is a test.
func isTest(cfg gotool.ImportConfig) bool {
	_, test := cfg.Packages["testing/internal/testdeps"]
	return test
}
