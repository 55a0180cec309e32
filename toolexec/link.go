package toolexec

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/goat-trace/goat/internal/gocmd"
	"github.com/goat-trace/goat/internal/session"
)

// link links a binary with the runtime where its main package asks for it.
// When that fails the binary is linked without: the generated code finds no
// runtime and does nothing.
func (r *runner) link() (int, error) {
	n := len(r.cmd.Args)
	name := flagValue(r.cmd.Args, "-importcfg")
	if n == 0 || name == "" || flagValue(r.cmd.Args, "-buildmode") == "shared" { // no main package
		return r.passOn()
	}
	if r.driven() {
		if err := r.restoreBuildInfo(name); err != nil {
			r.log.Warn("leaving goat's -gcflags in the build information", "err", err)
		}
	}
	r.sayIncomplete()
	// A binary says which main it was linked from, and the go command believes it.
	if id, err := archiveBuildID(r.cmd.Args[n-1]); err == nil && strings.HasPrefix(id, unkeptID) {
		r.cmd.Args = unkept(r.cmd.Args)
	}
	main, err := readObjectHead(r.cmd.Args[n-1])
	if err != nil {
		r.log.Warn("linking as it is", "reason", err.Error())
		return r.passOn()
	}
	r.warnOfCache()
	if _, ok := main.imports[entryPath]; !ok {
		return r.linkUnbound(name)
	}
	l := linking{runner: r, config: name, dir: filepath.Join(filepath.Dir(name), "goat"), main: main}
	var stdout, stderr bytes.Buffer
	code, err := l.withRuntime(&stdout, &stderr)
	if err == nil && code == 0 {
		r.stdout.Write(stdout.Bytes())
		r.stderr.Write(stderr.Bytes())
		return 0, nil
	}
	if killed(err) {
		return 0, err
	}
	output := stdout.String() + stderr.String()
	r.log.Warn("linking without the runtime", "code", code, "err", err, "output", output)
	reason := err
	if err == nil {
		reason = fmt.Errorf("linking with it: exit code %d: %s", code, strings.TrimSpace(output))
	}
	if err != nil && r.strict() {
		return 0, fmt.Errorf("linking the runtime: %w; unset GOAT_STRICT to link without it", reason)
	}
	// Goat's fault only if the link succeeds without the runtime.
	if code, err := l.withoutRuntime(); err != nil || code != 0 {
		return code, err
	}
	if r.strict() {
		return 0, fmt.Errorf("linking the runtime: %w; unset GOAT_STRICT to link without it", reason)
	}
	if s, err := r.session(); err != nil || s.Reason == "" { // else there are no points
		r.sayNotCounted(reason)
	}
	return 0, nil
}

// sayIncomplete tells users who expect points why there are none, or none of a
// submodule. The go command shows what a link prints, once.
func (r *runner) sayIncomplete() {
	s, err := r.session()
	if err != nil {
		return
	}
	if s.Incomplete {
		fmt.Fprintf(r.stderr, "goat-exec: building without tracking points: %s\n", s.Reason)
	} else if err := s.CheckSubmodules(); err != nil {
		fmt.Fprintf(r.stderr, "goat-exec: building without tracking points of a submodule: %v\n", err)
	}
}

// linking is one link of a main that asks for the runtime.
type linking struct {
	*runner
	config string // the go command's import config
	dir    string // a folder of goat's in the go command's work directory
	main   objectHead
}

func (l linking) withRuntime(stdout, stderr *bytes.Buffer) (code int, err error) {
	defer recovered(&err)
	s, err := l.session()
	if err != nil {
		return 0, err
	}
	cfg, err := readImportConfig(l.config)
	if err != nil {
		return 0, err
	}
	if err := os.MkdirAll(l.dir, 0o777); err != nil {
		return 0, fmt.Errorf("making a folder for the link: %w", err)
	}
	packages, err := l.runtimeArchives(s, cfg)
	if err != nil && allThere(packages) {
		return 0, err
	}
	if err == nil {
		code, err = l.runWith(s, cfg, packages, stdout, stderr)
	}
	if err == nil && code == 0 || killed(err) || allThere(packages) {
		return code, err
	}
	l.log.Info("linking again: the go command's cache has lost archives of the runtime")
	stdout.Reset()
	stderr.Reset()
	if packages, err = l.runtimeArchives(s, cfg); err != nil {
		return 0, err
	}
	return l.runWith(s, cfg, packages, stdout, stderr)
}

// allThere reports whether archives are still where they were found: the go
// command trims its cache while others build.
func allThere(archives map[string]string) bool {
	for _, archive := range archives {
		if _, err := os.Stat(archive); errors.Is(err, fs.ErrNotExist) {
			return false
		}
	}
	return true
}

// runWith links with the runtime in these archives.
func (l linking) runWith(s *session.Session, cfg importConfig, archives map[string]string, stdout, stderr *bytes.Buffer) (int, error) {
	entry, packages := withLogger(realEntry(runtimePackage(s.Config.Serve)), cfg, archives)
	return l.run(cfg, entry, packages, stdout, stderr)
}

// runtimeArchives returns the archives of the runtime and of all that it
// imports. What the build has compiled itself wins over them.
func (l linking) runtimeArchives(s *session.Session, cfg importConfig) (map[string]string, error) {
	_, net := cfg.packages["net"]
	_, cgo := cfg.packages["runtime/cgo"]
	own := cfg.importsRuntime()
	c := closure{runner: l.runner, pkg: runtimePackage(s.Config.Serve), salt: l.nestedSalt(s), work: l.dir, own: own}
	c.withoutCgo = !net && !cgo && !own
	c.goResolver = !net && (cgo || own) && !l.sharesPackages(cfg)
	c.flags = func(goflags string) (gocmd.Flags, error) { return l.settledFlags(s, cfg, goflags) }
	archives, err := c.resolve()
	if err != nil {
		return nil, err
	}
	all := make(map[string]string, len(archives))
	for path, archive := range archives {
		if own, ok := cfg.packages[path]; ok {
			archive = own
		}
		all[path] = archive
	}
	return all, l.fit(cfg, all)
}

// sharesPackages reports whether the binary may share its packages with others
// that are built without goat: each has to be the same in all of them.
func (l linking) sharesPackages(cfg importConfig) bool {
	_, plugins := cfg.packages["plugin"]
	return plugins || flagValue(l.cmd.Args, "-buildmode") == "plugin" || hasFlag(l.cmd.Args, "-linkshared")
}

func (l linking) run(cfg importConfig, entry string, packages map[string]string, stdout, stderr *bytes.Buffer) (int, error) {
	entry, packages = withHook(entry, cfg, packages)
	archive, err := l.compileSmall(l.dir, "entry", entry, l.codegen(), packages)
	if err != nil {
		return 0, err
	}
	data, err := os.ReadFile(archive)
	if err == nil {
		err = setFingerprint(data, l.main.imports[entryPath])
	}
	if err == nil {
		err = os.WriteFile(archive, data, 0o666)
	}
	if err != nil {
		return 0, fmt.Errorf("preparing the runtime's entry: %w", err)
	}
	more := map[string]string{entryPath: archive}
	for path, archive := range packages {
		more[path] = archive
	}
	config := filepath.Join(l.dir, "importcfg.link")
	if err := cfg.write(config, more); err != nil {
		return 0, err
	}
	code, err := l.start(replaceFlag(l.cmd.Args, "-importcfg", config), stdout, stderr)
	if output := stdout.String() + stderr.String(); err == nil && code != 0 && outOfMemory(output) {
		err = killedError{fmt.Errorf("linking: exit code %d: %s", code, strings.TrimSpace(output))}
	}
	return code, err
}

// withoutRuntime links with the entry that does nothing. Its output is the
// user's to see. What kept the runtime out may be gone the next time: the binary
// has not the build ID by which the go command would take it for up to date.
func (l linking) withoutRuntime() (int, error) {
	l.cmd.Args = unkept(l.cmd.Args)
	cfg, err := readImportConfig(l.config)
	if err != nil {
		return 0, err
	}
	if err := os.MkdirAll(l.dir, 0o777); err != nil {
		return 0, fmt.Errorf("making a folder for the link: %w", err)
	}
	var stdout, stderr bytes.Buffer
	code, err := l.run(cfg, emptyEntry, nil, &stdout, &stderr)
	l.runner.stdout.Write(stdout.Bytes())
	l.runner.stderr.Write(stderr.Bytes())
	return code, err
}

// codegen returns the flags with which the entry must be compiled to go into
// this binary: what main was compiled with says which those are on this system
// (cmd/go/internal/work: buildModeInit).
func (l linking) codegen() []string {
	var flags []string
	for _, f := range []string{"-race", "-msan", "-asan"} {
		if hasFlag(l.cmd.Args, f) {
			flags = append(flags, f)
		}
	}
	switch {
	case hasFlag(l.cmd.Args, "-linkshared"):
		flags = append(flags, "-dynlink", "-linkshared")
	case l.main.shared:
		flags = append(flags, "-shared")
	}
	return flags
}

// buildFlags returns the flags of the go command above this process, after
// GOFLAGS. GOAT_BUILDFLAGS stands in where its command line cannot be read, or
// is another one's.
func (r *runner) buildFlags(goflags string) (gocmd.Flags, error) {
	args := gocmd.Find().Args
	if own := r.getenv("GOAT_BUILDFLAGS"); own != "" || args == nil {
		words, err := gocmd.Split(own)
		if err != nil {
			return gocmd.Flags{}, fmt.Errorf("splitting GOAT_BUILDFLAGS: %w", err)
		}
		args = append([]string{"go", "build"}, words...)
	}
	return gocmd.Parse(args, goflags)
}
