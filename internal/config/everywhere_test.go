package config_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/internal/config"
	"github.com/goat-trace/goat/rt"
)

// TestSettingsByFlagAndVariable sets the same in goat.yaml, by a variable and
// by a flag. Each wins over the one before, and a list replaces a list.
func TestSettingsByFlagAndVariable(t *testing.T) {
	tests := []struct {
		flag, variable string
		inFile         string // the line of goat.yaml
		other          string // the variable's value, where the flag wins
		value          string // the flag's or variable's value
		want           func(*config.Config)
	}{
		{"serve", "GOAT_SERVE", "serve: off", "http", "file", func(c *config.Config) { c.Serve = "file" }},
		{"hub", "GOAT_HUB_LINK", "hub: false", "no", "true", func(c *config.Config) { c.Hub = true }},
		{"hits", "GOAT_HITS", "", "", "point", func(c *config.Config) { c.Hits = "point" }},
		{"dataType", "GOAT_DATA_TYPE", "dataType: bool", "truth", "average", func(c *config.Config) { c.DataType = "count" }},
		{"appName", "GOAT_APP_NAME", "appName: a", "b", "shop", func(c *config.Config) { c.AppName = "shop" }},
		{"appVersion", "GOAT_APP_VERSION", "appVersion: 1", "2", "1.10", func(c *config.Config) { c.AppVersion = "1.10" }},
		{"mainEntries", "GOAT_MAIN_ENTRIES", "mainEntries: [cmd/z]", "*", "cmd/a,example.com/...", func(c *config.Config) { c.MainEntries = []string{"cmd/a", "example.com/..."} }},
		{"ignores", "GOAT_IGNORES", "ignores: [z]", "y,x", "gen, *.pb.go,gen", func(c *config.Config) { c.Ignores = []string{"gen", "*.pb.go"} }},
	}
	for _, test := range tests {
		t.Run(test.flag, func(t *testing.T) {
			check := func(origin string, flags config.Flags, env map[string]string) {
				t.Helper()
				_, got, err := load(t, test.inFile, flags, env)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(withDefaults(test.want), got, withoutOrigins); diff != "" {
					t.Errorf("%s (-want +got):\n%s", origin, diff)
				}
				if got.Origins[test.flag] != origin {
					t.Errorf("got the origin %s, want %s", got.Origins[test.flag], origin)
				}
			}
			var flags config.Flags
			if err := flags.Set(test.flag, test.value); err != nil {
				t.Fatal(err)
			}
			check(test.variable, config.Flags{}, map[string]string{test.variable: test.value})
			check("-"+test.flag, flags, nil)
			check("-"+test.flag, flags, map[string]string{test.variable: test.other})

			// What decides over compiled code must decide over its salt.
			_, without, err := load(t, test.inFile, config.Flags{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			_, with, _ := load(t, test.inFile, flags, nil)
			if with.ID() == without.ID() {
				t.Errorf("got the ID %s with -%s=%s and without, want two", with.ID(), test.flag, test.value)
			}
		})
	}
}

func TestWrongFlagsAndVariables(t *testing.T) {
	env := map[string]string{
		"GOAT_SERVE": "htpp", "GOAT_HITS": "points", "GOAT_DATA_TYPE": "sum", "GOAT_MAIN_ENTRIES": "a,,b",
		"GOAT_IGNORES": "a[,b", "GOAT_STRICT": "perhaps",
	}
	_, _, err := load(t, "flush: 10ms\n", config.Flags{}, env)
	want := strings.Join([]string{
		`goat.yaml:1: flush: "10ms" is neither 0 nor a duration of at least 100ms; write for example 2s`,
		`GOAT_IGNORES: "a[" is not a valid glob; close each [ with a ]`,
		`GOAT_DATA_TYPE: "sum" is not one of bool, count; write one of these`,
		`GOAT_MAIN_ENTRIES: an empty entry names no main package; remove it or write "*"`,
		`GOAT_SERVE: "htpp" is not one of http, file, off; write http`,
		`GOAT_HITS: "points" is not one of "", point; write point`,
		`GOAT_STRICT: "perhaps" is not a boolean; write 1 or 0`,
	}, "\n")
	if err == nil {
		t.Fatalf("got no error, want %s", want)
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFlush(t *testing.T) {
	for text, want := range map[string]string{"": "", "2s": "2s", "0": "0", "0s": "0s", "1m30s": "1m30s", "100ms": "100ms"} {
		_, got, err := load(t, "flush: "+text+"\n", config.Flags{}, map[string]string{"GOAT_FLUSH": "9s"}) // the variable is for the built binary
		if err != nil || got.Flush != want {
			t.Errorf("flush: %s: got %q, %v, want %q", text, got.Flush, err, want)
		}
	}
	for _, text := range []string{"2", "-1s", "99ms", "often"} {
		if _, _, err := load(t, "flush: "+text+"\n", config.Flags{}, nil); err == nil {
			t.Errorf("flush: %s: got no error, want one", text)
		}
	}
}

// TestBooleans reads the words of strconv.ParseBool and YAML, in variables of
// the build and of a built binary.
func TestBooleans(t *testing.T) {
	words := map[bool]string{
		true:  "1 t T true True TRUE y Y yes Yes YES on On ON",
		false: "0 f F false False FALSE n N no No NO off Off OFF",
	}
	for want, list := range words {
		for _, word := range strings.Fields(list) {
			_, c, err := load(t, "", config.Flags{}, map[string]string{"GOAT_STRICT": word, "GOAT_MODULES": word})
			if err != nil || c.Strict != want || (c.Modules == "true") != want {
				t.Errorf("%s: got %v, %s, %v, want %v", word, c.Strict, c.Modules, err, want)
			}
			if got, ok := rt.Boolean(word); got != want || !ok {
				t.Errorf("%s: got %v, %v of the runtime, want %v", word, got, ok, want)
			}
		}
	}
	for _, word := range []string{"2", "maybe", "tr"} {
		if _, _, err := load(t, "", config.Flags{}, map[string]string{"GOAT_STRICT": word}); err == nil {
			t.Errorf("%s: got no error, want one", word)
		}
		if _, ok := rt.Boolean(word); ok {
			t.Errorf("%s: got it taken by the runtime, want it refused", word)
		}
	}
}
