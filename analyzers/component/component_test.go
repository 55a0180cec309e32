package component_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/goat-trace/goat/analyzers/component"
	"github.com/goat-trace/goat/analyzers/config"
	"github.com/goat-trace/goat/analyzers/internal/linetest"
	"github.com/goat-trace/goat/analyzers/point"
)

func TestSet(t *testing.T) {
	config.Provide(linetest.Open(analysistest.TestData(), point.Patch))
	if err := component.Analyzer.Flags.Set("report", "true"); err != nil {
		t.Fatal(err)
	}
	defer component.Analyzer.Flags.Set("report", "false")
	results := analysistest.Run(t, analysistest.TestData(), component.Analyzer, "m", "b", "c", "d")
	got := make(map[string]*component.Set)
	for _, r := range results {
		set := r.Result.(*component.Set)
		got[set.Name] = set
	}
	want := map[string]*component.Set{
		"m": {Name: "m", Main: true, Total: 3, Packages: []component.Range{{Package: "c", First: 1, Last: 2}, {Package: "m", First: 3, Last: 3}}},
		"b": {Name: "b", Total: 2, Packages: []component.Range{{Package: "c", First: 1, Last: 2}}},
		"c": {Name: "c", Total: 2, Packages: []component.Range{{Package: "c", First: 1, Last: 2}}},
		"d": {Name: "d"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sets (-want +got):\n%s", diff)
	}
}
