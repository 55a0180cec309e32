package sourcediff

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/goat-trace/goat/analyzers"
	"github.com/goat-trace/goat/analyzers/point"
	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/clean"
	"github.com/goat-trace/goat/internal/unified"
	"github.com/goat-trace/goat/toolexec/preview"
)

// patching makes the patch that lets the tree count without goat-exec.
type patching struct {
	*survey
	module  modules.Module
	pkgName string // of the generated package, and where it is
	alias   string
	pkgDir  string // in the module, with slashes
	printer sourcePrinter
	plans   []*plan
	service service
	result  *Result
}

// plan is what goat adds to a package.
type plan struct {
	preview.Package
	sites [][]point.Site
	ids   [][]int // of the sites
	main  int     // its component, -1 for none
}

// Marked returns the diffs that write the points into the source, between +goat:
// comments, and add the package that counts them. The go command alone builds a
// tree with these changes, and the result can be tracked. clean.Clean removes the
// changes again.
func Marked(ctx context.Context, in Input) (*Result, error) {
	s, roots, err := open(ctx, in)
	if err != nil {
		return nil, err
	}
	p := &patching{survey: s, result: &Result{Against: s.against()}, printer: newPrinter(&s.session.Config)}
	if err := p.place(); err != nil {
		return nil, err
	}
	if err := p.plan(roots); err != nil {
		return nil, err
	}
	if len(p.service.Points) == 0 {
		return p.result, nil
	}
	if len(p.service.Components) == 0 {
		p.warn("no main package that mainEntries names is among the packages: what counts is not served; name all packages, ./...")
	}
	for _, plan := range p.plans {
		if err := p.write(plan); err != nil {
			return nil, err
		}
	}
	return p.result, p.writeService()
}

func (p *patching) warn(text string) { p.result.Warnings = append(p.result.Warnings, text) }

// place finds where the generated package goes.
func (p *patching) place() error {
	for _, m := range p.session.Modules {
		rel, err := filepath.Rel(m.Dir, p.Dir)
		if err == nil && filepath.IsLocal(rel) && len(m.Dir) > len(p.module.Dir) {
			p.module = m
		}
	}
	if p.module.Dir == "" {
		return errors.New("the current directory is in none of the build's modules; run it in the directory of one")
	}
	cfg := p.session.Config
	p.pkgName, p.alias = cmp.Or(cfg.GoatPackageName, "goat"), cmp.Or(cfg.GoatPackageAlias, "goat")
	p.pkgDir = path.Clean(cmp.Or(cfg.GoatPackagePath, "goat"))
	dir := filepath.Join(p.module.Dir, filepath.FromSlash(p.pkgDir))
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("looking at %s, where the generated package goes: %w; set goatPackagePath to another directory", dir, err)
	}
	for _, e := range entries {
		switch {
		case e.Name() == clean.GeneratedName:
			return fmt.Errorf("%s is there already: run \"goat clean\" first", filepath.Join(dir, e.Name()))
		case strings.HasSuffix(e.Name(), ".go"):
			return fmt.Errorf("%s holds a package of yours (%s): set goatPackagePath in goat.yaml to another directory", dir, e.Name())
		}
	}
	return nil
}

// plan numbers the points of all packages, and finds which of them each program
// has.
func (p *patching) plan(roots []*packages.Package) error {
	byPath := make(map[string]*plan)
	elsewhere := make(map[string]bool)
	for _, root := range roots {
		pkg, err := p.read(root)
		if err != nil {
			return err
		}
		if pkg.Module != "" && pkg.Module != p.module.Path {
			elsewhere[pkg.Module] = len(pkg.Files) > 0
			continue
		}
		plan := &plan{Package: pkg, main: -1}
		if plan.sites, err = placed(pkg, point.Granularity(p.session.Config.Granularity)); err != nil {
			return err
		}
		p.number(plan)
		byPath[root.PkgPath] = plan
		p.plans = append(p.plans, plan)
	}
	for module, points := range elsewhere {
		if points {
			p.warn(fmt.Sprintf("module %s is left out: the generated package is in %s; run it in that module's directory", module, p.module.Path))
		}
	}
	for _, root := range roots {
		if plan := byPath[root.PkgPath]; plan != nil && root.Name == "main" && plan.Entry {
			plan.main = len(p.service.Components)
			p.service.Components = append(p.service.Components, component{plan.main, root.PkgPath, pointsOf(root, byPath)})
			if err := addMain(plan, root); err != nil {
				return err
			}
		}
	}
	return nil
}

// placed returns the sites of each file at which a statement can be inserted.
func placed(pkg preview.Package, g point.Granularity) ([][]point.Site, error) {
	all := pkg.Sites(g)
	for i, sites := range all {
		if len(sites) == 0 {
			continue
		}
		dry, err := preview.Mark(pkg.Files[i], sites, preview.Marks{Hit: func(point.Point) string { return "goat()" }})
		if err != nil {
			return nil, err
		}
		left := func(s point.Site) bool {
			return slices.ContainsFunc(dry.Left, func(p point.Point) bool { return p.StableID == s.StableID })
		}
		all[i] = slices.DeleteFunc(slices.Clone(sites), left)
	}
	return all, nil
}

func (p *patching) number(plan *plan) {
	for _, sites := range plan.sites {
		var ids []int
		for _, s := range sites {
			id := len(p.service.Points) + 1
			p.service.Points = append(p.service.Points, numbered{id, plan.Path, s.Point})
			ids = append(ids, id)
		}
		plan.ids = append(plan.ids, ids)
	}
}

// pointsOf returns the numbers of the points that a program links.
func pointsOf(root *packages.Package, byPath map[string]*plan) []int {
	seen := make(map[string]bool)
	var ids []int
	packages.Visit([]*packages.Package{root}, func(pkg *packages.Package) bool {
		if plan := byPath[pkg.PkgPath]; plan != nil && !seen[pkg.PkgPath] {
			for _, of := range plan.ids {
				ids = append(ids, of...)
			}
		}
		seen[pkg.PkgPath] = true
		return true
	}, nil)
	slices.Sort(ids)
	return ids
}

// addMain adds the files of a main package without points, because one of them has
// func main.
func addMain(plan *plan, root *packages.Package) error {
	if len(plan.Files) > 0 {
		return nil
	}
	for _, name := range root.GoFiles {
		src, err := os.ReadFile(name)
		if err != nil {
			return fmt.Errorf("reading a file of %s: %w", plan.Path, err)
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, src, analyzers.ParseMode)
		if err != nil {
			return fmt.Errorf("parsing a file of %s: %w", plan.Path, err)
		}
		plan.Files = append(plan.Files, preview.File{Path: name, FileInput: analyzers.FileInput{Fset: fset, File: file, Src: src, Rel: filepath.Base(name)}})
	}
	plan.sites, plan.ids = make([][]point.Site, len(plan.Files)), make([][]int, len(plan.Files))
	return nil
}

// write makes the patches of a package's files.
func (p *patching) write(plan *plan) error {
	for i, f := range plan.Files {
		next := 0
		m := preview.Marks{
			Import: fmt.Sprintf("import %s %q", p.alias, path.Join(p.module.Path, p.pkgDir)),
			Hit: func(point.Point) string {
				next++
				return fmt.Sprintf("%s.Track(%s.TRACK_ID_%d)", p.alias, p.alias, plan.ids[i][next-1])
			},
		}
		if plan.main >= 0 {
			m.Start = fmt.Sprintf("%s.ServeHTTP(%s.COMPONENT_%d)", p.alias, p.alias, plan.main)
		}
		marked, err := preview.Mark(f, plan.sites[i], m)
		if err != nil {
			return err
		}
		if string(marked.New) == string(f.Src) {
			continue
		}
		if err := p.checkAlias(f); err != nil {
			return err
		}
		text, err := p.printer.print(f.Path, f.Src, marked.New)
		if err != nil {
			return err
		}
		p.result.Patches = append(p.result.Patches, unified.Patch(p.name(f.Path), f.Src, text))
		p.result.Points += len(marked.Points)
	}
	return nil
}

// checkAlias refuses a file that uses the alias for something else.
func (p *patching) checkAlias(f preview.File) (err error) {
	ast.Inspect(f.File, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Name == p.alias && err == nil {
			err = fmt.Errorf("%s:%d uses the name %s, by which the generated package would be imported: set goatPackageAlias in goat.yaml to another one",
				f.Path, f.Fset.PositionFor(id.Pos(), false).Line, p.alias)
		}
		return err == nil
	})
	return err
}

func (p *patching) writeService() error {
	cfg, s := p.session.Config, &p.service
	s.Name, s.App, s.Version = p.pkgName, cmp.Or(cfg.AppName, path.Base(p.module.Path)), cfg.AppVersion
	s.Counts, s.Granularity, s.DataType, s.Source = cfg.DataType == "count", cfg.Granularity, cfg.DataType, p.session.Source
	if base := p.session.Base(); p.session.Reason == "" {
		s.Base, s.BaseCommit = base.Ref, base.Used
	}
	text, err := s.text()
	if err != nil {
		return err
	}
	file := filepath.Join(p.module.Dir, filepath.FromSlash(p.pkgDir), clean.GeneratedName)
	p.result.Patches = append(p.result.Patches, unified.Patch(p.name(file), nil, text))
	return nil
}
