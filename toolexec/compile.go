package toolexec

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/goat-trace/goat/internal/session"
)

// compile compiles a package with what goat adds to it. The user's own
// compile is run instead when there is nothing to add, and again when the
// other one fails: its messages are then exactly those of a build without
// goat, and a fault of goat's costs points, not the build.
func (r *runner) compile() (int, error) {
	flags, files := goFiles(r.cmd.Args)
	u := unit{
		importPath: importPath(r.getenv("TOOLEXEC_IMPORTPATH")),
		output:     flagValue(flags, "-o"),
		flags:      flags,
		files:      files,
	}
	if u.importPath == "" || u.output == "" || len(files) == 0 {
		return r.passOn()
	}
	s, err := r.session()
	if err != nil {
		// -V=full would have stopped the build; what is wrong now was not wrong then,
		// and need not be the next time.
		r.unkept = true
		return r.giveUp(u, fmt.Errorf("reading the session: %w", err))
	}
	args, err := r.instrument(s, u, true)
	if errors.Is(err, errNothingToDo) {
		return r.original()
	}
	if err != nil {
		return r.giveUp(u, err)
	}
	return r.compileEither(s, u, args)
}

// unit is one compile.
type unit struct {
	importPath string // without test variant
	output     string
	flags      []string
	files      []string
}

var errNothingToDo = errors.New("nothing to do")

// isMain reports whether the package becomes a program of the user's.
func (u unit) isMain() bool {
	return flagValue(u.flags, "-p") == "main" && !u.isTestMain()
}

// isTestMain reports whether the package is the main package that go test
// generates. Tests start no server.
func (u unit) isTestMain() bool {
	for _, f := range u.files {
		if filepath.Base(f) == "_testmain.go" {
			return true
		}
	}
	return false
}

// importPath takes the test variant off a package description:
// "a/b [a/b.test]".
func importPath(desc string) string {
	path, _, _ := strings.Cut(desc, " ")
	return path
}

// compileEither tries goat's arguments, for a main package then those that
// only bind the runtime, and last the user's.
func (r *runner) compileEither(s *session.Session, u unit, args []string) (int, error) {
	ok, err := r.tryCompile(u, args)
	if ok {
		err = r.checkEntry(u, args)
	}
	if err == nil {
		return 0, nil
	}
	if killed(err) {
		return 0, err
	}
	if s.Config.Strict {
		return r.compileStrictly(u, err)
	}
	r.unkept = r.unkept || passing(err)
	if u.isMain() && !ok {
		args, err := r.instrument(s, u, false)
		if err == nil {
			if ok, err = r.tryCompile(u, args); ok && r.checkEntry(u, args) == nil {
				return 0, nil
			}
		}
		if killed(err) {
			return 0, err
		}
	}
	if r.unkept {
		return r.passOnUnkept()
	}
	return r.passOn()
}

// tryCompile compiles with goat's arguments. Nothing is printed unless it
// succeeds; err is what was.
func (r *runner) tryCompile(u unit, args []string) (bool, error) {
	if r.unkept {
		args = unkept(args)
	}
	var stdout, stderr bytes.Buffer
	code, err := r.start(args, &stdout, &stderr)
	if err == nil && code != 0 {
		output := stdout.String() + stderr.String()
		err = fmt.Errorf("compiling with goat: exit code %d: %s", code, output)
		if outOfMemory(output) {
			err = killedError{err}
		}
	}
	if killed(err) {
		return false, err
	}
	if err != nil {
		r.log.Warn("compiling again without goat", "package", u.importPath, "reason", err.Error())
		return false, err
	}
	r.stdout.Write(stdout.Bytes())
	r.stderr.Write(stderr.Bytes())
	return true, nil
}

// compileStrictly compiles the user's files, to show what is wrong with them.
// When nothing is, goat is wrong, and that is an error with GOAT_STRICT=1.
func (r *runner) compileStrictly(u unit, reason error) (int, error) {
	code, err := r.start(r.cmd.Args, r.stdout, r.stderr)
	if err != nil || code != 0 {
		return code, err
	}
	return 0, fmt.Errorf("instrumenting %s: %w; unset GOAT_STRICT to build it without tracking points", u.importPath, reason)
}

// instrument prepares the inputs of a compile and returns its arguments, or
// errNothingToDo. Without points, a main package is only bound to the runtime.
func (r *runner) instrument(s *session.Session, u unit, points bool) (args []string, err error) {
	defer recovered(&err)
	p, err := r.findPoints(s, u)
	if err != nil && (s.Config.Strict || !u.isMain()) {
		return nil, err
	}
	if err != nil { // a main has its runtime without points too
		r.log.Warn("leaving a main package's files as they are", "package", u.importPath, "reason", err.Error())
	}
	r.unkept = r.unkept || passing(err)
	if err != nil || !points {
		p.hits = nil
	}
	bind := u.isMain() && s.Config.IsMainEntry(u.importPath, p.relDir) || u.isTestMain() && s.Config.Serve == "file"
	if u.isMain() && !bind {
		r.log.Info("the binary serves nothing: mainEntries does not name its main package", "package", u.importPath, "mainEntries", s.Config.Entries())
	}
	if len(p.hits) == 0 && !bind {
		return nil, errNothingToDo
	}
	if t := r.toolchain(); !t.known {
		r.log.Warn("unknown Go release: hits cost inlining, and the runtime is linked only if object files are as goat expects", "package", u.importPath, "version", t.version)
		if err := r.tryToolchain(); err != nil {
			return nil, err
		}
	}
	return r.writeInputs(s, u, p, bind)
}

// writeInputs writes what the compiler is to read and returns its arguments.
func (r *runner) writeInputs(s *session.Session, u unit, p *pkgPoints, bind bool) ([]string, error) {
	dir, err := r.workDir(u)
	if err != nil {
		return nil, err
	}
	gen := generator{
		prefix: freePrefix(p.files), element: freeType(p.files), address: !declares(p.files, "uintptr"),
		countData: s.Config.DataType == "count", race: hasFlag(u.flags, "-race"),
	}
	flags := u.flags
	if len(p.hits) > 0 {
		if flags, err = r.withMarker(&gen, u, bind, dir); err != nil {
			return nil, err
		}
	}
	files, err := r.rewriteFiles(dir, u, p, gen)
	if err != nil {
		return nil, err
	}
	more := make(map[string]string)
	if err := r.generate(s, u, p, gen, bind, dir, more); err != nil {
		return nil, err
	}
	if p.count() > 0 {
		if err := r.declareCounters(u, p, gen, dir); err != nil {
			return nil, err
		}
		files = append([]string{filepath.Join(dir, countersName)}, files...)
	}
	files = append(files, filepath.Join(dir, generatedName))
	flags, err = withPackages(flags, dir, more)
	if err != nil {
		return nil, err
	}
	r.log.Info("instrumented", "package", u.importPath, "points", p.count(), "main", bind)
	return append(append([]string(nil), flags...), files...), nil
}

// workDir makes a folder for the rewritten files beside the archive, in the
// go command's own work directory, which it removes. The -trimpath rule that
// takes that directory out of a binary covers it.
func (r *runner) workDir(u unit) (string, error) {
	dir := filepath.Join(filepath.Dir(u.output), "goat")
	if err := os.MkdirAll(filepath.Join(dir, "src"), 0o777); err != nil {
		return "", fmt.Errorf("making a folder for rewritten files: %w", err)
	}
	return dir, nil
}

// withPackages points the compile to an import config that holds more
// packages.
func withPackages(flags []string, dir string, more map[string]string) ([]string, error) {
	if len(more) == 0 {
		return flags, nil
	}
	name := flagValue(flags, "-importcfg")
	cfg := importConfig{}
	if name != "" {
		var err error
		if cfg, err = readImportConfig(name); err != nil {
			return nil, err
		}
	}
	extended := filepath.Join(dir, "importcfg")
	if err := cfg.write(extended, more); err != nil {
		return nil, err
	}
	if name == "" {
		return append(append([]string(nil), flags...), "-importcfg", extended), nil
	}
	return replaceFlag(flags, "-importcfg", extended), nil
}
