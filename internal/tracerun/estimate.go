package tracerun

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/goat-trace/goat/internal/bounded"
)

// Estimate is what a program would record.
type Estimate struct {
	Steps      uint64        `json:"steps"`
	Bytes      uint64        `json:"bytes"` // of segments, as they are stored in a folder
	Goroutines uint64        `json:"goroutines"`
	Ended      bool          `json:"ended"` // false: it still ran, or was killed; then it is at least so much
	After      time.Duration `json:"nanoseconds"`
}

// countFile is the file in which the runtime counts (rt/trace: CountFile).
const countFile = "counted.json"

// Estimate builds the program and runs it to its end. Its steps are counted and not
// recorded. It returns the program's exit code, too.
func (r *Runner) Estimate() (Estimate, int, error) {
	tmp, remove, err := temporary()
	if err != nil {
		return Estimate{}, 0, err
	}
	defer remove()
	program, err := r.build(tmp)
	if err != nil {
		return Estimate{}, 0, err
	}
	return r.count(program, func(Estimate) bool { return true })
}

// count runs the program with its steps counted. Every so often it asks on whether
// it may go on; otherwise it ends the program.
func (r *Runner) count(program string, on func(Estimate) bool) (Estimate, int, error) {
	dir, remove, err := temporary()
	if err != nil {
		return Estimate{}, 0, err
	}
	defer remove()
	begun := time.Now()
	cmd := r.program(program, r.recording("count", dir))
	cmd.Stdout = r.Stderr
	done := make(chan struct{})
	watched := make(chan struct{})
	started := make(chan *os.Process, 1)
	go func() {
		defer close(watched)
		p := <-started
		for p != nil {
			select {
			case <-done:
				return
			case <-time.After(200 * time.Millisecond):
			}
			so, err := counted(dir)
			so.After = time.Since(begun)
			if err == nil && !on(so) {
				_ = p.Kill() // it may have ended
				return
			}
		}
	}()
	code, err := waitStarted(cmd, func(p *os.Process) { started <- p })
	close(started)
	close(done)
	<-watched
	if err != nil {
		return Estimate{}, 0, err
	}
	e, err := counted(dir)
	e.After = time.Since(begun)
	return e, code, err
}

// counted adds up what the processes have counted that the program consists of.
func counted(dir string) (Estimate, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*", countFile))
	if err != nil {
		return Estimate{}, fmt.Errorf("looking for what was counted: %w", err)
	}
	e := Estimate{Ended: true}
	for _, file := range files {
		data, err := bounded.ReadFile(file, 1<<10)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return e, fmt.Errorf("reading what was counted: %w", err)
		}
		var one Estimate
		if err := json.Unmarshal(data, &one); err != nil {
			return e, fmt.Errorf("reading what was counted: %w", err)
		}
		e.Steps += one.Steps
		e.Bytes += one.Bytes
		e.Goroutines += one.Goroutines
		e.Ended = e.Ended && one.Ended
	}
	return e, nil
}
