package toolexec

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/goat-trace/goat/internal/handshake"
	"github.com/goat-trace/goat/internal/session"
	"github.com/goat-trace/goat/toolexec/internal/closure"
	"github.com/goat-trace/goat/toolexec/internal/entry"
	"github.com/goat-trace/goat/toolexec/internal/gotool"
)

// link links a binary with the runtime if its main package asks for it. If that
// fails, it links the binary without: the generated code then finds no runtime
// and does nothing.
func (r *runner) link() (int, error) {
	config := r.Args.Value("-importcfg")
	if config == "" || r.Args.Value("-buildmode") == "shared" { // not a main package
		return r.Become()
	}
	if r.driven() {
		if err := restoreBuildInfo(config); err != nil {
			r.Log.Warn("leaving goat's -gcflags in the build information", "err", err)
		}
	}
	r.sayIncomplete()
	// A binary says which main it was linked from, and the go command relies on
	// that.
	if id, err := gotool.ArchiveBuildID(r.Args.Last()); err == nil && gotool.IsProvisional(id) {
		r.Args = r.Args.Provisional()
	}
	main, err := gotool.ReadObjectHead(r.Args.Last())
	if err != nil {
		r.Log.Warn("linking as it is", "reason", err.Error())
		return r.Become()
	}
	r.warnOfCache()
	r.warnOfUnread()
	if _, ok := main.Imports[entry.Path]; !ok {
		return r.linkUnbound(config)
	}
	return linking{runner: r, config: config, dir: filepath.Join(filepath.Dir(config), "goat"), main: main}.run()
}

// restoreBuildInfo replaces the driver's -gcflags in an import config by the
// user's.
func restoreBuildInfo(config string) error {
	text, err := os.ReadFile(config)
	if err != nil {
		return fmt.Errorf("reading the import config: %w", err)
	}
	restored, err := handshake.RestoreBuildInfo(string(text))
	if err != nil {
		return err
	}
	if err := os.WriteFile(config, []byte(restored), 0o666); err != nil {
		return fmt.Errorf("writing the import config: %w", err)
	}
	return nil
}

// sayIncomplete tells users who expect points why there are none, or none in a
// submodule or in files that an index does not cover. The go command shows a
// link's output once.
func (r *runner) sayIncomplete() {
	s, err := r.openSession()
	if err != nil {
		return
	}
	if s.Incomplete {
		fmt.Fprintf(r.Stderr, "goat-exec: building without tracking points: %s\n", s.Reason)
	} else if err := s.CheckSubmodules(); err != nil {
		fmt.Fprintf(r.Stderr, "goat-exec: building without tracking points of a submodule: %v\n", err)
	} else if err := s.CheckIndex(); err != nil {
		fmt.Fprintf(r.Stderr, "goat-exec: %v\n", err)
	}
}

// linking is one link of a main package that asks for the runtime.
type linking struct {
	*runner
	config string // the go command's import config
	dir    string // a folder of goat's in the go command's work directory
	main   gotool.ObjectHead
}

// run links with the runtime and, when that fails, without it.
func (l linking) run() (int, error) {
	r, err := l.withRuntime()
	if err == nil && r.Code == 0 {
		l.Print(r)
		return 0, nil
	}
	if gotool.IsKilled(err) {
		return 0, err
	}
	l.Log.Warn("linking without the runtime", "code", r.Code, "err", err, "output", r.Output())
	reason := err
	if err == nil {
		reason = r.Check("linking with it")
	}
	if err != nil && l.strict() {
		return 0, fmt.Errorf("linking the runtime: %w; unset GOAT_STRICT to link without it", reason)
	}
	// It is goat's fault only if the link succeeds without the runtime.
	if code, err := l.withoutRuntime(); err != nil || code != 0 {
		return code, err
	}
	if l.strict() {
		return 0, fmt.Errorf("linking the runtime: %w; unset GOAT_STRICT to link without it", reason)
	}
	if s, err := l.openSession(); err != nil || s.Reason == "" { // otherwise there are no points
		l.sayNotCounted(reason)
	}
	return 0, nil
}

// withRuntime links with the runtime. The go command may trim its cache during
// other builds; if archives of the runtime are gone, withRuntime tries once
// more.
func (l linking) withRuntime() (r gotool.Result, err error) {
	defer recovered(&err)
	s, err := l.openSession()
	if err != nil {
		return r, err
	}
	cfg, err := gotool.ReadImportConfig(l.config)
	if err != nil {
		return r, err
	}
	if err := l.makeDir(); err != nil {
		return r, err
	}
	r, archives, err := l.tryRuntime(s, cfg)
	if err == nil && r.Code == 0 || gotool.IsKilled(err) || allThere(archives) {
		return r, err
	}
	l.Log.Info("linking again: the go command's cache has lost archives of the runtime")
	r, _, err = l.tryRuntime(s, cfg)
	return r, err
}

// tryRuntime links with the runtime and also returns the runtime's archives.
func (l linking) tryRuntime(s *session.Session, cfg gotool.ImportConfig) (gotool.Result, map[string]string, error) {
	test, serve := isTest(cfg), s.Config.Serve
	if test && serve == "http" { // tests start no server
		serve = "file"
	}
	runtime, tracer := entry.RuntimePackage(serve, s.Config.Hub && !test), tracerSettings(s.Config.Trace, test)
	archives, err := closure.Link{
		Build:    closure.Build{Call: l.Call, Salt: l.nestedSalt(s), Driven: l.driven(), Work: l.dir},
		Packages: entry.RuntimePackages(runtime, tracer != ""), Modules: s.Modules, Config: cfg, Main: l.main,
	}.Runtime()
	if err != nil {
		return gotool.Result{}, archives, err
	}
	r, err := l.linkEntry(entry.RealFor(cfg, runtime, tracer, archives), cfg)
	return r, archives, err
}

// allThere reports whether the archives still exist.
func allThere(archives map[string]string) bool {
	for _, archive := range archives {
		if _, err := os.Stat(archive); errors.Is(err, fs.ErrNotExist) {
			return false
		}
	}
	return true
}

// withoutRuntime links with the entry that does nothing and shows the linker's
// output. The binary is provisional, because the reason may be gone next time.
func (l linking) withoutRuntime() (int, error) {
	cfg, err := gotool.ReadImportConfig(l.config)
	if err != nil {
		return 0, err
	}
	if err := l.makeDir(); err != nil {
		return 0, err
	}
	l.Args = l.Args.Provisional()
	r, err := l.linkEntry(entry.EmptyFor(cfg), cfg)
	l.Print(r)
	return r.Code, err
}

func (l linking) makeDir() error {
	if err := os.MkdirAll(l.dir, 0o777); err != nil {
		return fmt.Errorf("making a folder for the link: %w", err)
	}
	return nil
}

// linkEntry links with an entry in place of the one that main was compiled
// against.
func (l linking) linkEntry(e entry.Entry, cfg gotool.ImportConfig) (gotool.Result, error) {
	archive, err := e.Compile(l.Call, l.dir, l.sharedFlags())
	if err != nil {
		return gotool.Result{}, err
	}
	if err := entry.SetFingerprint(archive, l.main); err != nil {
		return gotool.Result{}, err
	}
	config := filepath.Join(l.dir, "importcfg.link")
	if err := cfg.Write(config, e.Packages(archive)); err != nil {
		return gotool.Result{}, err
	}
	r, err := l.With(l.Args.Replace("-importcfg", config)).Try()
	if failure := r.Check("linking"); err == nil && gotool.IsKilled(failure) {
		err = failure
	}
	return r, err
}

// sharedFlags returns the flags that the entry must be compiled with to fit
// into this binary. They depend on the system (cmd/go/internal/work:
// buildModeInit) and are read from main's archive.
func (l linking) sharedFlags() []string {
	var flags []string
	for _, f := range []string{"-race", "-msan", "-asan"} {
		if l.Args.On(f) {
			flags = append(flags, f)
		}
	}
	switch {
	case l.Args.On("-linkshared"):
		flags = append(flags, "-dynlink", "-linkshared")
	case l.main.Shared:
		flags = append(flags, "-shared")
	}
	return flags
}
