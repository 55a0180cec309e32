package config_test

import (
	"testing"

	"github.com/goat-trace/goat/internal/config"
)

func TestIgnored(t *testing.T) {
	tests := []struct {
		pattern, path string
		want          bool
	}{
		{"internal/foo", "internal/foo/a.go", true},
		{"internal/foo", "internal/foo/b/a.go", true},
		{"internal/foo/", "internal/foo/a.go", true},
		{"./internal/foo", "internal/foo/a.go", true},
		{"/internal/foo", "internal/foo/a.go", true},
		{"internal/foo", "internal/foobar.go", false},
		{"internal/foo", "internal/foobar/a.go", false},
		{"internal/foo", "x/internal/foo/a.go", false},
		{"internal/foo/a.go", "internal/foo/a.go", true},
		{"vendor", "vendor/a/a.go", true},
		{"vendor", "a/vendor/a.go", false},
		{"vendor/", "a/vendor/a.go", false},
		{".", "a/a.go", true},
		{"*.pb.go", "a/b/c.pb.go", true},
		{"*.pb.go", "c.pb.go", true},
		{"*.pb.go", "c.go", false},
		{"mock_*", "a/mock_b/c.go", true},
		{"mock_*/", "a/mock_b/c.go", true},
		{"a/*.go", "a/b.go", true},
		{"a/*.go", "a/b/c.go", false},
		{"a/*", "a/b/c.go", true},
		{"*/gen", "a/gen/b.go", true},
		{"*/gen", "gen/b.go", false},
		{"**/gen", "gen/b.go", true},
		{"**/gen", "a/b/gen/b.go", true},
		{"**/gen", "a/b/generated/b.go", false},
		{"a/**/b.go", "a/b.go", true},
		{"a/**/b.go", "a/x/y/b.go", true},
		{"a/**/b.go", "x/a/b.go", false},
		{"**", "a.go", true},
		{"[ab].go", "x/b.go", true},
		{`\*.go`, "a.go", false},
	}
	for _, test := range tests {
		c := &config.Config{Ignores: []string{test.pattern}}
		if got := c.Ignored(test.path); got != test.want {
			t.Errorf("%q ignores %s: got %t, want %t", test.pattern, test.path, got, test.want)
		}
	}
	if (&config.Config{}).Ignored("a.go") {
		t.Error("got a.go ignored without patterns, want it kept")
	}
}

func TestIsMainEntry(t *testing.T) {
	tests := []struct {
		entry, dir string
		want       bool
	}{
		{"*", "cmd/server", true},
		{"example.com/app/cmd/server", "cmd/server", true},
		{"example.com/app/cmd/...", "cmd/server", true},
		{"example.com/app/...", ".", true},
		{"example.com/app", ".", true},
		{"example.com/app", "cmd/server", false},
		{"cmd/server", "cmd/server", true},
		{"cmd/server/", "cmd/server", true},
		{"./cmd/server", "cmd/server", true},
		{"./cmd/server", "cmd/server2", false},
		{"cmd/server", "cmd/server2", false},
		{"cmd/...", "cmd/server", true},
		{"./cmd/...", "cmd", true},
		{"cmd/s...", "cmd/server/x", true},
		{"cmd/...", "cmds", false},
		{"cmd/*", "cmd/server", true},
		{"cmd/*", "cmd/server/x", false},
		{".", ".", true},
		{"./", "", true},
		{".", "cmd/server", false},
		{"...", "cmd/server", true},
		{"./...", ".", true},
		{"cmd/client, cmd/server", "cmd/server", true},
		{"cmd/client,cmd/server", "cmd/other", false},
		{".hidden/cmd", ".hidden/cmd", true},
	}
	for _, test := range tests {
		importPath := "example.com/app"
		if test.dir != "." && test.dir != "" {
			importPath += "/" + test.dir
		}
		c := &config.Config{MainEntries: []string{"none", test.entry}}
		if got := c.IsMainEntry(importPath, test.dir); got != test.want {
			t.Errorf("%q names the main in %q: got %t, want %t", test.entry, test.dir, got, test.want)
		}
	}
}

func TestID(t *testing.T) {
	base := func() *config.Config {
		return withDefaults(func(c *config.Config) {
			c.Components = map[string][]string{"a": {"x"}, "b": {"y"}}
		})
	}
	same := map[string]func(*config.Config){
		"nothing": func(*config.Config) {},
		"log":     func(c *config.Config) { c.Log, c.Keep, c.Strict = "a", "b", true },
		"threads": func(c *config.Config) { c.Threads, c.Verbose = 99, true },
		"file":    func(c *config.Config) { c.File, c.Needless = "/x/goat.yaml", []string{"race"} },
		"race":    func(c *config.Config) { c.Race = true },
		"ignores": func(c *config.Config) { c.Ignores = []string{} },
	}
	for name, change := range same {
		c := base()
		change(c)
		if got, want := c.ID(), base().ID(); got != want {
			t.Errorf("%s: got another id %s, want %s", name, got, want)
		}
	}
	other := map[string]func(*config.Config){
		"app":         func(c *config.Config) { c.AppName = "x" },
		"version":     func(c *config.Config) { c.AppVersion = "x" },
		"base":        func(c *config.Config) { c.Base = "x" },
		"mode":        func(c *config.Config) { c.BaseMode = "direct" },
		"ignores":     func(c *config.Config) { c.Ignores = []string{"a"} },
		"ignores two": func(c *config.Config) { c.Ignores = []string{"a", "b"} },
		"ignores one": func(c *config.Config) { c.Ignores = []string{"a b"} },
		"granularity": func(c *config.Config) { c.Granularity = "line" },
		"precision":   func(c *config.Config) { c.Precision = 2 },
		"data type":   func(c *config.Config) { c.DataType = "count" },
		"mains":       func(c *config.Config) { c.MainEntries = []string{"a"} },
		"nested":      func(c *config.Config) { c.SkipNestedModules = false },
		"generated":   func(c *config.Config) { c.Generated = true },
		"modules":     func(c *config.Config) { c.Modules = "true" },
		"adaptors":    func(c *config.Config) { c.Adaptors = []string{"victoria"} },
		"serve":       func(c *config.Config) { c.Serve = "off" },
		"hub":         func(c *config.Config) { c.Hub = true },
		"hits":        func(c *config.Config) { c.Hits = "point" },
		"components":  func(c *config.Config) { c.Components = map[string][]string{"a": {"x"}} },
	}
	seen := map[string]string{base().ID(): "no change"}
	for name, change := range other {
		c := base()
		change(c)
		if twin, ok := seen[c.ID()]; ok {
			t.Errorf("got one id for %s and %s, want two", name, twin)
		}
		seen[c.ID()] = name
	}
}

// TestMatchPackages follows the go command, in which "*" has no meaning.
func TestMatchPackages(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		pattern, name string
		want          bool
	}{
		{"a/b", "a/b", true}, {"a/b", "a/b/c", false}, {"a/...", "a", true}, {"a/...", "a/b/c", true}, {"a/...", "ab", false},
		{"a...", "ab", true}, {".../c", "a/b/c", true}, {"a/*", "a/b", false}, {"a/*/...", "a/b/c", false}, {"a.b", "axb", false},
	} {
		if got := config.MatchPackages(test.pattern, test.name); got != test.want {
			t.Errorf("%s, %s: got %v, want %v", test.pattern, test.name, got, test.want)
		}
	}
}
