package trace

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
	"unsafe"

	rttrace "github.com/goat-trace/goat/rt/trace"
	"github.com/goat-trace/goat/rt/trace/wire"
)

// killedEnv makes the test binary a program that records into a folder until it is
// killed.
const killedEnv = "GOAT_TEST_KILLED"

// TestKilled: after a process is killed, everything that it wrote can be read, up
// to the last whole segment and without a gap.
func TestKilled(t *testing.T) {
	if dir := os.Getenv(killedEnv); dir != "" {
		recordForEver(t, dir)
	}
	sizes := []int64{1 << 10, 200 << 10, 3 << 20}
	for range 7 { // and wherever it is just then
		sizes = append(sizes, rand.Int64N(1<<20))
	}
	for _, size := range sizes {
		dir := t.TempDir()
		c := exec.Command(os.Args[0], "-test.run=^TestKilled$")
		c.Env = append(os.Environ(), killedEnv+"="+dir)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, "segments-0001.goatseg")
		for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
			if info, err := os.Stat(file); err == nil && info.Size() > size {
				break
			}
			if time.Now().After(deadline) {
				t.Error("nothing was recorded in a minute")
				break
			}
		}
		_ = c.Process.Kill()
		_ = c.Wait()
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		r := open(t, data)
		steps, missing, damaged := walkAll(r)
		if steps == 0 || missing > 0 || damaged > 0 || len(r.Problems) > 1 {
			t.Errorf("got %d steps of %d bytes, %d missing, %d segments that cannot be read, problems %q", steps, len(data), missing, damaged, r.Problems)
		}
	}
}

func recordForEver(t *testing.T, dir string) {
	folder, err := rttrace.OpenFolder(dir, func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	id := rttrace.RunID{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}
	tr := rttrace.NewTracer(id, folder, rttrace.Options{Values: true, CacheLimit: 8 << 10}, nil)
	for range 3 {
		go func() {
			r := tr.Recorder()
			r.Enter(1)
			for i := 0; ; i++ {
				r.Step(uint32(i % 7))
				v := any(i)
				r.Value(wire.EventValue, 0, false, unsafe.Pointer(&v))
			}
		}()
	}
	select {}
}

// TestUnwritable: if a folder takes no segments, only the recording suffers: the
// error is reported once, and nobody waits.
func TestUnwritable(t *testing.T) {
	dir := t.TempDir()
	told := 0
	folder, err := rttrace.OpenFolder(dir, func(error) { told++ })
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "segments-0001.goatseg"), 0o777); err != nil {
		t.Fatal(err)
	}
	tr := rttrace.NewTracer(rttrace.NewRunID(), folder, rttrace.Options{CacheLimit: 4 << 10}, nil)
	r := tr.Recorder()
	r.Enter(1)
	for range 100000 {
		r.Step(1)
	}
	r.Event(wire.EventReturn)
	r.Leave()
	_ = tr.Close() // that it cannot be written has been told
	if told != 1 {
		t.Errorf("got told %d times, want once", told)
	}
}
