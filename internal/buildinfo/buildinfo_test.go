package buildinfo

import (
	"runtime/debug"
	"testing"
)

func TestVersionOf(t *testing.T) {
	tests := []struct {
		name string
		info debug.BuildInfo
		want string
	}{
		{"release", debug.BuildInfo{Main: debug.Module{Path: modulePath, Version: "v1.2.3"}}, "v1.2.3"},
		{"work tree", debug.BuildInfo{Main: debug.Module{Path: modulePath, Version: "(devel)"}}, "devel"},
		{"nothing stamped", debug.BuildInfo{}, "devel"},
		{"dependency", debug.BuildInfo{
			Main: debug.Module{Path: "example.com/linter", Version: "v9.0.0"},
			Deps: []*debug.Module{{Path: "example.com/other", Version: "v5.0.0"}, {Path: modulePath, Version: "v1.2.3"}},
		}, "v1.2.3"},
		{"replaced dependency", debug.BuildInfo{
			Main: debug.Module{Path: "example.com/linter", Version: "v9.0.0"},
			Deps: []*debug.Module{{Path: modulePath, Version: "v1.2.3", Replace: &debug.Module{Path: "../goat"}}},
		}, "devel"},
	}
	for _, test := range tests {
		if got := versionOf(&test.info); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
}
