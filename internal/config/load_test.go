package config_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/goat-trace/goat/internal/config"
)

// load loads yaml as goat.yaml of a fresh directory, which it returns.
func load(t *testing.T, yaml string, flags config.Flags, env map[string]string) (string, *config.Config, error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, config.FileName), []byte(yaml), 0o644); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(config.Input{Dir: dir, Flags: flags, Getenv: func(name string) string { return env[name] }})
	return dir, c, err
}

// withDefaults returns the default configuration with the changes of change.
func withDefaults(change func(*config.Config)) *config.Config {
	c := &config.Config{
		Modules: "false", NewBranch: "HEAD", BaseMode: "auto", Granularity: "patch", Precision: 1, Threads: runtime.GOMAXPROCS(0),
		DataType: "bool", MainEntries: []string{"*"}, SkipNestedModules: true, Serve: "http",
	}
	change(c)
	return c
}

var withoutOrigins = cmpopts.IgnoreFields(config.Config{}, "File", "Origins")

func TestLoad(t *testing.T) {
	tests := []struct {
		name, yaml string
		want       func(*config.Config)
	}{
		{"empty", "", func(*config.Config) {}},
		{"only a comment", "# nothing yet\n", func(*config.Config) {}},
		{"only a separator", "---\n", func(*config.Config) {}},
		{"windows line ends and a byte order mark", "\ufeffgranularity: line\r\nthreads: 3\r\n", func(c *config.Config) { c.Granularity, c.Threads = "line", 3 }},
		{"numbers as strings", "appVersion: 1.10\noldBranch: 1e10\nappName: true\n", func(c *config.Config) { c.AppVersion, c.Base, c.AppName = "1.10", "1e10", "true" }},
		{"dates as strings", "appVersion: 2026-01-02\n", func(c *config.Config) { c.AppVersion = "2026-01-02" }},
		{"off is a string", "serve: off\n", func(c *config.Config) { c.Serve = "off" }},
		{"base", "base: v1\n", func(c *config.Config) { c.Base = "v1" }},
		{"base under two names", "base: v1\noldBranch: v1\n", func(c *config.Config) { c.Base = "v1" }},
		{"one of two names is empty", "base: v1\noldBranch:\n", func(c *config.Config) { c.Base = "v1" }},
		{"current branch", "base: .\nnewBranch: ''\n", func(c *config.Config) { c.Base = "HEAD" }},
		{"environment is not expanded", "base: ${REF}\n", func(c *config.Config) { c.Base = "${REF}" }},
		{"anchors", "ignores: &x [a, b]\nmainEntries: *x\n", func(c *config.Config) { c.Ignores, c.MainEntries = []string{"a", "b"}, []string{"a", "b"} }},
		{"lists", "adaptors: [victoria, prometheus, victoria]\nignores: []\n", func(c *config.Config) { c.Adaptors, c.Ignores = []string{"victoria", "prometheus"}, []string{} }},
		{"components", "components:\n  billing: [example.com/app/billing/...]\n  web:\n    - example.com/app/web\n    - example.com/app/html\n", func(c *config.Config) {
			c.Components = map[string][]string{"billing": {"example.com/app/billing/..."}, "web": {"example.com/app/web", "example.com/app/html"}}
		}},
		{"threads unset", "threads: 0\n", func(c *config.Config) {}},
		{"new modules too", "modules: all\n", func(c *config.Config) { c.Modules = "all" }},
		{"modules off", "modules: no\n", func(c *config.Config) {}},
		{"booleans", "skipNestedModules: false\ngenerated: true\nmodules: True\nverbose: TRUE\n", func(c *config.Config) {
			c.SkipNestedModules, c.Generated, c.Modules, c.Verbose = false, true, "true", true
		}},
		{"others", "baseMode: require\nhits: point\ndataType: count\ndiffPrecision: 3\n", func(c *config.Config) {
			c.BaseMode, c.Hits, c.DataType, c.Precision = "require", "point", "count", 3
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir, got, err := load(t, test.yaml, config.Flags{}, nil)
			if err != nil {
				t.Fatalf("got error %v, want none", err)
			}
			if diff := cmp.Diff(withDefaults(test.want), got, withoutOrigins); diff != "" {
				t.Errorf("configuration (-want +got):\n%s", diff)
			}
			if want := filepath.Join(dir, "goat.yaml"); got.File != want {
				t.Errorf("got file %s, want %s", got.File, want)
			}
		})
	}
}

func TestGOATFilesWorkAsTheyAre(t *testing.T) {
	tests := map[string]func(*config.Config){
		"current": func(c *config.Config) {
			c.AppName, c.AppVersion, c.Base, c.Precision, c.Threads, c.Race = "example-app", "1.10", "main", 2, 4, true
			c.Ignores = []string{".git", ".gitignore", "vendor", "testdata", "node_modules"}
			c.MainEntries = []string{"cmd/client,cmd/server"}
			c.GoatPackageName, c.GoatPackageAlias, c.GoatPackagePath = "goat", "goat", "internal/goat"
			c.PrinterMode, c.PrinterTabwidth = []string{"useSpaces", "tabIndent"}, 8
			c.Needless = []string{"goatPackageName", "goatPackageAlias", "goatPackagePath", "race", "printerConfigMode", "printerConfigTabwidth", "printerConfigIndent"}
		},
		"oldest": func(c *config.Config) {
			c.Base, c.Threads, c.DataType, c.GoatPackageName = "main", 1, "count", "goat"
			c.Needless = []string{"goatPackageName", "race"}
		},
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join("testdata", "goat", name+".yaml"))
			if err != nil {
				t.Fatal(err)
			}
			_, got, err := load(t, string(data), config.Flags{}, nil)
			if err != nil {
				t.Fatalf("got error %v, want none", err)
			}
			if diff := cmp.Diff(withDefaults(want), got, withoutOrigins); diff != "" {
				t.Errorf("configuration (-want +got):\n%s", diff)
			}
		})
	}
}

func TestErrorsNameLineAndRemedy(t *testing.T) {
	tests := []struct{ name, yaml, want string }{
		{"bad value", "appName: a\n\ngranularity: lines\n", `goat.yaml:3: granularity: "lines" is not one of line, patch, scope, func; write line`},
		{"bad value far from all", "serve: websocket\n", `goat.yaml:1: serve: "websocket" is not one of http, file, off; write one of these`},
		{"unknown key", "granularty: line\n", `goat.yaml:1: granularty: the key is unknown; did you mean granularity?`},
		{"key in other case", "AppName: x\n", `goat.yaml:1: AppName: the key is unknown; did you mean appName?`},
		{"unknown key far from all", "colour: red\n", `goat.yaml:1: colour: the key is unknown; docs/configuration.md lists the known ones`},
		{"duplicate key", "threads: 1\nverbose: true\nthreads: 1\n", `goat.yaml:3: threads: the key stands already in line 1; remove one of the two`},
		{"two bases", "oldBranch: v1\nbase: v2\n", `goat.yaml:2: base: line 1 sets the same under another name to another value; keep oldBranch and remove the other`},
		{"precision too great", "diffPrecision: 4\n", `goat.yaml:1: diffPrecision: 4 is not between 1 and 3; write such a number`},
		{"no threads", "threads: -1\n", `goat.yaml:1: threads: -1 is not 0 or more; write such a number`},
		{"number as string", "threads: \"2\"\n", `goat.yaml:1: threads: the string "2" is not a whole number; write one without quotes`},
		{"fraction", "threads: 2.5\n", `goat.yaml:1: threads: the number 2.5 is not a whole number; write one without quotes`},
		{"a quoted word", "verbose: 'yes'\n", `goat.yaml:1: verbose: the string "yes" is not a boolean; write true or false without quotes`},
		{"boolean as string", "verbose: \"true\"\n", `goat.yaml:1: verbose: the string "true" is not a boolean; write true or false without quotes`},
		{"list as string", "appName: [a]\n", `goat.yaml:1: appName: a list is not a string; write one value behind the colon`},
		{"string as list", "ignores: vendor\n", `goat.yaml:1: ignores: the string "vendor" is not a list; write ignores: ["vendor"]`},
		{"list as map", "components: [a]\n", `goat.yaml:1: components: a list is not a map; write a name: [pattern, …] a line below components:`},
		{"item of another type", "ignores:\n  - a\n  - {b: c}\n", `goat.yaml:3: ignores: a map is not a string; write one value behind the colon`},
		{"bad item", "adaptors:\n  - victoria\n  - promethius\n", `goat.yaml:3: adaptors: "promethius" is not one of victoria, prometheus; write prometheus`},
		{"bad glob", "ignores:\n  - \"a[\"\n", `goat.yaml:2: ignores: "a[" is not a valid glob; close each [ with a ]`},
		{"negated glob", "ignores: [\"!a\"]\n", `goat.yaml:1: ignores: "!a": exceptions with ! are not known; list what is ignored only`},
		{"path out of the module", "ignores: [../a]\n", `goat.yaml:1: ignores: "../a" leaves the module; write the path from the module's root`},
		{"empty main entry", "mainEntries: [\"\"]\n", `goat.yaml:1: mainEntries: an empty entry names no main package; remove it or write "*"`},
		{"component named by a number", "components:\n  \"7\": [a]\n", `goat.yaml:2: components.7: "7" is a number, which /track?component= reads as an id; choose another name`},
		{"component with a comma", "components:\n  a,b: [a]\n", `goat.yaml:2: components.a,b: "a,b" holds a comma, which separates names in /track?component=; choose another name`},
		{"component twice", "components:\n  a: [a]\n  a: [b]\n", `goat.yaml:3: components.a: the name stands there twice; remove one of the two`},
		{"component without patterns", "components:\n  a: []\n", `goat.yaml:2: components.a: a pattern is missing; write a package pattern, for example example.com/app/...`},
		{"list at the top", "- a\n", `goat.yaml:1: the file is a list; write one key: value a line`},
		{"string at the top", "hello\n", `goat.yaml:1: the file is the string "hello"; write one key: value a line`},
		{"two documents", "threads: 1\n---\nthreads: 2\n", `goat.yaml:2: a second YAML document begins; keep one document a file`},
		{"merge key", "<<: {threads: 1}\n", `goat.yaml:1: <<: the key is unknown; docs/configuration.md lists the known ones`},
		{"base and patch file", "base: v1\npatchfile: a.diff\n", `goat.yaml:1: it excludes patchfile (goat.yaml:2); keep one of the two`},
		{"no name of a package", "goatPackageAlias: a-b\n", `goat.yaml:1: goatPackageAlias: "a-b" is no name that a package can have; write for example goat`},
		{"package outside of the module", "goatPackagePath: ../goat\n", `goat.yaml:1: goatPackagePath: "../goat" is no directory below the module's root; write for example goat or internal/goat`},
		{"package where there is none", "goatPackagePath: testdata/goat\n", `goat.yaml:1: goatPackagePath: "testdata/goat" leads through testdata, where the go command finds no packages; write for example internal/goat`},
		{"needless key of another type", "printerConfigIndent: wide\n", `goat.yaml:1: printerConfigIndent: the string "wide" is not a whole number; write one without quotes`},
		{"all at once, sorted", "threads: -1\nverbose: 1\nappName: a\ncolour: red\n", strings.Join([]string{
			`goat.yaml:1: threads: -1 is not 0 or more; write such a number`,
			`goat.yaml:2: verbose: the number 1 is not a boolean; write true or false without quotes`,
			`goat.yaml:4: colour: the key is unknown; docs/configuration.md lists the known ones`}, "\n")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := load(t, test.yaml, config.Flags{}, nil)
			if err == nil {
				t.Fatalf("got no error, want %s", test.want)
			}
			if diff := cmp.Diff(test.want, err.Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSyntaxErrorNamesLine(t *testing.T) {
	_, _, err := load(t, "threads: 1\nignores: [a\nverbose: true\n", config.Flags{}, nil)
	if err == nil || !strings.HasPrefix(err.Error(), "goat.yaml:") || !strings.Contains(err.Error(), "mend the syntax") {
		t.Errorf("got %v, want an error with file, line and remedy", err)
	}
}

func TestPrecedence(t *testing.T) {
	yaml := "base: file\ngranularity: scope\ndiffPrecision: 3\n"
	env := map[string]string{"GOAT_BASE": "env", "GOAT_GRANULARITY": "block", "GOAT_BASE_MODE": "direct", "GOAT_STRICT": "1", "GOAT_LOG": "goat.log"}
	dir, got, err := load(t, yaml, config.Flags{Base: "flag"}, env)
	if err != nil {
		t.Fatal(err)
	}
	want := withDefaults(func(c *config.Config) {
		c.Base, c.Granularity, c.Precision, c.BaseMode, c.Strict = "flag", "patch", 3, "direct", true
		c.Log = filepath.Join(dir, "goat.log")
	})
	if diff := cmp.Diff(want, got, withoutOrigins); diff != "" {
		t.Errorf("configuration (-want +got):\n%s", diff)
	}
	wantOrigins := map[string]string{
		"oldBranch": "-base", "granularity": "GOAT_GRANULARITY", "baseMode": "GOAT_BASE_MODE",
		"diffPrecision": "goat.yaml:3", "GOAT_STRICT": "GOAT_STRICT", "GOAT_LOG": "GOAT_LOG",
	}
	if diff := cmp.Diff(wantOrigins, got.Origins); diff != "" {
		t.Errorf("origins (-want +got):\n%s", diff)
	}
}

func TestSourcesExcludeEachOther(t *testing.T) {
	tests := []struct {
		name, yaml string
		flags      config.Flags
		env        map[string]string
		want       config.Config // compared are Base, Patchfile and Index; paths are relative to the directory
		wantErr    string
	}{
		{name: "index beats the file's base", yaml: "base: v1", env: map[string]string{"GOAT_INDEX": "goat.index"}, want: config.Config{Index: "goat.index"}},
		{name: "index beats the base of the same place", env: map[string]string{"GOAT_INDEX": "goat.index", "GOAT_BASE": "v1"}, want: config.Config{Index: "goat.index"}},
		{name: "flag beats index", flags: config.Flags{Base: "v1"}, env: map[string]string{"GOAT_INDEX": "goat.index"}, want: config.Config{Base: "v1"}},
		{name: "patch file of the file", yaml: "patchfile: ci/a.diff", want: config.Config{Patchfile: "ci/a.diff"}},
		{name: "patch file and base", flags: config.Flags{Base: "v1", Patchfile: "a"}, wantErr: "-base: it excludes patchfile (-patchfile); keep one of the two"},
		{name: "patch file and index", flags: config.Flags{Index: "b", Patchfile: "a"}, wantErr: "-patchfile: it excludes index (-index); keep one of the two"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir, got, err := load(t, test.yaml, test.flags, test.env)
			if test.wantErr != "" {
				if err == nil || err.Error() != test.wantErr {
					t.Fatalf("got error %v, want %s", err, test.wantErr)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			want := test.want
			for _, p := range []*string{&want.Patchfile, &want.Index} {
				if *p != "" {
					*p = filepath.Join(dir, *p)
				}
			}
			if diff := cmp.Diff([]string{want.Base, want.Patchfile, want.Index}, []string{got.Base, got.Patchfile, got.Index}); diff != "" {
				t.Errorf("base, patch file, index (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFindFile(t *testing.T) {
	dir := t.TempDir()
	below := filepath.Join(dir, "a", "b")
	other := filepath.Join(dir, "other.yaml")
	if err := os.MkdirAll(filepath.Join(below, "goat.yaml"), 0o755); err != nil { // a directory with that name is not the file
		t.Fatal(err)
	}
	for file, text := range map[string]string{filepath.Join(dir, "goat.yaml"): "appName: up\npatchfile: p.diff\n", other: "appName: other\n"} {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		name    string
		flags   config.Flags
		env     string
		want    string
		wantErr string
	}{
		{name: "walk up", want: "up"},
		{name: "variable", env: "../../other.yaml", want: "other"},
		{name: "flag wins", env: "nope.yaml", flags: config.Flags{Config: other}, want: "other"},
		{name: "missing", env: "nope.yaml", wantErr: "GOAT_CONFIG: " + filepath.Join(below, "nope.yaml") + " does not exist; create it or leave GOAT_CONFIG out"},
		{name: "directory", flags: config.Flags{Config: "."}, wantErr: "-config: " + below + " is a directory; name the file, for example goat.yaml"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := config.Load(config.Input{Dir: below, Flags: test.flags, Getenv: func(name string) string {
				return map[string]string{"GOAT_CONFIG": test.env}[name]
			}})
			if test.wantErr != "" {
				if err == nil || err.Error() != test.wantErr {
					t.Fatalf("got error %v, want %s", err, test.wantErr)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got.AppName != test.want {
				t.Errorf("got the file of %s, want that of %s", got.AppName, test.want)
			}
			if want := filepath.Join(dir, "p.diff"); test.want == "up" && got.Patchfile != want {
				t.Errorf("got patch file %s, want %s", got.Patchfile, want)
			}
		})
	}
}

func TestBadVariablesAndFlags(t *testing.T) {
	_, _, err := load(t, "threads: -1\n", config.Flags{Precision: "9", Granularity: "blocks"}, map[string]string{"GOAT_STRICT": "maybe", "GOAT_PRECISION": "two"})
	want := strings.Join([]string{
		`goat.yaml:1: threads: -1 is not 0 or more; write such a number`,
		`GOAT_PRECISION: "two" is not a whole number; write one, for example 1`,
		`GOAT_STRICT: "maybe" is not a boolean; write 1 or 0`,
		`-precision: 9 is not between 1 and 3; write such a number`,
		`-granularity: "blocks" is not one of line, patch, scope, func; write one of these`,
	}, "\n")
	if err == nil {
		t.Fatalf("got no error, want %s", want)
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
}

func FuzzLoad(f *testing.F) {
	for _, seed := range []string{"", "a: 1", "ignores: [a, 'b[']", "components: {a: [b]}", "x: &x [*x]", "? [a]\n: b", "- a", "%YAML 9", "base: !!binary aGk=", "\x00", "mainEntries: &a [*a]", "<<: *b"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, config.FileName), data, 0o644); err != nil {
			t.Fatal(err)
		}
		c, err := config.Load(config.Input{Dir: dir})
		if (c == nil) == (err == nil) {
			t.Fatalf("got configuration %v and error %v, want one of them", c, err)
		}
		if err != nil {
			if !strings.Contains(err.Error(), "goat.yaml") {
				t.Fatalf("got error %v, want one that names the file", err)
			}
			return
		}
		c.Ignored("internal/foo/foo.go")
		c.IsMainEntry("example.com/app/cmd/server", "cmd/server")
		if len(c.ID()) != 32 {
			t.Fatalf("got id %q, want 32 digits", c.ID())
		}
	})
}
