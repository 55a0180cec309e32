package gocmd

import (
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseTest(t *testing.T) {
	own := func(name string) bool { return name == "base" }
	tests := []struct {
		args     string
		packages string
		words    string
		rest     string
		flags    string // NAME=VALUE
	}{
		{args: ""},
		{args: ". -gcflags=-l", packages: ".", words: ". -gcflags=-l", flags: "gcflags=-l"},
		{args: ". -gcflags -l -c", packages: ".", words: ". -gcflags -l -c", flags: "gcflags=-l c="},
		{args: "--gcflags=-l . --toolexec w -o t.test", packages: ".", words: "--gcflags=-l . --toolexec w -o t.test", flags: "gcflags=-l toolexec=w o=t.test"},
		{args: "-v ./a ./b -run X", packages: "./a ./b", words: "-v ./a ./b -run X", flags: "v= run=X"},
		{args: "./a -v ./b -race", packages: "./a", words: "./a -v", rest: "./b -race", flags: "v="},
		{args: ". -args -gcflags=-l", packages: ".", words: ".", rest: "-args -gcflags=-l"},
		{args: ". --args -gcflags=-l", packages: ".", words: ".", rest: "--args -gcflags=-l"},
		{args: "-args=x . -race", words: "-args=x", rest: ". -race"},
		{args: ". -- -gcflags=-l", packages: ".", words: ".", rest: "-- -gcflags=-l"},
		{args: ". -update -gcflags=-l", packages: ".", words: ". -update -gcflags=-l", flags: "gcflags=-l"},
		{args: ". -golden x -gcflags=-l", packages: ".", words: ". -golden x -gcflags=-l", flags: "gcflags=-l"},
		{args: ". -golden=x y -gcflags=-l", packages: ".", words: ". -golden=x", rest: "y -gcflags=-l"},
		{args: "-golden x . -race", words: "-golden x", rest: ". -race"},
		{args: "-golden . -race", words: "-golden . -race", flags: "race="},
		{args: "-test.v . -test.run X -test.short x", packages: ".", words: "-test.v . -test.run X -test.short", rest: "x", flags: "test.v= test.run=X test.short="},
		{args: "-test.gcflags=-l . -race", words: "-test.gcflags=-l", rest: ". -race"},
		{args: "-run -gcflags=-l .", packages: ".", words: "-run -gcflags=-l .", flags: "run=-gcflags=-l"},
		{args: "-base v1 . -base=v2 -race", packages: ".", words: ". -base=v2 -race", flags: "race="},
		{args: "-update -base v1 .", words: "-update ."},
		{args: ". - -race", packages: ". -", words: ". - -race", flags: "race="},
		{args: ". ---x -=y -race", packages: ". ---x -=y", words: ". ---x -=y -race", flags: "race="},
		{args: ". -h -race", packages: ".", words: ".", rest: "-h -race"},
		{args: ". -gcflags", packages: ".", words: ". -gcflags", flags: "gcflags="},
	}
	for _, tt := range tests {
		t.Run(tt.args, func(t *testing.T) {
			l := ParseTest(strings.Fields(tt.args), own)
			var flags []string
			for _, f := range l.Flags {
				flags = append(flags, f.Name+"="+f.Value)
			}
			got := []string{strings.Join(l.Packages, " "), strings.Join(l.Words, " "), strings.Join(l.Rest, " "), strings.Join(flags, " ")}
			if diff := cmp.Diff([]string{tt.packages, tt.words, tt.rest, tt.flags}, got); diff != "" {
				t.Errorf("packages, words, rest, flags (-want +got):\n%s", diff)
			}
		})
	}
}

// TestTestFlags compares the flags known here with the go command's own source.
func TestTestFlags(t *testing.T) {
	//nolint:staticcheck // tests run where they were built
	internal := filepath.Join(runtime.GOROOT(), "src", "cmd", "go", "internal")
	read := func(name string) string {
		data, err := os.ReadFile(filepath.Join(internal, filepath.FromSlash(name)))
		if err != nil {
			t.Skipf("reading the go command's source: %v", err)
		}
		return string(data)
	}
	body := func(text, from, to string) string {
		_, text, _ = strings.Cut(text, from)
		text, _, _ = strings.Cut(text, to)
		return text
	}
	call := regexp.MustCompile(`(?:flags|cf|cmd\.Flag)\.(\w*Var|Bool|Int|String)\((?:[^"\n]+, )?"([\w-]+)",`)
	boolean := map[string]bool{"buildvcs": true, "v": true} // a Value of its own with IsBoolFlag
	found := make(map[string]bool)
	for _, text := range []string{
		body(read("work/build.go"), "func AddBuildFlags(", "\n}\n"), body(read("work/build.go"), "func AddCoverFlags(", "\n}\n"),
		body(read("test/testflag.go"), "func init() {", "\n}\n"), read("base/flag.go"),
	} {
		for _, m := range call.FindAllStringSubmatch(text, -1) {
			found[m[2]] = true
			boolean[m[2]] = boolean[m[2]] || strings.HasPrefix(m[1], "Bool")
		}
	}
	if !found["gcflags"] || !found["modfile"] || !found["run"] || !found["coverprofile"] {
		t.Fatalf("the go command's source does not read as expected: found %v", found)
	}
	found["C"] = true
	passed := make(map[string]bool)
	for _, m := range regexp.MustCompile(`"(\w+)": +true`).FindAllStringSubmatch(body(read("test/flagdefs.go"), "passFlagToTest", "\n}\n"), -1) {
		passed[m[1]], found["test."+m[1]] = true, true
	}
	if diff := cmp.Diff(passed, handedOn); diff != "" {
		t.Errorf("flags handed on to the test binary (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(found, testFlags); diff != "" {
		t.Errorf("flags of go test (-want +got):\n%s", diff)
	}
	for name := range found {
		if plain := strings.TrimPrefix(name, "test."); booleanFlags[plain] != boolean[plain] {
			t.Errorf("flag %s: got boolean %v, want %v", name, booleanFlags[plain], boolean[plain])
		}
	}
}
