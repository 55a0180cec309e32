package file_test

import (
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/goat-trace/goat/rt/internal/rttest"
	"github.com/goat-trace/goat/rt/manifest"
)

// BenchmarkFlush measures the processor time of a serving program with 10,000
// points, in milliseconds per minute, with a file that is written every two
// seconds and without one. The program is idle, or hits a point every
// millisecond so that each write has something new.
func BenchmarkFlush(b *testing.B) {
	points := make([]manifest.Point, 10000)
	for i := range points {
		points[i] = manifest.Point{File: "main.go", Func: "main", Kind: "stmt", Line: i + 1, EndLine: i + 1}
	}
	exe := rttest.Build(b, rttest.Program{
		Files: map[string]string{"main.go": `package main

import (
	"os"
	"time"
)

func main() {
	for i := 0; len(os.Args) > 1; i++ {
		goatHit(i % 10000)
		time.Sleep(time.Millisecond)
	}
	time.Sleep(time.Hour)
}
`},
		Packages: map[string]manifest.Package{".": {Points: points}},
		Main:     manifest.Main{App: "app"},
		Runtime:  "serve",
	})
	const duration = 20 * time.Second
	for _, does := range []string{"nothing", "hits"} {
		for _, flush := range []string{"0", "2s"} {
			b.Run("does="+does+"/flush="+flush, func(b *testing.B) {
				var used time.Duration
				for range b.N {
					cmd := exec.Command(exe)
					if does == "hits" {
						cmd.Args = append(cmd.Args, does)
					}
					cmd.Env = append(cleanEnv(), "GOAT_PORT=0", "GOAT_DIR="+b.TempDir(), "GOAT_FLUSH="+flush)
					cmd.Stderr = os.Stderr
					if err := cmd.Start(); err != nil {
						b.Fatal(err)
					}
					time.Sleep(duration)
					_ = cmd.Process.Kill()
					_ = cmd.Wait()
					used += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
				}
				b.ReportMetric(float64(used.Milliseconds())/float64(b.N)*float64(time.Minute/duration), "ms/min")
			})
		}
	}
}
