package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goat-trace/goat/internal/proof/scriptcmd"
)

// run runs the demonstration from the top of the repository with variables
// given as name=value.
func run(t *testing.T, variables ...string) (stdout, stderr string, err error) {
	t.Helper()
	env := make(map[string]string)
	for _, v := range variables {
		name, value, _ := strings.Cut(v, "=")
		env[name] = value
	}
	t.Chdir(filepath.Join("..", "..", ".."))
	t.Setenv("GOAT_CACHE", scriptcmd.Cache(t))
	var out, errs bytes.Buffer
	err = try(t.Context(), &out, &errs, func(name string) string { return env[name] })
	return out.String(), errs.String(), err
}

func TestDemo(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	stdout, stderr, err := run(t)
	if err != nil {
		t.Fatalf("got error %v, want none\n%s", err, stderr)
	}
	for _, want := range []string{
		"# goat-vet ./...", "main.go:40",
		"GET  /price?n=12 → 200 2700",
		`goat_points{component="example.com/shop"} `,
		`base="v1.0.0"`,
		"\n✗ 41         return n * 50\n",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("got %s, want %q in it", stdout, want)
		}
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := sample(t, stdout), sample(t, string(readme)); got != want {
		t.Errorf("README.md shows\n%s\nwant what goat track prints:\n%s", want, got)
	}
	if want := sourceSample(t, string(readme)); !strings.Contains(stdout, want) {
		t.Errorf("README.md shows\n%s\nwant a piece of what goat track prints:\n%s", want, stdout)
	}
	left, err := os.ReadDir(tmp)
	if err != nil || len(left) > 0 {
		t.Errorf("got %v left in the temporary directory (%v), want nothing", left, err)
	}
}

// sample cuts out what goat track prints of the shop, without what differs each time.
func sample(t *testing.T, text string) string {
	t.Helper()
	start := strings.Index(text, "shop v1.1.0 (")
	end := strings.Index(text[max(start, 0):], "order     else")
	if start < 0 || end < 0 {
		t.Fatalf("got %s, want the table of the shop in it", text)
	}
	text = text[start : start+end]
	for pattern, plain := range map[string]string{`\([0-9a-f]{10}, `: "(COMMIT, ", `[0-9]+ (s|min) ago, 127\.0\.0\.1:[0-9]+`: "AGE"} {
		text = regexp.MustCompile(pattern).ReplaceAllString(text, plain)
	}
	return text
}

// sourceSample cuts out the source that README.md shows.
func sourceSample(t *testing.T, text string) string {
	t.Helper()
	_, text, found := strings.Cut(text, "```\n✓ 38 ")
	text, _, closed := strings.Cut(text, "\n```")
	if !found || !closed {
		t.Fatal("got a README.md without the source of the shop")
	}
	return "\n✓ 38 " + text + "\n"
}

// TestOwn runs the demonstration on a repository with a main package that
// ends at once.
func TestOwn(t *testing.T) {
	repo := t.TempDir()
	s := &stage{ctx: t.Context(), stdout: new(bytes.Buffer), stderr: new(bytes.Buffer)}
	for name, text := range map[string]string{
		"go.mod":    "module example.com/own\n\ngo 1.24\n",
		"goat.yaml": "appVersion: v7\nserve: file # quicker to build: no net/http\n",
		"main.go":   "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println(\"changed\")\n}\n",
	} {
		if err := os.WriteFile(filepath.Join(repo, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"init", "-q"}, {"add", "."}, {"commit", "-qm", "one"}} {
		if _, err := s.run(command{args: append([]string{"git"}, args...), dir: repo, env: gitEnv}); err != nil {
			t.Fatal(err)
		}
	}
	stdout, stderr, err := run(t, "REPO="+repo, "BASE=INIT", "PKG=.")
	if err != nil {
		t.Fatalf("got error %v, want none\n%s", err, stderr)
	}
	for _, want := range []string{"# goat points own\n\nexample.com/own: 2 tracking points, patch, base INIT", "changed\n", "own v7 (", ": 2 of 2 points covered (100%)"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("got %s, want %q in it", stdout, want)
		}
	}
}

func TestWrongWishes(t *testing.T) {
	tests := []struct {
		name      string
		variables []string
		want      string
	}{
		{"base without repository", []string{"BASE=v1"}, "name it with REPO="},
		{"no directory", []string{"REPO=go.mod"}, "is not a directory"},
		{"library as package", []string{"REPO=.", "PKG=./internal/buildinfo"}, "names 0 main packages"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, _, err := run(t, test.variables...); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want one with %q", err, test.want)
			}
		})
	}
}
