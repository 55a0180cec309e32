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
		// -V=full would have stopped the build; what is wrong now was not wrong then.
		return r.giveUp(u, fmt.Errorf("reading the session: %w", err))
	}
	args, err := r.instrument(s, u)
	if errors.Is(err, errNothingToDo) {
		return r.passOn()
	}
	if err != nil {
		return r.giveUp(u, err)
	}
	return r.compileEither(u, args)
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

// giveUp logs why a package stays as it is and compiles it so. With
// GOAT_STRICT=1 it is an error.
func (r *runner) giveUp(u unit, err error) (int, error) {
	r.log.Warn("compiling without goat", "package", u.importPath, "reason", err.Error())
	if r.getenv("GOAT_STRICT") == "1" {
		return 0, fmt.Errorf("instrumenting %s: %w; unset GOAT_STRICT to build it without tracking points", u.importPath, err)
	}
	return r.passOn()
}

// compileEither tries goat's arguments, then the user's.
func (r *runner) compileEither(u unit, args []string) (int, error) {
	var stdout, stderr bytes.Buffer
	code, err := r.start(args, &stdout, &stderr)
	if err != nil || code != 0 {
		r.log.Warn("compiling again without goat", "package", u.importPath, "code", code, "output", stdout.String()+stderr.String())
		return r.passOn()
	}
	r.stdout.Write(stdout.Bytes())
	r.stderr.Write(stderr.Bytes())
	return code, nil
}

// instrument prepares the inputs of a compile and returns its arguments, or
// errNothingToDo.
func (r *runner) instrument(s *session.Session, u unit) ([]string, error) {
	p, err := r.findPoints(s, u)
	if err != nil {
		return nil, err
	}
	bind := u.isMain() && s.Config.IsMainEntry(u.importPath, p.relDir) || u.isTestMain() && s.Config.Serve == "file"
	if len(p.hits) == 0 && !bind {
		return nil, errNothingToDo
	}
	dir, err := r.workDir(u)
	if err != nil {
		return nil, err
	}
	gen := generator{prefix: freePrefix(p.files), element: freeType(p.files), countData: s.Config.DataType == "count", race: hasFlag(u.flags, "-race")}
	files, err := r.rewriteFiles(dir, u, p, gen)
	if err != nil {
		return nil, err
	}
	more := make(map[string]string)
	if err := r.generate(s, u, p, gen, bind, dir, more); err != nil {
		return nil, err
	}
	files = append(files, filepath.Join(dir, generatedName))
	flags, err := withPackages(u.flags, dir, more)
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
