package file

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/goat-trace/goat/rt"
	"github.com/goat-trace/goat/rt/warning"
)

// outputs are what is written of this process.
type outputs struct {
	track bool // /track's JSON
	*writer
	spool *spool // nil without a hub
}

// shortestFlush keeps a typo (2ms) from causing writes without pause.
const shortestFlush = 100 * time.Millisecond

// flushInterval returns how often to write the file while the program runs; 0
// means never. The variable wins over the setting that the program was built
// with, which wins over standard. A wrong variable is reported and ignored.
func flushInterval(variable, built string, standard time.Duration) time.Duration {
	if variable != "" {
		if d, ok := parseFlush(variable); ok {
			return d
		}
		go warning.Say("goat ignores GOAT_FLUSH", warning.Variable("GOAT_FLUSH", variable,
			"set it to how often the file in GOAT_DIR is written, 2s or at least 100ms, or to 0 for only at the end"))
	}
	if d, ok := parseFlush(built); ok {
		return d
	}
	return standard
}

func parseFlush(text string) (time.Duration, bool) {
	d, err := time.ParseDuration(text)
	return d, err == nil && (d == 0 || d >= shortestFlush)
}

// keepWriting writes the file whenever something has changed, until the program
// ends. A panic, which is a bug in goat, ends the writing and not the
// application.
func (w *outputs) keepWriting(every time.Duration) {
	defer func() { _ = recover() }()
	pace := gently()
	written, said := "", false // written is the state that the file holds
	time.Sleep(every)
	removeLeftovers(w.dir, pace)
	for {
		begin := time.Now()
		state, err := w.writeChanges(written, pace)
		if err == nil && w.spool != nil {
			err = w.spool.writeChanges(pace)
		}
		if errors.Is(err, errEnding) {
			return
		}
		if err == nil {
			written = state
		} else if !said {
			said = true
			warning.Say("goat cannot write its hits, and tries again", warning.Error{
				Err:        err,
				Attributes: []any{"GOAT_DIR", w.dir, "error", err.Error()},
				Next:       "set GOAT_DIR to a directory that the program may write and that has room",
			})
		}
		time.Sleep(max(every/10, every-time.Since(begin)))
	}
}

// writeChanges writes the file unless it exists and holds the current state,
// which it returns.
func (w *outputs) writeChanges(written string, pace func() error) (state string, err error) {
	if !w.track {
		return "", nil
	}
	r, err := rt.ReadPaced(pace)
	if err != nil {
		return "", err
	}
	if state = r.Digest(rt.Query{}); state == written {
		if _, err := os.Lstat(filepath.Join(w.dir, w.name(r))); err == nil {
			return state, nil
		}
	}
	return state, w.write(r, false)
}

// gently returns a pace (rt.Report.Paced) that uses at most a tenth of a core.
// runtime.Gosched is not enough, see the pace of rt/serve.
func gently() func() error {
	const (
		work = time.Millisecond
		rest = 9 // times as long as the work
		// longestStretch is the most that a stretch counts. If one took longer,
		// the system ran something else or the disk was slow.
		longestStretch = 500 * time.Microsecond
	)
	begin, worked := time.Now(), time.Duration(0)
	return func() error {
		worked += min(longestStretch, time.Since(begin))
		if worked >= work {
			time.Sleep(rest * worked)
			worked = 0
		} else {
			runtime.Gosched()
		}
		begin = time.Now()
		return nil
	}
}

// sayUnpushed says that a program which was built without what pushing needs does
// not push. What it leaves in GOAT_DIR can be handed in.
func sayUnpushed(getenv func(string) string) {
	if getenv("GOAT_HUB") == "" || rt.Privileged() || rt.Off() {
		return
	}
	next := "build with hub: true to push, or start it with GOAT_DIR set and run goat-hub import on that directory"
	if getenv("GOAT_DIR") != "" {
		next = "build with hub: true to push; what ran is left in GOAT_DIR, for goat-hub import"
	}
	go warning.Say("goat cannot push to its hub", warning.Error{Err: errors.New("the program was built with serve: file or off, and so without net/http"), Next: next})
}

// sayUnknown reports an unknown value of GOAT.
func sayUnknown(value string) {
	if _, ok := rt.Boolean(value); !ok && value != "" {
		go warning.Say("goat ignores GOAT", warning.Variable("GOAT", value, "set it to off for a program without goat's runtime, or leave it out"))
	}
}
