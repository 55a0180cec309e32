package git

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTellingLine(t *testing.T) {
	tests := map[string]string{
		"":                              "",
		"\nsomething\n":                 "something",
		"warning: w\nhint: h\nfatal: f": "fatal: f",
		"hint: Support for <GIT_DIR>/info/grafts is deprecated\nhint: and will be removed\nerror: one\nfatal: two\nfatal: three\n": "fatal: two",
		"error: object file x is empty\r\nwarning: y\r\n":                                                                          "error: object file x is empty",
		"warning: only this\n": "warning: only this",
		"ssh: connect to host h port 22: Connection refused\nfatal: Could not read from remote repository.\n\nPlease make sure\n": "ssh: connect to host h port 22: Connection refused",
		"fatal: Could not read from remote repository.\n":                                                                         "fatal: Could not read from remote repository.",
	}
	for in, want := range tests {
		if got := tellingLine(in); got != want {
			t.Errorf("tellingLine(%q): got %q, want %q", in, got, want)
		}
	}
}

func TestSubcommand(t *testing.T) {
	for _, args := range [][]string{{"fetch"}, {"fetch", "-c"}, {"-c", "a=b", "fetch", "x"}, {"-c", "a=b", "-c", "c=d", "fetch"}} {
		if got := subcommand(args); got != "fetch" {
			t.Errorf("subcommand(%q): got %q, want fetch", args, got)
		}
	}
}

// TestGitSaysNothingNeedless runs a git command that succeeds.
func TestGitSaysNothingNeedless(t *testing.T) {
	dir := t.TempDir()
	g := ForUser(dir, os.Environ(), false)
	if _, err := g.Run(t.Context(), nil, "init", "-q"); err != nil {
		t.Fatal(err)
	}
	_, err := g.Run(t.Context(), nil, "cat-file", "-p", "HEAD")
	if want := "running git cat-file: fatal: Not a valid object name HEAD"; err == nil || err.Error() != want {
		t.Errorf("got error %v, want %s", err, want)
	}
}

// TestFoundByDotGit is the check for versions of git without
// safe.bareRepository.
func TestFoundByDotGit(t *testing.T) {
	top := t.TempDir()
	for _, dir := range []string{"real/.git", "real/sub/objects", "kept", "linked/sub", "none/.git"} {
		if err := os.MkdirAll(filepath.Join(top, dir), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(top, "linked/.git"), []byte("gitdir: ../kept\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("real", filepath.Join(top, "link")); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		dir, gitDir string
		want        bool
	}{
		{"real", "real/.git", true}, {"real/sub", "real/.git", true}, {"link/sub", "real/.git", true},
		{"linked", "kept", true}, {"linked/sub", "kept", true},
		{"real/sub", "real/sub", false}, {"kept", "kept", false}, {"none", "none", false}, {"none", "missing", false},
	} {
		if got := foundByDotGit(filepath.Join(top, tt.dir), filepath.Join(top, tt.gitDir)); got != tt.want {
			t.Errorf("%s, found from %s: got %v, want %v", tt.gitDir, tt.dir, got, tt.want)
		}
	}
}
