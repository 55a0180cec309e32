package trace

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	rttrace "github.com/goat-trace/goat/rt/trace"
	"github.com/goat-trace/goat/rt/trace/wire"
)

// stepsEnv makes the test binary a program that records so many steps, and prints the
// most memory that it had.
const stepsEnv = "GOAT_TEST_STEPS"

// peak returns the most memory of a process that records steps into a directory, in
// bytes.
func peak(tb testing.TB, steps int) int64 {
	tb.Helper()
	c := exec.Command(os.Args[0], "-test.run=^TestMemoryIsFlat$")
	c.Env = append(os.Environ(), stepsEnv+"="+strconv.Itoa(steps), "GOAT_TEST_DIR="+tb.TempDir())
	out, err := c.Output()
	if err != nil {
		tb.Fatalf("recording %d steps: %v\n%s", steps, err, out)
	}
	text, ok := strings.CutPrefix(string(out), "VmHWM:")
	kB, err := strconv.ParseInt(strings.Fields(text + " -")[0], 10, 64)
	if !ok || err != nil {
		tb.Fatalf("got %q, want the most memory", out)
	}
	return kB << 10
}

// TestMemoryIsFlat: a program that records thirty times as many steps needs no more
// memory. Measured is the process and not what the recorders say of their caches.
func TestMemoryIsFlat(t *testing.T) {
	if n, err := strconv.Atoi(os.Getenv(stepsEnv)); err == nil {
		recordMany(t, n)
	}
	few, many := peak(t, 100_000), peak(t, 3_000_000)
	const room = 12 << 20 // for the caches to grow to their limit, and for the collector
	if many > few+room {
		t.Errorf("got %d MB at most with 3,000,000 steps and %d MB with 100,000, want no more than 12 MB more", many>>20, few>>20)
	}
}

// BenchmarkMemory prints the most memory for 10⁵, 10⁶ and 10⁷ steps.
func BenchmarkMemory(b *testing.B) {
	for _, steps := range []int{1e5, 1e6, 1e7} {
		b.Run(strconv.Itoa(steps), func(b *testing.B) {
			for range b.N {
				b.ReportMetric(float64(peak(b, steps))/(1<<20), "MB")
			}
		})
	}
}

func recordMany(t *testing.T, steps int) {
	folder, err := rttrace.OpenFolder(os.Getenv("GOAT_TEST_DIR"), func(err error) { t.Fatal(err) })
	if err != nil {
		t.Fatal(err)
	}
	const goroutines = 4
	tr := rttrace.NewTracer(rttrace.NewRunID(), folder, rttrace.Options{Values: true}, nil)
	var wait sync.WaitGroup
	for range goroutines {
		wait.Go(func() {
			r := tr.Recorder()
			r.Enter(1)
			for i := range steps / goroutines {
				r.Step(uint32(i % 7))
				v := any(i)
				r.Value(wire.EventValue, 0, false, unsafe.Pointer(&v))
			}
			r.Event(wire.EventReturn)
			r.Leave()
		})
	}
	wait.Wait()
	if err := tr.Close(); err != nil {
		t.Fatal(err)
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if strings.HasPrefix(line, "VmHWM:") {
			fmt.Print(line)
		}
	}
	os.Exit(0)
}

// smallEnv makes the test binary a program that records into a file system of 64 KB,
// until it is full, and after that.
const smallEnv = "GOAT_TEST_SMALL"

// TestFullDisk: a disk that is full costs steps, and says so once; the program goes on.
// When there is room again, the recording goes on as well, with a gap that is marked.
func TestFullDisk(t *testing.T) {
	if dir := os.Getenv(smallEnv); dir != "" {
		recordOnSmallDisk(t, dir)
	}
	dir := t.TempDir()
	c := exec.Command("unshare", "--mount", "--user", "--map-root-user", "sh", "-c",
		"mount -t tmpfs -o size=64k tmpfs "+dir+" && exec "+os.Args[0]+" -test.run='^TestFullDisk$'")
	c.Env = append(os.Environ(), smallEnv+"="+dir)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func recordOnSmallDisk(t *testing.T, dir string) {
	told := 0
	folder, err := rttrace.OpenFolder(dir, func(error) { told++ })
	if err != nil {
		t.Fatal(err)
	}
	filler := dir + "/filler"
	if err := os.WriteFile(filler, make([]byte, 20<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	id := rttrace.RunID{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}
	tr := rttrace.NewTracer(id, folder, rttrace.Options{CacheLimit: 4 << 10}, nil)
	r := tr.Recorder()
	r.Enter(1)
	begun := time.Now()
	for range 100_000 {
		r.Step(1)
	}
	if told != 1 || time.Since(begun) > time.Minute {
		t.Errorf("got told %d times in %v, want once and at once", told, time.Since(begun))
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	for range 10_000 {
		r.Step(1)
	}
	r.Event(wire.EventReturn)
	r.Leave()
	_ = tr.Close() // the last error has been told
	if err := os.WriteFile(dir+"/"+RunFile, []byte(runJSON), 0o600); err != nil {
		t.Fatal(err)
	}
	run, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	steps, missing, damaged := walkAll(run)
	if steps == 0 || missing == 0 || damaged > 0 || steps+missing != 110_000 {
		t.Errorf("got %d steps, %d missing, %d segments that cannot be read, problems %q; want 110000 together", steps, missing, damaged, run.Problems)
	}
	if t.Failed() {
		os.Exit(1)
	}
	os.Exit(0)
}
