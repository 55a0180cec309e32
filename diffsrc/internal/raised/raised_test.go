package raised

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseVendored(t *testing.T) {
	text := `# example.com/a v1.2.3
## explicit; go 1.20
example.com/a
example.com/a/sub
# example.com/b v1.0.0 => example.com/fork v1.1.0
## explicit
example.com/b/x
# example.com/c v0.0.0 => ./c
example.com/c
# example.com/unused v1.0.0
## explicit
# example.com/b => example.com/fork v1.1.0
`
	got := parseVendored([]byte(text), "/app")
	wantModules := map[string]code{
		"example.com/a": {path: "example.com/a", version: "v1.2.3"},
		"example.com/b": {path: "example.com/fork", version: "v1.1.0"},
		"example.com/c": {dir: "/app/c"},
	}
	if diff := cmp.Diff(wantModules, got.modules, cmp.AllowUnexported(code{})); diff != "" {
		t.Errorf("modules (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]bool{".": true, "sub": true}, got.directories("example.com/a")); diff != "" {
		t.Errorf("directories (-want +got):\n%s", diff)
	}
}

func TestOtherMajor(t *testing.T) {
	then := &buildList{modules: map[string]code{
		"example.com/m":       {path: "example.com/m", version: "v1.9.0"},
		"example.com/m/v2":    {path: "example.com/m/v2", version: "v2.0.0"},
		"gopkg.in/yaml.v2":    {path: "gopkg.in/yaml.v2", version: "v2.4.0"},
		"example.com/n/sub":   {path: "example.com/n/sub", version: "v1.0.0"},
		"example.com/replace": {dir: "/x"},
	}}
	for path, want := range map[string]string{
		"example.com/m/v3":       "example.com/m/v2",
		"gopkg.in/yaml.v3":       "gopkg.in/yaml.v2",
		"example.com/n":          "",
		"example.com/replace/v2": "example.com/replace",
		"example.com/other":      "",
	} {
		if got := otherMajor(path, then); got != want {
			t.Errorf("other major version of %s: got %q, want %q", path, got, want)
		}
	}
}

func TestEnclosing(t *testing.T) {
	then := &buildList{modules: map[string]code{"example.com/m": {}, "example.com/m/a": {}}}
	for path, want := range map[string]string{
		"example.com/m/b": "example.com/m", "example.com/m/a/b": "example.com/m/a", "example.com/mb": "", "example.com": "",
	} {
		if got := enclosing(path, then); got != want {
			t.Errorf("module around %s: got %q, want %q", path, got, want)
		}
	}
}

// The name of a version in an index leads back to its code.
func TestDescribeCode(t *testing.T) {
	for _, c := range []code{
		{path: "example.com/m", version: "v1.9.0"},
		{path: "example.com/fork", version: "v0.0.0-20260102030405-abcdefabcdef"},
		{dir: "/work/lib"},
		{dir: "/work/app"},
	} {
		text := c.describe("example.com/m", "/work/app")
		if got := parseCode("example.com/m", text, "/work/app"); got != c {
			t.Errorf("reading %q: got %+v, want %+v", text, got, c)
		}
	}
}
