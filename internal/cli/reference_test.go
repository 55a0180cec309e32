package cli_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/internal/config"
)

// TestReferenceIsUpToDate compares docs/reference.md with the commands' help.
func TestReferenceIsUpToDate(t *testing.T) {
	got, err := os.ReadFile("../../docs/reference.md")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(goat("help", "-markdown").Stdout, string(got)); diff != "" {
		t.Errorf("docs/reference.md is out of date, run make generate (-want +got):\n%s", diff)
	}
}

// TestReferenceNamesWhatIsServed looks for paths and series in the runtime's code.
func TestReferenceNamesWhatIsServed(t *testing.T) {
	page, err := os.ReadFile("../../docs/reference.md")
	if err != nil {
		t.Fatal(err)
	}
	series := regexp.MustCompile(`\bgoat_[a-z]+(?:_[a-z]+)*\b`)
	paths := regexp.MustCompile(`(?:HandleFunc|Handle)\("(?:GET )?(/[a-z/]+)"|case "(/[a-z/]+)"`)
	found := 0
	for _, pattern := range []string{"../../rt/*.go", "../../rt/serve/*.go", "../../rt/victoria/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			names := series.FindAllString(string(src), -1)
			for _, m := range paths.FindAllStringSubmatch(string(src), -1) {
				names = append(names, m[1]+m[2])
			}
			for _, n := range names {
				found++
				if !strings.Contains(string(page), n) {
					t.Errorf("docs/reference.md does not name %s, which %s has: add it to internal/cli/reference.go", n, name)
				}
			}
		}
	}
	if found < 10 {
		t.Errorf("got %d paths and series in the runtime's code, want more: what the test looks for has changed", found)
	}
}

// TestEveryVariableIsDocumented looks for variables in the code of the tools and of
// the runtime.
func TestEveryVariableIsDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range config.Settings() {
		for _, name := range append([]string{s.Key, s.Env}, s.Aliases...) {
			if !strings.Contains(string(page), name) {
				t.Errorf("docs/configuration.md does not name %s: run make generate", name)
			}
		}
	}
	variable := regexp.MustCompile(`(?:[gG]etenv|Environ|LookupEnv|environment)\("(GOAT_[A-Z_]+)"\)`)
	err = filepath.WalkDir("../..", func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if err == nil && (d.Name() == "hub" || d.Name() == "testdata" || d.Name() == "proof" || strings.HasPrefix(d.Name(), ".") && len(d.Name()) > 2) {
				return filepath.SkipDir
			}
			return err
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for _, m := range variable.FindAllStringSubmatch(string(src), -1) {
			if unknown := config.UnknownVariables([]string{m[1] + "=x"}); len(unknown) > 0 {
				t.Errorf("%s reads %s, which is neither in internal/config/settings.go nor one of goat's inner variables", name, m[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
