package entry

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/goat-trace/goat/toolexec/internal/gotool"
)

const (
	// Module is goat's own module.
	Module = "github.com/goat-trace/goat"
	// Runtime is the import path of the runtime.
	Runtime = Module + "/rt"
	// Path is the import path of the entry.
	Path = Runtime + "/entry"
	// Tracer is the import path of the tracer's runtime.
	Tracer = Runtime + "/trace"
	// tracePage is the part that starts recordings on request.
	tracePage = Tracer + "/page"
	// traceUplink is the part that sends recordings to a hub.
	traceUplink = Tracer + "/uplink"
)

// RegisterSymbol and StartSymbol are variables of the runtime and of the entry
// that hold functions. The code that goat generates for a package declares the
// same symbols without a value. The linker keeps the ones with a value; if the
// runtime is not linked, they stay nil. So a library package needs no
// additional import, and its archive does not depend on the runtime.
const (
	RegisterSymbol = Runtime + ".registerHooksV4"
	StartSymbol    = Runtime + ".startHooks"
	TraceSymbol    = Tracer + ".registerHooksV1"
)

// RuntimePackage returns the part of the runtime that a binary needs, by the
// settings serve and hub.
func RuntimePackage(serve string, hub bool) string {
	switch {
	case serve == "http":
		return Runtime + "/serve"
	case hub:
		return pushes
	}
	return Runtime + "/file"
}

// pushes is the part that reports to a hub.
const pushes = Runtime + "/push"

// RuntimePackages returns the part of the runtime that a binary needs, and with
// it the tracer's where steps can be recorded.
func RuntimePackages(runtime string, tracer bool) []string {
	packages := []string{runtime}
	if tracer {
		packages = append(packages, Tracer)
		if serves(runtime) {
			packages = append(packages, tracePage)
		}
		if serves(runtime) || runtime == pushes {
			packages = append(packages, traceUplink)
		}
	}
	return packages
}

// serves reports whether a part of the runtime serves pages.
func serves(runtime string) bool { return strings.HasSuffix(runtime, "/serve") }

// ImportsRuntime reports whether an application imports the runtime itself, in
// the version that its go.mod names.
func ImportsRuntime(cfg gotool.ImportConfig) bool {
	for path := range cfg.Packages {
		if path == Runtime || strings.HasPrefix(path, Runtime+"/") && path != Path {
			return true
		}
	}
	return false
}

// parts are what the text of an entry is made of. The zero value makes the
// empty entry.
type parts struct {
	runtime string // the package that is started; "" for none
	tracer  string // the settings of recordings; "" for no tracer
	warns   bool   // the runtime logs to the application's log/slog
	counts  bool   // the runtime pushes, and the program has Go's counters
	hook    hook
}

// hook says what the entry does about the start of coverage's runtime, which a
// main package with a marker calls.
type hook int

const (
	hookNone   hook = iota // main does not call it yet
	hookEmpty              // the entry defines it
	hookReal               // coverage's runtime is linked
	hookSilent             // it is linked, and must not complain at the end that there is nothing to write
)

// text returns the entry's only file. It imports package exithook, which is
// internal to the standard library; only the go command enforces that.
func (p parts) text() string {
	var imports, decls, start, atStart string
	use := func(line string) { imports += "import " + line + "\n" }
	use(`_ "unsafe"`)
	if p.runtime != "" {
		use(`"unsafe"`)
		use(`runtime "` + p.runtime + `"`)
		if p.warns {
			use(`"log/slog"`)
			use(`"` + Runtime + `/warning"`)
			start = "warning.Log = warn; "
			decls += "\nfunc warn(message string, attributes ...any) { slog.Default().Warn(message, attributes...) }\n"
		}
		if p.counts {
			use(`"` + pushes + `"`)
			use(`counters "` + coverageHook + `"`)
			start += "push.Coverage = push.CoverageRuntime{WriteMeta: counters.WriteMeta, WriteCounters: counters.WriteCounters, ClearCounters: counters.ClearCounters}; "
		}
		use(`"internal/runtime/exithook"`)
		atStart = "exithook.Add(exithook.Hook{F: runtime.Flush, RunOnFailure: true})"
		then := ""
		if p.tracer != "" {
			use(`tracer "` + Tracer + `"`)
			atStart += "; exithook.Add(exithook.Hook{F: tracer.Flush, RunOnFailure: true})"
			then = "; tracer.Start(*(*string)(main), " + p.tracer + ")"
			if serves(p.runtime) {
				use(`"` + tracePage + `"`)
				start += "runtime.Trace = page.Serve; "
			}
			if serves(p.runtime) || p.runtime == pushes {
				use(`"` + traceUplink + `"`)
				start += "tracer.OpenHub = uplink.Open; "
			}
		}
		decls += fmt.Sprintf(`
//go:linkname start %s
var start = []func(unsafe.Pointer){startRuntime}

func startRuntime(main unsafe.Pointer) { %sruntime.Start(*(*string)(main))%s }
`, StartSymbol, start, then)
	}
	switch p.hook {
	case hookEmpty:
		decls += "\n//go:linkname noHook " + coverageHook + ".initHook\nfunc noHook(bool) {}\n"
	case hookSilent:
		use(`coverage "` + coverageRuntime + `"`)
		decls += "\nfunc init() { coverage.MarkProfileEmitted(true) }\n"
		fallthrough
	case hookReal:
		use(`_ "` + coverageHook + `"`)
	}
	return fmt.Sprintf(`package entry

%s
func init() { keep() }

//go:noinline
func keep() { %s }
%s`, imports, atStart, decls)
}

// If the program has log/slog, the runtime logs to the logger that is the
// default at that time.
const logger = "log/slog"

// addLogger passes the application's logger to a runtime that may log
// something, and adds the logger's archive.
func (p *parts) addLogger(cfg gotool.ImportConfig, packages map[string]string) {
	archive, ok := cfg.Packages[logger]
	if !ok || ImportsRuntime(cfg) {
		return
	}
	p.warns = true
	packages[logger] = archive
}

// The packages that define the start of coverage's runtime, and the packages of
// that runtime.
const (
	coverageHook    = "runtime/coverage"
	coverageRuntime = "internal/coverage/cfile"
)

// addHook adds what a main package with a marker calls, and its archives. A
// build that has coverage's runtime links the real hook, which finds no data of
// goat's. If an application imports that runtime itself and is built without
// -cover, it must not complain at the end that there is nothing to write.
func (p *parts) addHook(cfg gotool.ImportConfig, packages map[string]string) {
	archive, ok := cfg.Packages[coverageHook]
	if !ok {
		p.hook = hookEmpty
		return
	}
	p.hook = hookReal
	packages[coverageHook] = archive
	if archive, ok := cfg.Packages[coverageRuntime]; ok && !covers(cfg) {
		p.hook = hookSilent
		packages[coverageRuntime] = archive
	}
}

// addCounters passes Go's counters to a runtime that pushes them.
func (p *parts) addCounters(cfg gotool.ImportConfig, packages map[string]string) {
	_, pushing := packages[pushes]
	archive, ok := cfg.Packages[coverageHook]
	if pushing && ok && covers(cfg) {
		p.counts = true
		packages[coverageHook] = archive
	}
}

// covers reports whether the linked program writes coverage data: it is a test,
// or its build information says -cover.
func covers(cfg gotool.ImportConfig) bool {
	_, test := cfg.Packages["testing/internal/testdeps"]
	return test || bytes.Contains(cfg.Text, []byte(`-cover=true`))
}
