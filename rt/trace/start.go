package trace

import (
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/goat-trace/goat/rt"
	"github.com/goat-trace/goat/rt/manifest"
	"github.com/goat-trace/goat/rt/trace/wire"
	"github.com/goat-trace/goat/rt/warning"
)

// Settings are goat.yaml's settings for recordings. goat-exec writes them into the
// program.
type Settings struct {
	Values bool
	Redact []string
	Steps  int64
	Bytes  int64
	Policy string
	Launch string // main or test
}

// defaultBytes ends a recording for which nobody has set a limit.
const defaultBytes = 1 << 30

// queueLimit is how many bytes may wait for a slow disk with the policy drop.
const queueLimit = 16 << 20

// recording is a recording of a process.
type recording struct {
	mu     sync.Mutex
	tracer *ExecutionTracer
	folder *Folder
	run    run
}

// process is the recording of this process.
var process recording

// run is what a reader has to know about a run, in addition to its packages.
type run struct {
	id       RunID
	created  time.Time
	main     manifest.Main
	settings Settings
	policy   string
	values   bool
	ended    time.Time
}

// Start begins to record if the environment asks for it. The generated entry of the
// program calls it before main's own initialisers. meta is the main package's
// manifest. Start reads the variables before it returns. It never makes the program
// fail: if it cannot record, it says so once in the program's log.
func Start(meta string, s Settings) {
	if rt.Privileged() || rt.Off() {
		return
	}
	if len(registerHooksV1) == 0 { // keeps the symbol, which packages of a plugin may need
		return
	}
	dir, on, err := wanted(os.Getenv)
	if err == nil && on {
		err = start(dir, meta, s, os.Getenv)
	}
	if err != nil {
		warning.Say("goat records no steps", err)
	}
}

// wanted says whether the environment asks for a recording, and where it goes.
func wanted(getenv func(string) string) (dir string, on bool, err error) {
	dir = getenv("GOAT_TRACE_DIR")
	switch v := getenv("GOAT_TRACE"); v {
	case "":
		on = dir != ""
	case "start", "count":
		on = true
	case "off":
		return "", false, nil
	default:
		return "", false, warning.Variable("GOAT_TRACE", v, "set it to start, count or off")
	}
	if on && dir == "" {
		if dir = getenv("GOAT_DIR"); dir == "" {
			return "", false, warning.Variable("GOAT_TRACE", "start", "set GOAT_TRACE_DIR to a directory for what is recorded")
		}
		dir = filepath.Join(dir, "trace")
	}
	return dir, on, nil
}

func start(dir, meta string, s Settings, getenv func(string) string) error {
	o, policy, err := s.options(getenv)
	if err != nil {
		return err
	}
	main, err := manifest.DecodeMain(meta)
	if err != nil {
		return err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	process.mu.Lock()
	defer process.mu.Unlock()
	if process.tracer != nil {
		return nil
	}
	id := NewRunID()
	folder, err := OpenFolder(filepath.Join(dir, id.String()), func(err error) { warning.Say("goat loses steps", outside{err}.wrong()) })
	if err != nil {
		return outside{err}.wrong()
	}
	process.folder = folder
	process.run = run{id: id, created: time.Now(), main: main, settings: s, policy: policy, values: o.Values}
	if err := process.describe(); err != nil {
		return outside{err}.wrong()
	}
	var sink Sink = folder
	switch {
	case getenv("GOAT_TRACE") == "count":
		sink = NewCounter(folder)
	case policy == "drop":
		sink = NewDropping(folder, queueLimit)
	}
	process.tracer = NewTracer(id, sink, o, func() { switchAll(false, false) })
	goidOffset() // start and end its goroutines here and not in a call
	current.Store(process.tracer)
	registrations.mu.Lock()
	registrations.more = describe
	registrations.mu.Unlock()
	switchAll(true, o.Values)
	return nil
}

// outside marks an error of the file system.
type outside struct{ err error }

// wrong returns the error with what the user can do about it.
func (o outside) wrong() error {
	return warning.Error{Err: o.err, Next: "set GOAT_TRACE_DIR to a directory that can be written and has room"}
}

// options combines the settings and the environment.
func (s Settings) options(getenv func(string) string) (o Options, policy string, err error) {
	o = Options{Values: s.Values, Redact: s.Redact, Steps: s.Steps, Bytes: cmp.Or(s.Bytes, defaultBytes)}
	if getenv("GOAT_TRACE") == "count" && s.Bytes == 0 {
		o.Bytes = 0 // nothing is stored
	}
	if v := getenv("GOAT_TRACE_VALUES"); v != "" {
		on, ok := rt.Boolean(v)
		if !ok {
			return o, "", warning.Variable("GOAT_TRACE_VALUES", v, "set it to 1 or 0")
		}
		o.Values = on
	}
	for name, limit := range map[string]*int64{"GOAT_TRACE_STEPS": &o.Steps, "GOAT_TRACE_BYTES": &o.Bytes} {
		if v := getenv(name); v != "" {
			n, err := strconv.ParseInt(v, 10, 64)
			if err != nil || n < 0 {
				return o, "", warning.Variable(name, v, "set it to a number, or to 0 for no limit")
			}
			*limit = n
		}
	}
	policy = cmp.Or(getenv("GOAT_TRACE_POLICY"), s.Policy, "block")
	if policy != "block" && policy != "drop" {
		return o, "", warning.Variable("GOAT_TRACE_POLICY", policy, "set it to block or drop")
	}
	return o, policy, nil
}

// Flush ends the recording. The exit hook that goat-exec generates calls it.
func Flush() {
	defer func() { _ = recover() }()
	process.mu.Lock()
	defer process.mu.Unlock()
	if process.tracer == nil {
		return
	}
	switchAll(false, false)
	if err := process.tracer.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return // it has been reported, or the program has closed a file that is not its own
	}
	process.run.ended = time.Now()
	_ = process.describe() // readers see that the end is missing
}

// describe writes what a reader has to know, and writes it again when a plugin is
// loaded.
func describe() {
	process.mu.Lock()
	defer process.mu.Unlock()
	if process.tracer != nil {
		_ = process.describe()
	}
}

// describe writes the tables of packages that are not written yet, and then the
// file that names them.
func (p *recording) describe() error {
	reg := &registrations
	reg.mu.Lock()
	packages := reg.packages[:len(reg.packages):len(reg.packages)]
	reg.mu.Unlock()
	for _, r := range packages {
		name := filepath.Join(TablesFolder, r.hash)
		if _, err := os.Stat(filepath.Join(p.folder.dir, name)); err == nil {
			continue
		}
		if err := p.folder.Put(name, []byte(r.table)); err != nil {
			return err
		}
	}
	return p.folder.Put(RunFile, p.run.json(packages))
}

// json returns the file that describes a run.
func (r run) json(packages []registration) []byte {
	b := []byte("{\n")
	text := func(name, value string) {
		b = rt.AppendJSONString(append(b, "  \""+name+"\": "...), value)
		b = append(b, ",\n"...)
	}
	number := func(name string, n int64) {
		b = strconv.AppendInt(append(b, "  \""+name+"\": "...), n, 10)
		b = append(b, ",\n"...)
	}
	number("version", wire.Version)
	text("runId", r.id.String())
	text("createdAt", r.created.Format(time.RFC3339Nano))
	if !r.ended.IsZero() {
		text("endedAt", r.ended.Format(time.RFC3339Nano))
	}
	text("projectName", cmp.Or(r.main.App, filepath.Base(r.main.Package)))
	text("projectVersion", cmp.Or(os.Getenv("GOAT_APP_VERSION"), r.main.Version))
	text("commit", commit())
	text("launchMethod", cmp.Or(r.settings.Launch, "main"))
	text("launchClass", r.main.Package)
	text("goVersion", runtime.Version())
	text("system", runtime.GOOS+"/"+runtime.GOARCH)
	host, _ := os.Hostname()
	text("host", host)
	number("pid", int64(os.Getpid()))
	text("policy", r.policy)
	b = strconv.AppendBool(append(b, "  \"values\": "...), r.values)
	b = append(b, ",\n  \"packages\": ["...)
	for i, p := range packages {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, "\n    {\"first\": "...)
		b = strconv.AppendUint(b, uint64(p.base), 10)
		b = strconv.AppendUint(append(b, ", \"functions\": "...), uint64(p.functions), 10)
		b = rt.AppendJSONString(append(b, ", \"table\": "...), p.hash)
		b = append(b, '}')
	}
	return append(b, "\n  ]\n}\n"...)
}

// commit returns the revision that the program was built from, "" if it is not
// known.
func commit() string {
	if c := strings.TrimSpace(os.Getenv("GOAT_COMMIT")); c != "" {
		return c
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return ""
}
