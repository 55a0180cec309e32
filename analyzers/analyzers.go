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
	// Lines are the effective lines: 1-based, inclusive ranges in ascending
	// order that do not overlap.
	Lines [][2]int
	All   bool // every line is effective; Lines is not looked at
}

// ParseMode is the mode in which callers parse files: with comments, because
// goat's markers and the compiler's pragmas are comments.
const ParseMode = parser.ParseComments | parser.SkipObjectResolution

// PackageSites returns the sites of each file, in the order of files; each
// file's sites are sorted by position. files must hold all files of the
// package, sorted by Rel, also those without effective lines: the numbers of
// init functions, of literals in package-level variables and of declarations
// with the same tokens count through the whole package. pkgPath is the
// package's import path. A space and what follows it mark a test variant and
// are dropped.
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
// command hands them to the compiler: test files last.
func compileOrder(files []FileInput) []int {
	order := make([]int, len(files))
	for i := range order {
		order[i] = i
	}
	isTest := func(i int) bool { return strings.HasSuffix(files[i].Rel, "_test.go") }
	sort.SliceStable(order, func(a, b int) bool { return !isTest(order[a]) && isTest(order[b]) })
	return order
}

// NeedsFile reports whether a file can have points. If none of a package's
// files can, the package need not be parsed.
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

// setStableIDs fills in the stable ids of a package's sites. Test files come
// last, so the other files' ids are the same in a build without tests.
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
