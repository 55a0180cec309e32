package generate

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/goat-trace/goat/analyzers/trace"
	"github.com/goat-trace/goat/rt/manifest"
	"github.com/goat-trace/goat/toolexec/internal/entry"
	"github.com/goat-trace/goat/toolexec/internal/rewrite"
)

// PointsName is the file that goat adds after a package's own.
const PointsName = "goat_points.go"

// Generator writes what goat adds to a package.
type Generator struct {
	pkg    *Package
	hits   hits
	main   *manifest.Main // of a main package that leads to the runtime; otherwise nil
	style  func(f *File, h Hit) style
	number map[*File]int // the number of each file's first counter
	// columns says that somebody sees the columns of compiled code.
	columns bool
	tracer  *tracer // nil if nothing can be recorded
	edits   map[*File][]rewrite.Edit
}

// New returns the generator for a package. counts selects exact counts instead
// of 0 and 1, and race says that the package is compiled with the race
// detector. main is what a binary says about its build, for a package that
// leads to the runtime, otherwise nil.
func New(p *Package, counts, race bool, main *manifest.Main) *Generator {
	g := &Generator{pkg: p, main: main}
	g.hits = hits{prefix: freePrefix(p), element: freeType(p), address: !declares(p, "uintptr"), countData: counts, race: race}
	generic, crowded := p.compiledElsewhere(), p.crowded()
	g.style = func(f *File, h Hit) style {
		s := crowded.style(h.Site.Func)
		if s == marked && generic.hold(f, h.Site.Node) {
			s = checked
		}
		return s
	}
	g.number = p.Numbers()
	return g
}

// KeepColumns lets all columns stay, also where that makes the compiler slow.
func (g *Generator) KeepColumns() { g.columns = true }

// Rewrite returns a file's text with its hits.
func (g *Generator) Rewrite(f *File) ([]byte, error) {
	var list []rewrite.Hit
	for i, h := range f.Hits {
		if !h.Shared {
			s := g.style(f, h)
			list = append(list, rewrite.Hit{Site: h.Site, Code: g.hits.statement(g.number[f]+i, s), MoveColumns: s == stored && !g.columns})
		}
	}
	return rewrite.InsertAll(f.Text, list, g.edits[f])
}

// SetTrace makes the package recordable. Names are chosen as for points.
func (g *Generator) SetTrace(tr *Trace) {
	g.tracer = &tracer{prefix: g.hits.prefix, trace: tr, points: g.pkg.Count() > 0, shapes: make(map[trace.Shape]bool), results: make(map[int]bool)}
	g.edits = make(map[*File][]rewrite.Edit)
	for i, f := range g.pkg.Files {
		if i < len(tr.Edits) && len(tr.Edits[i]) > 0 {
			g.edits[f] = g.tracer.rewriteEdits(tr.Edits[i])
		}
	}
}

// Rewrites reports whether a file's text changes.
func (g *Generator) Rewrites(f *File) bool { return len(f.Hits) > 0 || len(g.edits[f]) > 0 }

// Trace returns the text of the file TraceName.
func (g *Generator) Trace() []byte { return g.tracer.file(g.pkg.Name) }

// Counters returns the text of the file CountersName.
func (g *Generator) Counters() []byte { return countersFile(g.pkg.Name, g.hits, g.pkg.Count()) }

func countersFile(name string, h hits, points int) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "package %s\n", name)
	h.declare(&b, points)
	return b.Bytes()
}

// Points returns the text of the file PointsName. It passes the counters to the
// runtime and, in a main package, starts the runtime.
func (g *Generator) Points() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "package %s\n\nimport _ \"unsafe\"\n", g.pkg.Name)
	if g.main != nil {
		fmt.Fprintf(&b, "import %sMainUnsafe \"unsafe\"\n", g.hits.prefix)
		fmt.Fprintf(&b, "import _ %q\n", entry.Path)
	}
	if g.tracer != nil {
		fmt.Fprintf(&b, "import %sTraceUnsafe \"unsafe\"\n", g.hits.prefix)
	}
	if n := g.pkg.Count(); n > 0 {
		g.hits.register(&b, n, manifest.AppendPackage(nil, g.pkg.manifest()))
	}
	if g.tracer != nil {
		g.tracer.register(&b)
	}
	if g.main != nil {
		start(&b, g.hits.prefix, manifest.AppendMain(nil, *g.main))
	}
	return b.Bytes()
}

// start starts the runtime, if it is linked, with what the binary says about
// its build.
func start(b *bytes.Buffer, prefix string, blob []byte) {
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
`, prefix, entry.StartSymbol, strconv.QuoteToASCII(string(blob)))
}

// Sample returns the two generated files of a package with two points, and a
// statement that counts at the second point. They are for trying an unknown
// release.
func Sample(name string, counts bool) (counters, points []byte, hit string) {
	h := hits{prefix: "goatTrack", element: "uint32", countData: counts, address: counts}
	var b bytes.Buffer
	fmt.Fprintf(&b, "package %s\n\nimport _ \"unsafe\"\n", name)
	h.register(&b, 2, []byte("manifest"))
	return countersFile(name, h, 2), b.Bytes(), h.statement(1, marked)
}
