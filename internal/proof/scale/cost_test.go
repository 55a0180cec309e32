//go:build unix

package scale

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/goat-trace/goat/internal/proof/scriptcmd"
)

// cost is what a command and its children used.
type cost struct {
	cpu, wall time.Duration
	peak      float64 // MiB, of the largest process
}

// bench is a repository that is built with and without goat; in benchmarks
// each has caches of its own, empty at first.
type bench struct {
	testing.TB
	dir, bin, out string
	env           map[string][]string // by kind of build
}

// The kinds of a build.
const (
	plain  = "plain"
	bare   = "bare"   // go build -toolexec=goat-exec
	driven = "driven" // goat build
)

func newBench(t testing.TB, base string) *bench {
	t.Helper()
	_, cold := t.(*testing.B)
	b := &bench{TB: t, dir: t.TempDir(), bin: scriptcmd.Build(t, filepath.Join("..", "..", "..")), out: t.TempDir(), env: make(map[string][]string)}
	for _, kind := range []string{plain, bare, driven} {
		b.env[kind] = append(os.Environ(), "GOFLAGS=-buildvcs=false", "GOWORK=off", "GOAT_BASE="+base, "GIT_CONFIG_GLOBAL="+os.DevNull,
			"GOAT_CACHE="+scriptcmd.Cache(t), "PATH="+b.bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
		if cold {
			b.env[kind] = append(b.env[kind], "GOCACHE="+t.TempDir(), "GOAT_CACHE="+t.TempDir())
		}
	}
	return b
}

// build builds the repository's main and returns what it cost.
func (b *bench) build(kind string, flags ...string) cost {
	b.Helper()
	argv := map[string][]string{plain: {"go", "build"}, bare: {"go", "build", "-toolexec=goat-exec"}, driven: {"goat", "build"}}[kind]
	return b.run(kind, append(append(slices.Clone(argv), flags...), "-o", filepath.Join(b.out, kind), ".")...)
}

func (b *bench) run(kind string, argv ...string) cost {
	b.Helper()
	name := argv[0]
	if strings.HasPrefix(name, "goat") {
		name = filepath.Join(b.bin, name)
	}
	c := exec.Command(name, argv[1:]...)
	c.Dir, c.Env = b.dir, b.env[kind]
	start := time.Now()
	if out, err := c.CombinedOutput(); err != nil {
		b.Fatalf("%v: %v\n%s", argv, err, out)
	}
	usage := c.ProcessState.SysUsage().(*syscall.Rusage)
	return cost{c.ProcessState.UserTime() + c.ProcessState.SystemTime(), time.Since(start), float64(usage.Maxrss) / 1024}
}

func (b *bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func median(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}
