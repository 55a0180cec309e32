package changed_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/goat-trace/goat/analyzers/changed"
	"github.com/goat-trace/goat/analyzers/config"
	"github.com/goat-trace/goat/analyzers/internal/linetest"
	"github.com/goat-trace/goat/analyzers/point"
)

func TestStatements(t *testing.T) {
	config.Provide(linetest.Open(analysistest.TestData(), point.Scope))
	results := analysistest.Run(t, analysistest.TestData(), changed.Analyzer, "a")
	if len(results) == 0 {
		t.Fatal("got no results")
	}
	want := []string{"f *ast.ExprStmt [[4 4]]", "f *ast.CaseClause [[6 6]]", "f.func1 *ast.ExprStmt [[10 10]]"}
	for _, r := range results {
		var got []string
		result := r.Result.(*changed.Result)
		for _, s := range result.Statements() {
			got = append(got, fmt.Sprintf("%s %T %v", s.Func, s.Node, s.Lines))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("statements of %v (-want +got):\n%s", r.Pass, diff)
		}
		if result.Granularity != point.Scope || result.Module != "a" {
			t.Errorf("got granularity %s, module %s, want scope, a", result.Granularity, result.Module)
		}
	}
}
