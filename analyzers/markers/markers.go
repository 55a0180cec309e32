package markers

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/goat-trace/goat/analyzers/internal/helptext"
)

//go:embed doc.go
var doc string

// Analyzer reports leftover blocks.
var Analyzer = &analysis.Analyzer{
	Name:             "markers",
	Doc:              helptext.Of(doc, "markers"),
	URL:              "https://pkg.go.dev/github.com/goat-trace/goat/analyzers/markers",
	Run:              run,
	RunDespiteErrors: true,
}

func run(pass *analysis.Pass) (any, error) {
	for _, file := range pass.Files {
		if len(blocksOf(file)) == 0 {
			continue
		}
		tf := pass.Fset.File(file.FileStart)
		src, err := pass.ReadFile(tf.Name())
		if err != nil {
			return nil, fmt.Errorf("reading a file with leftover markers: %w", err)
		}
		if len(src) != tf.Size() {
			continue // the output of cgo, not the user's file
		}
		for _, l := range find(text{tf, src}, file, pass.TypesInfo) {
			d := analysis.Diagnostic{Pos: l.pos, End: l.end, Category: l.category, Message: l.message}
			if len(l.edits) > 0 {
				d.SuggestedFixes = []analysis.SuggestedFix{{Message: l.fix, TextEdits: l.edits}}
			}
			pass.Report(d)
		}
	}
	return nil, nil
}

// leftover is one leftover, and the edits that remove it; it has no edits if people
// have to remove it.
type leftover struct {
	pos, end     token.Pos
	category     string // block or import
	message, fix string
	edits        []analysis.TextEdit
}

// find returns the leftovers in a file: blocks, then imports.
func find(f text, file *ast.File, info *types.Info) []leftover {
	found := blocksOf(file)
	if len(found) == 0 {
		return nil
	}
	all := make([]leftover, 0, len(found))
	whole := f.cutsParse(found)
	var stuck []int // blocks that cannot be removed one by one
	for i, b := range found {
		all = append(all, leftover{pos: b.pos, end: b.end, category: "block", message: b.message(), fix: "Remove the leftover block"})
		switch {
		case b.open:
		case whole && f.balanced(b): // one parse checks all of them
			all[i].edits = f.cut(b)
		case !whole && f.parsesWithout(b):
			all[i].edits = f.cut(b)
		default:
			stuck = append(stuck, i)
		}
	}
	stuck = slices.DeleteFunc(stuck, func(i int) bool {
		edits, ok := f.cutWithElse(found[i])
		if ok {
			all[i].edits = edits
		}
		return ok
	})
	if edits, ok := f.cutTogether(found, stuck); ok {
		all[stuck[0]].edits, all[stuck[0]].fix = edits, "Remove the leftover blocks that belong together"
	} else {
		for _, i := range stuck {
			if b := found[i]; !b.single {
				all[i].edits, _ = f.removeFromTree(file, f.file.Offset(b.pos), f.file.Offset(b.end))
			}
		}
	}
	for _, imp := range orphans(info, file, found) {
		all = append(all, leftover{
			pos: imp.Pos(), end: imp.End(), category: "import",
			message: fmt.Sprintf("import %s is used by leftover +goat: blocks alone", imp.Path.Value), fix: "Remove the import",
			edits: []analysis.TextEdit{f.removeImport(file, imp, found)},
		})
	}
	return all
}
