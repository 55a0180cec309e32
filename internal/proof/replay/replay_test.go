package replay_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/goat-trace/goat/internal/proof/replay"
	"github.com/goat-trace/goat/internal/proof/scriptcmd"
	"github.com/goat-trace/goat/internal/trace"
)

// number returns an environment variable's number, or n.
func number(t *testing.T, name string, n uint64) uint64 {
	t.Helper()
	v := os.Getenv(name)
	if v == "" {
		return n
	}
	n, err := strconv.ParseUint(v, 10, 64)
	if err != nil {
		t.Fatalf("%s: %q is no number", name, v)
	}
	return n
}

// TestReplay holds traces of random programs against what the programs print.
// GOAT_REPLAY is how many packages there are, of 40 programs each, GOAT_REPLAY_SEED
// the seed of the first, GOAT_REPLAY_FLAGS are flags of go build, such as -race.
func TestReplay(t *testing.T) {
	packages, first := number(t, "GOAT_REPLAY", 3), number(t, "GOAT_REPLAY_SEED", 1)
	bin := scriptcmd.Build(t, "../../..")
	cache := t.TempDir()
	var all replay.Parts
	for seed := first; seed < first+packages; seed++ {
		s := &suite{T: t, dir: t.TempDir(), cache: cache, goat: filepath.Join(bin, "goat-exec")}
		parts := s.run(replay.Generate(seed, 40))
		all.All += parts.All
		all.Recorded += parts.Recorded
		all.Entries += parts.Entries
		if t.Failed() {
			keep := filepath.Join(os.TempDir(), "goat-replay")
			t.Logf("the program of seed %d is %s", seed, keep)
			_ = os.RemoveAll(keep)
			_ = os.CopyFS(keep, os.DirFS(s.dir)) // it may be there
			return
		}
	}
	t.Logf("%d entries were compared; %d of %d values of elements and fields were recorded", all.Entries, all.Recorded, all.All)
	if all.Recorded*2 < all.All {
		t.Error("want more than half of them")
	}
}

// suite is one package, built both ways.
type suite struct {
	*testing.T
	dir, cache, goat string
}

func (s *suite) run(p replay.Program) replay.Parts {
	s.Helper()
	s.write("plain/main.go", p.Plain)
	s.write("printing/main.go", p.Printing)
	s.write("printing/goat.go", p.Support)
	for _, name := range []string{"plain", "printing"} {
		s.write(name+"/go.mod", "module example.com/app\n\ngo 1.26\n")
	}
	flags := strings.Fields(os.Getenv("GOAT_REPLAY_FLAGS"))
	s.in("plain", nil, "git", "init", "-q")
	s.in("printing", nil, "go", "build", "-o", "program", ".")
	log := filepath.Join(s.dir, "goat.log")
	s.in("plain", []string{"GOAT_CACHE=" + s.cache, "GOAT_LOG=" + log}, "go", append(append([]string{"build"}, flags...),
		"-toolexec="+s.goat+" -base=INIT -serve=file -trace-scope=./...", "-o", "program", ".")...)
	if text, err := os.ReadFile(log); err != nil || strings.Contains(string(text), "level=WARN") {
		s.Fatalf("goat's log: %v\n%s", err, text)
	}
	runs := filepath.Join(s.dir, "runs")
	output := s.in("plain", []string{"GOAT_TRACE_DIR=" + runs, "GOAT_TRACE_VALUES=1"}, "./program")
	printed, err := replay.Printed(s.in("printing", nil, "./program"))
	if err != nil {
		s.Fatal(err)
	}
	dirs, err := trace.List(runs)
	if err != nil || len(dirs) != 1 {
		s.Fatalf("got runs %q and %v, want one", dirs, err)
	}
	r, err := trace.Open(dirs[0])
	if err != nil {
		s.Fatal(err)
	}
	recorded, err := replay.Recorded(r)
	if err != nil {
		s.Fatal(err)
	}
	parts, err := replay.Compare(printed, recorded)
	if err != nil {
		s.Errorf("the trace differs from what is printed (goroutines in order, lines of plain/main.go): %v", err)
	}
	s.output(string(output), recorded)
	return parts
}

// output holds what the recorded program has printed against the values in its trace.
func (s *suite) output(text string, recorded []replay.Log) {
	s.Helper()
	values := make(map[string]string)
	for _, entry := range recorded[0] {
		if name, value, ok := strings.Cut(strings.TrimPrefix(entry, "w "), "="); ok && strings.HasPrefix(entry, "w main") {
			values[name] = value
		}
	}
	lines := 0
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		if values[name] != value {
			s.Errorf("the program printed %q, its trace holds %q", strings.TrimSpace(line), values[name])
		}
		lines++
	}
	if lines == 0 {
		s.Error("the program has printed nothing")
	}
}

func (s *suite) write(name, text string) {
	s.Helper()
	file := filepath.Join(s.dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		s.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		s.Fatal(err)
	}
}

// in runs a command in one of the directories and returns what it prints.
func (s *suite) in(dir string, env []string, name string, args ...string) []byte {
	s.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = filepath.Join(s.dir, dir), append(os.Environ(), append(env, "GOFLAGS=", "GOWORK=off", "GOAT_TRACE=")...)
	cmd.WaitDelay = 10 * time.Second
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		s.Fatalf("running %s: %v\n%.4000s", name, err, stderr.String())
	}
	return out
}
