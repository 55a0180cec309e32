package gocmd

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCompileFlags(t *testing.T) {
	tests := []struct {
		name    string
		goflags string
		args    string
		want    []string
	}{
		{"none", "", "go build ./...", nil},
		{"boolean and valued", "", "go build -race -tags a,b -o x ./cmd/x", []string{"-race=true", "-tags=a,b"}},
		{"double dash", "", "go install --trimpath --tags=x .", []string{"-trimpath=true", "-tags=x"}},
		{"GOFLAGS come first", "-tags=env -trimpath", "go build -tags=cmd .", []string{"-tags=env", "-trimpath=true", "-tags=cmd"}},
		{"go run stops at the package", "", "go run -race ./cmd/x -tags=no", []string{"-race=true"}},
		{"go test goes on behind packages", "", "go test ./... -race -args -tags=no", []string{"-race=true"}},
		{"value that looks like a flag", "", "go build -ldflags -race ./x", nil},
		{"test flags take values", "", "go test -run TestX -count 1 -tags y .", []string{"-tags=y"}},
		{"chdir before the subcommand", "", "go -C dir build -race .", []string{"-race=true"}},
		{"chdir before the subcommand, one word", "", "go -C=dir build -race .", []string{"-race=true"}},
		{"chdir", "", "go build -C dir -race .", []string{"-race=true"}},
		{"cover is not for the runtime", "", "go build -cover -covermode atomic -race .", []string{"-race=true"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := Parse(strings.Fields(tt.args), tt.goflags)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, f.Compile()); diff != "" {
				t.Errorf("Compile (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseRejectsUnterminatedQuote(t *testing.T) {
	_, err := Parse([]string{"go", "build"}, "'-tags=x")
	if err == nil || !strings.Contains(err.Error(), "GOFLAGS") {
		t.Errorf("got %v, want an error that names GOFLAGS", err)
	}
}

func TestSplitJoin(t *testing.T) {
	words := []string{"goat-exec", "-base=a b", `it's`, "", "x"}
	joined, err := Join(words)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Split(joined)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(words, got); diff != "" {
		t.Errorf("Split(Join(words)) (-want +got):\n%s", diff)
	}
	if _, err := Join([]string{`'"`}); err == nil {
		t.Error("Join of a word with both quotes: got no error")
	}
}

// TestFind runs this test binary under go's name's place: under "go test" the
// nearest go command is an ancestor of the test.
func TestFind(t *testing.T) {
	if os.Getenv("GOCMD_FIND") == "1" {
		p := Find()
		os.Stdout.WriteString(p.ID() + "\n" + strings.Join(p.Args, " "))
		os.Exit(0)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink("/bin/sh", dir+"/go"); err != nil {
		t.Fatal(err)
	}
	run := func() (id, args string) {
		c := exec.Command(dir+"/go", "-c", `"$0" -test.run=^TestFind$; exit 0`, exe)
		c.Env = append(os.Environ(), "GOCMD_FIND=1")
		out, err := c.Output()
		if err != nil {
			t.Fatal(err)
		}
		id, args, _ = strings.Cut(string(out), "\n")
		return id, args
	}
	id, args := run()
	if want := dir + "/go -c"; !strings.HasPrefix(args, want) {
		t.Errorf("got the command line %q, want one that starts with %q", args, want)
	}
	if again, _ := run(); again == id {
		t.Errorf("two processes have the same ID %q", id)
	}
}
