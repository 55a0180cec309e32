package oracle

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/goat-trace/goat/analyzers/point"
)

// Builder builds with both goat and cover.
type Builder struct {
	Exec        string            // goat-exec's file name
	Config      string            // a goat.yaml with serve: file
	Base        string            // "" is INIT
	Granularity point.Granularity // "" is line
	Env         []string          // of every command
	Work        string            // an empty directory for output
}

// toolexec sets base and granularity, even if the file says something else.
func (b Builder) toolexec() string {
	return fmt.Sprintf("-toolexec=%s -config=%s -base=%s -granularity=%s", b.Exec, b.Config, cmp.Or(b.Base, "INIT"), cmp.Or(b.Granularity, point.Line))
}

// Program builds a main package, runs it, and returns the points of the run
// and the name of its text profile. The program may exit with any code.
func (b Builder) Program(dir, main string) ([]Item, string, error) {
	bin := filepath.Join(b.Work, "program")
	if err := b.run(dir, "go", "build", "-cover", "-covermode=atomic", "-coverpkg=./...", b.toolexec(), "-o", bin, main); err != nil {
		return nil, "", err
	}
	counters, points := filepath.Join(b.Work, "cover"), filepath.Join(b.Work, "points")
	if err := os.MkdirAll(counters, 0o777); err != nil {
		return nil, "", fmt.Errorf("making GOCOVERDIR: %w", err)
	}
	err := b.with("GOCOVERDIR="+counters, "GOAT_DIR="+points).run(dir, bin)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return nil, "", err
	}
	profile := filepath.Join(b.Work, "profile.txt")
	if err := b.run(dir, "go", "tool", "covdata", "textfmt", "-i="+counters, "-o="+profile); err != nil {
		return nil, "", err
	}
	items, err := ReadDir(points)
	return items, profile, err
}

// Tests runs packages' tests, with additional flags of go test. It returns the
// points of the run and the name of its text profile. Only the test programs
// themselves count, because a program that they start may or may not get GOAT_DIR
// and cover's directory.
func (b Builder) Tests(dir string, flags []string, patterns []string) ([]Item, string, error) {
	points, profile, start := filepath.Join(b.Work, "points"), filepath.Join(b.Work, "profile.txt"), filepath.Join(b.Work, "start.sh")
	if err := os.WriteFile(start, []byte(startTest), 0o666); err != nil {
		return nil, "", fmt.Errorf("writing what starts the tests: %w", err)
	}
	others := filepath.Join(b.Work, "others")
	args := []string{"go", "test", "-count=1", "-short", "-covermode=atomic", "-coverprofile=" + profile, b.toolexec(), "-exec=sh " + start}
	args = append(append(args, flags...), patterns...)
	if err := b.with("ORACLE_POINTS="+points, "ORACLE_OTHERS="+others).run(dir, args...); err != nil {
		return nil, "", err
	}
	items, err := readOwn(points, others)
	return items, profile, err
}

// startTest turns this process into a test program with a GOAT_DIR of its own,
// named after the process. Its coverage goes where go test says. Programs that it
// starts write elsewhere, and so does the test program itself if its TestMain does
// not run the tests.
const startTest = `mkdir -p "$ORACLE_OTHERS/$$" && GOAT_DIR=$ORACLE_POINTS/$$ GOCOVERDIR=$ORACLE_OTHERS/$$ exec "$@"
`

func (b Builder) with(env ...string) Builder {
	b.Env = append(append([]string(nil), b.Env...), env...)
	return b
}

func (b Builder) run(dir string, args ...string) error {
	c := exec.Command(args[0], args[1:]...)
	c.Dir = dir
	c.Env = append(os.Environ(), b.Env...)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	if err := c.Run(); err != nil {
		return fmt.Errorf("running %q: %w\n%s", args, err, out.Bytes())
	}
	return nil
}
