package markers

import (
	_ "embed"
	"fmt"

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
		found := blocksOf(file)
		if len(found) == 0 {
			continue
		}
		tf := pass.Fset.File(file.FileStart)
		src, err := pass.ReadFile(tf.Name())
		if err != nil {
			return nil, fmt.Errorf("reading a file with leftover markers: %w", err)
		}
		if len(src) != tf.Size() {
			continue // cgo's output, not the user's file
		}
		f := text{tf, src}
		for _, b := range found {
			d := analysis.Diagnostic{Pos: b.pos, End: b.end, Category: "block", Message: b.message()}
			if edits, ok := f.remove(file, b); ok {
				d.SuggestedFixes = []analysis.SuggestedFix{{Message: "Remove the leftover block", TextEdits: edits}}
			}
			pass.Report(d)
		}
		for _, imp := range orphans(pass, file, found) {
			pass.Report(analysis.Diagnostic{
				Pos: imp.Pos(), End: imp.End(), Category: "import",
				Message: fmt.Sprintf("import %s is used by leftover +goat: blocks alone", imp.Path.Value),
				SuggestedFixes: []analysis.SuggestedFix{{
					Message:   "Remove the import",
					TextEdits: []analysis.TextEdit{f.removeImport(file, imp, found)},
				}},
			})
		}
	}
	return nil, nil
}
