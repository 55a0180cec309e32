package config_test

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/goat-trace/goat/analyzers/config"
	goatconfig "github.com/goat-trace/goat/internal/config"
)

func TestWithoutDriver(t *testing.T) {
	config.Provide(nil)
	_, err := config.Analyzer.Run(new(analysis.Pass))
	if err == nil || !strings.Contains(err.Error(), "use goat-vet") {
		t.Errorf("got error %v, want one that says what to use", err)
	}
}

func TestLineSetsAreFoundOnce(t *testing.T) {
	calls := 0
	config.Provide(func(f goatconfig.Flags) (config.Source, error) {
		calls++
		if f.Base != "v1" {
			t.Errorf("got base %q, want v1", f.Base)
		}
		return nil, errors.New("no such ref")
	})
	if err := config.Analyzer.Flags.Set("base", "v1"); err != nil {
		t.Fatal(err)
	}
	defer config.Analyzer.Flags.Set("base", "")
	for range 3 {
		if _, err := config.Analyzer.Run(new(analysis.Pass)); err == nil || err.Error() != "no such ref" {
			t.Errorf("got error %v, want the provider's", err)
		}
	}
	if calls != 1 {
		t.Errorf("got %d calls, want 1", calls)
	}
}

// goat's flags must not use names that x/tools' drivers define themselves.
func TestFlagsDoNotCollide(t *testing.T) {
	for _, name := range []string{"diff", "fix", "json", "c", "flags", "V", "source", "v", "all", "tags", "test"} {
		if config.Analyzer.Flags.Lookup(name) != nil {
			t.Errorf("flag -%s is one of x/tools", name)
		}
	}
	if config.Analyzer.Flags.Lookup("granularity") == nil {
		t.Error("there is no flag -granularity")
	}
}
