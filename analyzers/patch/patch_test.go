package patch_test

import (
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/goat-trace/goat/analyzers/config"
	"github.com/goat-trace/goat/analyzers/internal/linetest"
	"github.com/goat-trace/goat/analyzers/patch"
	"github.com/goat-trace/goat/analyzers/point"
)

func Test(t *testing.T) {
	config.Provide(linetest.Open(analysistest.TestData(), point.Patch))
	analysistest.Run(t, analysistest.TestData(), patch.Analyzer, "a")
}

// The analyzer reports nothing when another granularity is configured.
func TestNotConfigured(t *testing.T) {
	config.Provide(linetest.Open(analysistest.TestData(), point.Line))
	for _, r := range analysistest.Run(silent{t}, analysistest.TestData(), patch.Analyzer, "a") {
		if len(r.Diagnostics) > 0 || len(r.Facts) > 0 {
			t.Errorf("got %d diagnostics and %d facts, want none", len(r.Diagnostics), len(r.Facts))
		}
	}
}

// silent drops analysistest's complaints about unmet expectations.
type silent struct{ *testing.T }

func (silent) Errorf(string, ...any) {}
