package trace

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/goat-trace/goat/rt/manifest"
	"github.com/goat-trace/goat/rt/trace/wire"
	"github.com/goat-trace/goat/rt/warning"
)

// process is what this process records.
var process struct {
	mu       sync.Mutex
	started  bool // Start has read the environment
	main     manifest.Main
	settings Settings
	given    overrides // limits from the environment
	to       place
	now      *recording // nil while nothing is recorded
	firsts   *recording // waits for first hits, while nothing else is recorded; or nil
	sending  []Waiter   // outputs of recordings that have ended
}

// place is where recordings go.
type place struct {
	dir string // "" for none
	hub bool   // to the hub
	// count says that nothing is kept: only how much it would be.
	count bool
}

// none reports whether there is no place for recordings.
func (p place) none() bool { return p.dir == "" && !p.hub }

// recording is one recording of this process.
type recording struct {
	tracer *ExecutionTracer
	output Output
	run    run
	timer  *time.Timer // ends it; nil without a limit of seconds
}

// begin begins a recording. The caller holds process.mu.
func begin(l limits, how launch, to place) (*recording, error) {
	p := &process
	id := NewRunID()
	r := &recording{run: run{id: id, created: time.Now(), main: p.main, launch: how, limits: l}}
	output, err := r.open(to, l)
	if err != nil {
		return nil, err
	}
	r.output = output
	if err := r.describe(); err != nil {
		_ = output.Close() // nothing has been written
		return nil, outside{err}.wrong()
	}
	r.tracer = NewTracer(id, output, l.Options, func(limit uint64) { // in the middle of the program's code
		current.CompareAndSwap(r.tracer, nil)
		go r.end(limit)
	})
	p.now = r
	goidOffset() // start and end its goroutines here and not in a call
	parentOffset()
	current.Store(r.tracer)
	registrations.mu.Lock()
	registrations.more = describeAgain
	registrations.mu.Unlock()
	switchAll(onAll, l.Values)
	if l.For > 0 {
		r.timer = time.AfterFunc(l.For, func() { r.end(wire.LimitSeconds) })
	}
	return r, nil
}

// open opens the output.
func (r *recording) open(to place, l limits) (Output, error) {
	if to.hub && !to.count {
		return OpenHub(r.run.id, l.Policy == "block", func() { r.end(wire.LimitGone) })
	}
	folder, err := OpenFolder(filepath.Join(to.dir, r.run.id.String()), func(err error) { warning.Say("goat loses steps", outside{err}.wrong()) })
	if err != nil {
		return nil, outside{err}.wrong()
	}
	if to.count {
		return counted{NewCounter(folder), folder}, nil
	}
	if l.Policy == "drop" {
		return dropping{NewDropping(folder, queueLimit), folder}, nil
	}
	return folder, nil
}

// end ends the recording if that has not been done. It runs in a goroutine of the
// runtime's own.
func (r *recording) end(limit uint64) {
	defer func() { _ = recover() }()
	process.mu.Lock()
	defer process.mu.Unlock()
	if process.now == r {
		r.finish(limit)
	}
}

// finish ends the recording: at a limit, or with 0 because the program ends. The
// caller holds process.mu.
func (r *recording) finish(limit uint64) {
	if r.timer != nil {
		r.timer.Stop()
	}
	process.now = nil
	goBack()
	err := r.tracer.Stop(limit)
	r.run.ended, r.run.end = time.Now(), "exit"
	if limit := r.tracer.Limit(); limit != 0 {
		r.run.end = wire.LimitName(limit)
	}
	if err == nil || errors.Is(err, os.ErrClosed) { // the program may have closed a file that is not its own
		_ = r.describe() // readers see that the end is missing
	}
	sending := slices.DeleteFunc(process.sending, Waiter.Done)
	if w, ok := r.output.(Waiter); ok {
		sending = append(sending, w)
	}
	process.sending = sending
}

// goBack ends what generated code does for a recording, or has it wait for first hits
// again. The caller holds process.mu.
func goBack() {
	if r := process.firsts; r != nil {
		current.Store(r.tracer)
		switchAll(onFirsts, r.run.limits.Values)
		return
	}
	switchAll(onOff, false)
	current.Store(nil)
}

// describeAgain is called when a plugin is loaded.
func describeAgain() {
	process.mu.Lock()
	defer process.mu.Unlock()
	for _, r := range []*recording{process.now, process.firsts} {
		if r != nil {
			_ = r.describe()
		}
	}
}

// describe hands over what a reader has to know.
func (r *recording) describe() error {
	reg := &registrations
	reg.mu.Lock()
	packages := reg.packages[:len(reg.packages):len(reg.packages)]
	reg.mu.Unlock()
	tables := make([]Table, len(packages))
	for i, p := range packages {
		tables[i] = Table{p.hash, p.table}
	}
	return r.output.Describe(r.run.json(packages), tables)
}

func (r *recording) status() Status {
	s := Status{RunID: r.run.id.String(), Launch: r.run.launch.method, Begun: r.run.created, For: r.run.limits.For, Values: r.run.limits.Values, End: r.run.end}
	s.Dir, s.Hub = r.output.Place()
	s.Steps, s.Bytes, s.Lost = r.tracer.Written()
	return s
}

// outside marks an error of the file system.
type outside struct{ err error }

// wrong returns the error with what the user can do about it.
func (o outside) wrong() error {
	if errors.As(o.err, new(warning.Error)) { // it says so itself
		return o.err
	}
	return warning.Error{Err: o.err, Next: "set GOAT_TRACE_DIR to a directory that can be written and has room"}
}

// Status says what a recording is and how far it has come.
type Status struct {
	RunID    string
	Dir, Hub string // where the run goes
	Launch   string // main, test, benchmark, request or first-hit
	Begun    time.Time
	For      time.Duration // 0 for no limit
	Values   bool
	Steps    uint64 // that have been written or were lost
	Bytes    uint64 // of events that have been written
	Lost     uint64 // steps
	End      string // why it has ended, "" while it runs
}
