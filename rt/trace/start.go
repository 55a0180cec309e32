package trace

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/goat-trace/goat/rt"
	"github.com/goat-trace/goat/rt/manifest"
	"github.com/goat-trace/goat/rt/trace/wire"
	"github.com/goat-trace/goat/rt/warning"
)

// errNowhere says that there is no place for a recording.
var errNowhere = errors.New("there is no place for what is recorded; set GOAT_TRACE_DIR to a directory, or GOAT_HUB to a hub's address")

// Start reads the variables, and begins to record if they ask for it. The generated
// entry of the program calls it before main's own initialisers. meta is the main
// package's manifest. It never makes the program fail: if it cannot record, it says so
// once in the program's log.
func Start(meta string, s Settings) {
	if rt.Privileged() || rt.Off() {
		return
	}
	if len(registerHooksV1) == 0 { // keeps the symbol, which packages of a plugin may need
		return
	}
	if err := start(meta, s, os.Getenv); err != nil {
		warning.Say("goat records no steps", err)
	}
}

func start(meta string, s Settings, getenv func(string) string) error {
	p := &process
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.started {
		return nil
	}
	main, err := manifest.DecodeMain(meta)
	if err != nil {
		return err
	}
	mode, err := wanted(s, getenv)
	if err != nil {
		return err
	}
	if p.given, err = fromEnvironment(getenv); err != nil {
		return err
	}
	if p.to, err = placeOf(getenv); err != nil {
		return err
	}
	p.started, p.main, p.settings = true, main, s
	if mode == "first-hit" {
		return awaitFirsts(p.to)
	}
	if mode != "start" && mode != "count" {
		return nil
	}
	if p.to.none() || mode == "count" && p.to.dir == "" {
		return warning.Variable("GOAT_TRACE", mode, "set GOAT_TRACE_DIR to a directory for what is recorded, or GOAT_HUB to a hub's address")
	}
	l, to := wholeProgram(), p.to
	if to.count = mode == "count"; to.count {
		l.Bytes = 0 // nothing is stored
	}
	l.settle(s)
	p.given.apply(&l)
	_, err = begin(l, launchOf(s, main, os.Args), to)
	return err
}

// wanted says what the environment and the settings ask for: start, first-hit, count, or
// off, which waits until somebody asks for a recording.
func wanted(s Settings, getenv func(string) string) (string, error) {
	switch v := getenv("GOAT_TRACE"); {
	case v == "start" || v == "first-hit" || v == "count" || v == "off":
		return v, nil
	case v != "":
		return "", warning.Variable("GOAT_TRACE", v, "set it to start, first-hit, count or off")
	case s.On != "":
		return s.On, nil
	case getenv("GOAT_TRACE_DIR") != "":
		return "start", nil
	}
	return "off", nil
}

// placeOf says where recordings go: to GOAT_TRACE_DIR, else to the hub, else to the
// folder trace in GOAT_DIR.
func placeOf(getenv func(string) string) (p place, err error) {
	if p.dir = getenv("GOAT_TRACE_DIR"); p.dir == "" {
		if p.hub = OpenHub != nil && getenv("GOAT_HUB") != ""; p.hub {
			return p, nil
		}
		if p.dir = getenv("GOAT_DIR"); p.dir == "" {
			return p, nil
		}
		p.dir = filepath.Join(p.dir, "trace")
	}
	p.dir, err = filepath.Abs(p.dir)
	return p, err
}

// Flush ends the recording. The exit hook that goat-exec generates calls it.
func Flush() {
	defer func() { _ = recover() }()
	process.mu.Lock()
	defer process.mu.Unlock()
	if r := process.now; r != nil {
		r.finish(0)
	}
	if r := process.firsts; r != nil {
		process.firsts = nil
		r.finish(0)
	}
	for _, w := range process.sending {
		w.Wait()
	}
}

// ErrRecording says that something is being recorded.
var ErrRecording = errors.New("a recording is running; stop it first")

// ErrIdle says that nothing is being recorded.
var ErrIdle = errors.New("nothing is being recorded")

// ErrAsked says that a limit is wrong that was asked for.
type ErrAsked struct{ Name, Text, Next string }

func (e ErrAsked) Error() string { return e.Name + "=" + e.Text + ": " + e.Next }

// Begin begins a recording of the running program, with limits by name (limitNames)
// in place of those that the program was built and started with. A function that is
// running is recorded from its next call on. The errors are ErrRecording, ErrAsked,
// and those of the place where it goes.
func Begin(asked map[string]string) (Status, error) {
	p := &process
	p.mu.Lock()
	defer p.mu.Unlock()
	l := inProduction()
	l.settle(p.settings)
	p.given.apply(&l)
	if name, next := overrides(asked).apply(&l); next != "" {
		return Status{}, ErrAsked{name, asked[name], next}
	}
	switch {
	case !p.started:
		return Status{}, errors.New("this program records nothing; its log says why")
	case p.now != nil:
		return Status{}, ErrRecording
	case p.to.none():
		return Status{}, errNowhere
	}
	r, err := begin(l, launch{"request", p.main.Package}, p.to)
	if err != nil {
		return Status{}, err
	}
	return r.status(), nil
}

// End ends the recording, whoever has begun it. It returns when all that was recorded
// has reached the place where it goes, or cannot.
func End() (Status, error) {
	process.mu.Lock()
	defer process.mu.Unlock()
	r := process.now
	if r == nil {
		return Status{}, ErrIdle
	}
	r.finish(wire.LimitStop)
	return r.status(), nil
}

// State says what is recorded. Its RunID is "" where that is nothing.
func State() Status {
	process.mu.Lock()
	defer process.mu.Unlock()
	if process.now == nil {
		return Status{}
	}
	return process.now.status()
}
