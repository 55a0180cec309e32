package driver

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/internal/config"
)

func TestParseLine(t *testing.T) {
	tests := []struct {
		name string
		sub  string
		args []string
		want commandLine
	}{
		{"nothing", "build", nil, commandLine{}},
		{"goat's flags stand anywhere among the go command's", "build",
			[]string{"-race", "-base", "v1", "-o", "bin", "--granularity=line", "-gcflags", "all=-N", "./x", "-base=no"},
			commandLine{
				goat:  config.Flags{Base: "v1", Granularity: "line"},
				flags: []string{"-race", "-o", "bin", "-gcflags=all=-N"}, gcflags: []string{"all=-N"},
				rest: []string{"./x", "-base=no"},
			}},
		{"a value that looks like one of goat's flags", "build", []string{"-ldflags", "-base=x", "."},
			commandLine{flags: []string{"-ldflags", "-base=x"}, rest: []string{"."}}},
		{"a test's own flags come behind the packages", "test", []string{"-v", "./x", "-config=f", "-args", "-base"},
			commandLine{flags: []string{"-v", "./x", "-config=f"}, packages: []string{"./x"}, rest: []string{"-args", "-base"}}},
		{"a test's build flags behind the packages", "test", []string{"-base", "v1", "./x", "-gcflags", "-l", "-toolexec=w a", "-update", "x", "-C", "d", "y", "-gcflags=-N"},
			commandLine{
				goat: config.Flags{Base: "v1"}, gcflags: []string{"-l"}, toolexec: ptr("w a"), packages: []string{"./x"},
				flags: []string{"./x", "-gcflags", "-l", "-toolexec=w a", "-update", "x", "-C", "d"}, rest: []string{"y", "-gcflags=-N"},
			}},
		{"a test's own boolean flag before one of goat's", "test", []string{"-update", "-base=v1", "-golden", "y", "-verbose", "-gcflags=all=-N", "."},
			commandLine{
				goat:  config.Flags{Base: "v1"},
				flags: []string{"-update", "-golden", "y", "-verbose", "-gcflags=all=-N"}, gcflags: []string{"all=-N"}, rest: []string{"."},
			}},
		{"-C and goat's flags before a test's packages", "test", []string{"-base=v1", "-C", "dir", "-x", "."},
			commandLine{goat: config.Flags{Base: "v1"}, chdir: "dir", flags: []string{"-x", "."}, packages: []string{"."}}},
		{"-args without packages", "test", []string{"-run=X", "-args", "-base=x"},
			commandLine{flags: []string{"-run=X"}, rest: []string{"-args", "-base=x"}}},
		{"build flags behind the packages of a program are its own", "run", []string{"-v", ".", "-gcflags=-l", "-toolexec=x"},
			commandLine{flags: []string{"-v"}, rest: []string{".", "-gcflags=-l", "-toolexec=x"}}},
		{"-C and -toolexec are taken out", "run", []string{"-C", "dir", "-toolexec", "w a", "-n", "main.go"},
			commandLine{chdir: "dir", toolexec: ptr("w a"), flags: []string{"-n"}, rest: []string{"main.go"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseLine(tt.sub, tt.args)
			if err != nil {
				t.Fatal(err)
			}
			tt.want.subcommand = tt.sub
			if diff := cmp.Diff(&tt.want, got, cmp.AllowUnexported(commandLine{}), cmp.Transformer("empty", orEmpty)); diff != "" {
				t.Errorf("parseLine (-want +got):\n%s", diff)
			}
		})
	}
}

func orEmpty(list []string) []any {
	words := []any{}
	for _, w := range list {
		words = append(words, w)
	}
	return words
}

func ptr(s string) *string { return &s }

// TestPackageFlags checks what "go help build" says about -gcflags.
func TestPackageFlags(t *testing.T) {
	inside := target{module: "example.com/m", rel: "a/b", dir: "/src/m/a/b", importPath: "example.com/m/a/b"}
	tests := []struct {
		name   string
		values []string
		want   []string
	}{
		{"none", nil, nil},
		{"all", []string{"all=-N -l"}, []string{"-N", "-l"}},
		{"the last one that matches counts", []string{"all=-N", "example.com/m/...=-l", "std=-m"}, []string{"-l"}},
		{"an empty one takes the flags away", []string{"all=-N", "./m/a/b="}, nil},
		{"a directory", []string{"./m/a/b=-N"}, []string{"-N"}},
		{"another directory", []string{"./m/a=-N"}, nil},
		{"a directory and what is below", []string{"./m/...=-N"}, []string{"-N"}},
		{"above", []string{"../src/m/a/...=-N"}, []string{"-N"}},
		{"the path", []string{"example.com/m/a/b=-N"}, []string{"-N"}},
		{"a path above", []string{"example.com/m/a=-N"}, nil},
		{"quotes", []string{"all='-d=a b' -l"}, []string{"-d=a b", "-l"}},
		{"spaces around the pattern", []string{" all =-N"}, []string{"-N"}},
		{"the standard library", []string{"std=-N", "cmd=-l"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			flags, err := parsePackageFlags(context.Background(), &commandLine{gcflags: tt.values}, "/src", true)
			if err != nil {
				t.Fatal(err)
			}
			got := flags.of(inside)
			if diff := cmp.Diff(orEmpty(tt.want), orEmpty(got)); diff != "" {
				t.Errorf("flags of %s (-want +got):\n%s", inside.importPath, diff)
			}
		})
	}
}

func TestDirectoryPattern(t *testing.T) {
	for dir, want := range map[string]string{
		"/src/m": ".", "/src": "..", "/src/m/a": "./a", "/src/n": "../n", "/src/m/..x": "./..x", "/src/m/a b": "./a b",
	} {
		if got, err := directoryPattern("/src/m", dir); err != nil || got != want {
			t.Errorf("directoryPattern(%q): got %q, %v, want %q", dir, got, err, want)
		}
	}
	for _, dir := range []string{"/src/m/a=b", "/src/m/a...b", "/src/m/a "} {
		if got, err := directoryPattern("/src/m", dir); !errors.Is(err, errNotPatterned) {
			t.Errorf("directoryPattern(%q): got %q, %v, want %v", dir, got, err, errNotPatterned)
		}
	}
}
