package config_test

import (
	"errors"
	"flag"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/internal/config"
)

func TestParseFlags(t *testing.T) {
	tests := []struct {
		args string
		want config.Flags
		rest string
	}{
		{"/go/compile -o x -base y", config.Flags{}, "/go/compile -o x -base y"},
		{"-base v1 /go/compile -V=full", config.Flags{Base: "v1"}, "/go/compile -V=full"},
		{"-base=v1 /go/compile", config.Flags{Base: "v1"}, "/go/compile"},
		{"--base v1 --granularity=line wrapper -x /go/compile", config.Flags{Base: "v1", Granularity: "line"}, "wrapper -x /go/compile"},
		{"-precision 2 -patchfile p -index i -config c -mode direct -- -odd /go/compile", config.Flags{Precision: "2", Patchfile: "p", Index: "i", Config: "c", Mode: "direct"}, "-odd /go/compile"},
		{"-base v1 -base v2 c", config.Flags{Base: "v2"}, "c"},
		{"-base a=b c", config.Flags{Base: "a=b"}, "c"},
		{"", config.Flags{}, ""},
		{"- x", config.Flags{}, "- x"},
	}
	for _, test := range tests {
		got, rest, err := config.ParseFlags(strings.Fields(test.args))
		if err != nil {
			t.Errorf("%s: got error %v, want none", test.args, err)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: flags (-want +got):\n%s", test.args, diff)
		}
		if strings.Join(rest, " ") != test.rest {
			t.Errorf("%s: got rest %q, want %q", test.args, rest, test.rest)
		}
	}
}

func TestParseFlagsErrors(t *testing.T) {
	tests := []struct{ args, want string }{
		{"-bsae v1 /go/compile", "-bsae: the flag is unknown; did you mean -base?"},
		{"-frobnicate /go/compile", "-frobnicate: the flag is unknown; known are -base, -mode, -precision, -patchfile, -index, -ignores, -modules, -granularity, -dataType, -trace-scope, -appName, -appVersion, -mainEntries, -serve, -hub, -hits, -config"},
		{"-base", "-base: the value is missing; write -base=value"},
	}
	for _, test := range tests {
		_, _, err := config.ParseFlags(strings.Fields(test.args))
		if err == nil || err.Error() != test.want {
			t.Errorf("%s: got error %v, want %s", test.args, err, test.want)
		}
	}
	for _, arg := range []string{"-h", "--help"} {
		if _, _, err := config.ParseFlags([]string{arg}); !errors.Is(err, config.ErrHelp) {
			t.Errorf("%s: got error %v, want ErrHelp", arg, err)
		}
	}
}

// TestRegisterAgrees checks that both ways to read flags agree.
func TestRegisterAgrees(t *testing.T) {
	var registered config.Flags
	fs := flag.NewFlagSet("goat", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	registered.Register(fs)
	var args []string
	fs.VisitAll(func(f *flag.Flag) {
		args = append(args, "-"+f.Name, "value-of-"+f.Name)
		if !strings.Contains(f.Usage, "GOAT_") {
			t.Errorf("-%s: got usage %q, want one that names the variable", f.Name, f.Usage)
		}
	})
	if err := fs.Parse(args); err != nil {
		t.Fatal(err)
	}
	parsed, _, err := config.ParseFlags(args)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(registered, parsed); diff != "" {
		t.Errorf("flags (-registered +parsed):\n%s", diff)
	}
}
