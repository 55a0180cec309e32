package analyzers

import (
	"go/ast"
	"go/parser"
	"go/token"
	"sort"
	"strings"

	"github.com/goat-trace/goat/analyzers/internal/blocks"
	"github.com/goat-trace/goat/analyzers/internal/identity"
	"github.com/goat-trace/goat/analyzers/internal/marks"
	"github.com/goat-trace/goat/analyzers/internal/rules"
	"github.com/goat-trace/goat/analyzers/point"
)

// FileInput is one file of a package.
type FileInput struct {
	Fset *token.FileSet
	File *ast.File // parsed from Src with ParseMode
	Src  []byte    // as on disk
	Rel  string    // relative to the module, with slashes
	// Lines are the effective lines, 1-based, inclusive, ascending, not
	// overlapping.
	Lines [][2]int
	All   bool // every line is effective; Lines is not looked at
}

// ParseMode is how files are to be parsed: with comments, for markers and
// pragmas.
const ParseMode = parser.ParseComments | parser.SkipObjectResolution

// PackageSites returns the sites of each file, in the order of files, each
// file's sorted by position. files are all of a package's files, sorted by
// Rel, those without effective lines included: the names of init functions,
// of literals in package-level variables, and declarations with the same tokens
// are numbered through the package.
// pkgPath is the package's import path; what follows a space in it, the mark
// of a test variant, is dropped.
//
// An unknown granularity gives no sites.
func PackageSites(pkgPath string, g point.Granularity, files []FileInput) [][]point.Site {
	sites := make([][]point.Site, len(files))
	rule, err := rules.For(g)
	if err != nil {
		return sites
	}
	var counters blocks.Counters
	for _, i := range compileOrder(files) {
		sites[i] = fileSites(files[i], rule, &counters)
	}
	pkgPath, _, _ = strings.Cut(pkgPath, " ")
	setStableIDs(pkgPath, files, sites)
	return sites
}

// compileOrder returns the indexes of files in the order in which the go
// command gives them to the compiler: tests come last.
func compileOrder(files []FileInput) []int {
	order := make([]int, len(files))
	for i := range order {
		order[i] = i
	}
	isTest := func(i int) bool { return strings.HasSuffix(files[i].Rel, "_test.go") }
	sort.SliceStable(order, func(a, b int) bool { return !isTest(order[a]) && isTest(order[b]) })
	return order
}

// NeedsFile reports whether a file can have points: a package in which no
// file needs to be looked at can be left alone.
func NeedsFile(src []byte, lines [][2]int, all bool) bool {
	return all || len(lines) > 0 || marks.HasMarker(src)
}

func fileSites(in FileInput, rule rules.Rule, counters *blocks.Counters) []point.Site {
	m := marks.New(marks.Input{Fset: in.Fset, File: in.File, Src: in.Src, Lines: in.Lines, All: in.All})
	funcs := blocks.Functions(in.File, m, counters)
	if !m.Wanted() {
		return nil
	}
	var sites []point.Site
	for _, f := range funcs {
		sites = append(sites, rule(f, m)...)
	}
	sites = append(sites, rules.Manual(funcs, m.Inserts(), m)...)
	sort.SliceStable(sites, func(i, j int) bool { return sites[i].Pos < sites[j].Pos })
	for i := range sites {
		sites[i].File = in.Rel
		sites[i].Directive = directive(in, sites[i].Pos)
	}
	return sites
}

// setStableIDs completes the sites of a package. Tests come last, so that
// the other files' ids are those of a build without them.
func setStableIDs(pkgPath string, files []FileInput, sites [][]point.Site) {
	order := compileOrder(files)
	inputs := make([]identity.File, len(files))
	for i, f := range order {
		inputs[i] = identity.File{Fset: files[f].Fset, File: files[f].File, Src: files[f].Src}
	}
	pkg := identity.New(pkgPath, inputs)
	for i, f := range order {
		for j := range sites[f] {
			s := &sites[f][j]
			place := pkg.Of(i, s)
			s.Decl, s.Ordinal = place.Decl, place.Ordinal
			s.StableID = point.StableID(s.Decl, s.Kind, s.Ordinal)
		}
	}
}
