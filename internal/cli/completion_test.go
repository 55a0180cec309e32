package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestBashCompletion asks a real bash for its suggestions.
func TestBashCompletion(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash")
	}
	dir := t.TempDir()
	script := filepath.Join(dir, "goat.bash")
	if err := os.WriteFile(script, []byte(goat("completion", "bash").Stdout), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "goat.yaml"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		words []string // of the command line; the last one is completed
		want  []string // among what is offered
		not   string
	}{
		{[]string{"goat", "ex"}, []string{"explain"}, "build"},
		{[]string{"goat", ""}, []string{"build", "test", "init", "track", "help"}, ""},
		{[]string{"goat", "help", "po"}, []string{"points"}, "build"},
		{[]string{"goat", "build", "-gran"}, []string{"-granularity"}, "-base"},
		{[]string{"goat", "build", "-granularity", "=", ""}, []string{"line", "patch", "scope", "func"}, "goat.yaml"},
		{[]string{"goat", "vet", "-serve", "=", "f"}, []string{"file"}, "http"},
		{[]string{"goat", "config", "-config", "=", "goat.y"}, []string{"goat.yaml"}, "goat.bash"},
		{[]string{"goat", "completion", ""}, []string{"bash", "zsh", "fish"}, "goat.yaml"},
		{[]string{"goat", "explain", "goat.y"}, []string{"goat.yaml"}, "goat.bash"},
	}
	for _, test := range tests {
		t.Run(strings.Join(test.words, " "), func(t *testing.T) {
			cmd := exec.Command(bash, "--norc", "-c", `source goat.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _goat; printf '%s\n' "${COMPREPLY[@]}"`, "bash")
			cmd.Args = append(cmd.Args, test.words...)
			cmd.Dir = dir
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			got := strings.Fields(string(out))
			for _, want := range test.want {
				if !slices.Contains(got, want) {
					t.Errorf("got %q, want %q among them", got, want)
				}
			}
			if slices.Contains(got, test.not) {
				t.Errorf("got %q, want no %q", got, test.not)
			}
		})
	}
}

// TestZshAndFishCompletion asks these shells, if they are installed.
func TestZshAndFishCompletion(t *testing.T) {
	dir := t.TempDir()
	for _, shell := range []string{"zsh", "fish"} {
		t.Run(shell, func(t *testing.T) {
			path, err := exec.LookPath(shell)
			if err != nil {
				t.Skipf("there is no %s", shell)
			}
			script := filepath.Join(dir, "goat."+shell)
			if err := os.WriteFile(script, []byte(goat("completion", shell).Stdout), 0o644); err != nil {
				t.Fatal(err)
			}
			if out, err := exec.Command(path, "-n", script).CombinedOutput(); err != nil || len(out) > 0 {
				t.Fatalf("got %v and %s, want a script without fault", err, out)
			}
			if shell != "fish" {
				return
			}
			cmd := exec.Command(path, "--no-config", "-c", "source $argv[1]; complete -C 'goat ex'; complete -C 'goat build -granularity '; complete -C 'goat vet -ser'", script)
			cmd.Env = append(os.Environ(), "HOME="+dir)
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			for _, want := range []string{"explain\t", "patch", "-serve\t"} {
				if !strings.Contains(string(out), want) {
					t.Errorf("got %s, want %q offered", out, want)
				}
			}
		})
	}
}

// TestManPages makes every man page, and man finds nothing wrong with them.
func TestManPages(t *testing.T) {
	overview := goat("help", "-man")
	if overview.Code != 0 || !strings.HasPrefix(overview.Stdout, ".TH GOAT 1") {
		t.Fatalf("got %+v, want a page", overview)
	}
	pages := map[string]string{"goat": overview.Stdout}
	for line := range strings.Lines(overview.Stdout) {
		if name, ok := strings.CutPrefix(line, `.BR goat\-`); ok {
			name, _, _ = strings.Cut(name, " ")
			pages[name] = goat("help", "-man", name).Stdout
		}
	}
	if len(pages) < 15 {
		t.Errorf("got %d pages, want one for each command", len(pages))
	}
	man, err := exec.LookPath("groff")
	if err != nil {
		t.Skip("there is no groff")
	}
	for name, text := range pages {
		cmd := exec.Command(man, "-man", "-ww", "-z", "-Tutf8")
		cmd.Stdin = strings.NewReader(text)
		if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s: groff says %v: %s", name, err, out)
		}
	}
	if got := goat("help", "-man", "nope"); got.Code != 2 || !strings.Contains(got.Stderr, `there is no command "nope"`) {
		t.Errorf("got %+v, want an error that names the command", got)
	}
}
