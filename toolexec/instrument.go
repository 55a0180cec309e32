package toolexec

import (
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goat-trace/goat/internal/buildinfo"
	"github.com/goat-trace/goat/internal/session"
	"github.com/goat-trace/goat/rt/manifest"
	"github.com/goat-trace/goat/toolexec/internal/closure"
	"github.com/goat-trace/goat/toolexec/internal/entry"
	"github.com/goat-trace/goat/toolexec/internal/generate"
	"github.com/goat-trace/goat/toolexec/internal/gotool"
	"github.com/goat-trace/goat/toolexec/internal/trial"
)

// errNothingToDo says that goat has nothing to add to a package.
var errNothingToDo = errors.New("nothing to do")

// inputs are the inputs of the compiler.
type inputs struct {
	args        gotool.Args
	traced      bool // the package can be recorded
	provisional bool // points are missing for a reason that may be gone next time
}

// prepare writes the compiler's inputs. It returns errNothingToDo if there is
// nothing to add. Without points, a main package only gets the runtime's entry.
func (c *compilation) prepare(points bool) (in inputs, err error) {
	defer recovered(&err)
	p, err := c.findPoints()
	if err != nil && (c.session.Config.Strict || !c.isMain()) {
		return in, err
	}
	if err != nil { // a main package gets the runtime without points too
		c.Log.Warn("leaving a main package's files as they are", "package", c.path, "reason", err.Error())
		in.provisional = session.Passing(err)
	}
	if err != nil || !points {
		p.DropPoints()
	}
	binds := c.bindsRuntime(p.relDir)
	var tr *generate.Trace
	if points && c.tracing {
		tr = c.findTrace(p)
	}
	if p.Count() == 0 && !binds && tr == nil {
		return in, errNothingToDo
	}
	if t := c.Toolchain(); !t.Known {
		c.Log.Warn("unknown Go release: hits cost inlining, and the runtime is linked only if object files are as goat expects", "package", c.path, "version", t.Version)
		if err := trial.Run(c.Call); err != nil {
			return in, err
		}
	}
	in.args, err = c.writeInputs(p, binds, tr)
	in.traced = tr != nil
	return in, err
}

// bindsRuntime reports whether the package leads the linker to the runtime.
// relDir is its directory in the module.
func (c *compilation) bindsRuntime(relDir string) bool {
	if !c.isMain() {
		return c.isTestMain() && (c.session.Config.Serve == "file" || c.session.Config.Trace.On())
	}
	if c.session.Config.IsMainEntry(c.path, relDir) {
		return true
	}
	c.Log.Info("the binary serves nothing: mainEntries does not name its main package", "package", c.path, "mainEntries", c.session.Config.Entries())
	return false
}

// writeInputs writes what the compiler will read and returns its arguments.
func (c *compilation) writeInputs(p *packagePoints, binds bool, tr *generate.Trace) (gotool.Args, error) {
	dir, err := c.workDir()
	if err != nil {
		return gotool.Args{}, err
	}
	if p.Name, err = packageName(c.Args.Files()); err != nil {
		return gotool.Args{}, err
	}
	var main *manifest.Main
	if binds {
		main = c.mainManifest()
	}
	cfg := c.session.Config
	gen := generate.New(&p.Package, cfg.DataType == "count", c.Args.On("-race"), main)
	if c.showsColumns() {
		gen.KeepColumns()
	}
	if tr != nil {
		gen.SetTrace(tr)
	}
	var flags, files []string
	if p.Count() > 0 {
		if flags, err = c.mark(gen, binds, dir); err != nil {
			return gotool.Args{}, err
		}
		if err := c.write(dir, generate.CountersName, gen.Counters()); err != nil {
			return gotool.Args{}, fmt.Errorf("writing the counters' file: %w", err)
		}
		files = append(files, filepath.Join(dir, generate.CountersName))
	}
	if tr != nil {
		if err := c.write(dir, generate.TraceName, gen.Trace()); err != nil {
			return gotool.Args{}, fmt.Errorf("writing the tracer's file: %w", err)
		}
		files = append(files, filepath.Join(dir, generate.TraceName))
		c.Log.Info("recordable", "package", c.path, "functions", tr.Functions)
	}
	own, err := c.rewriteFiles(p, gen, dir)
	if err != nil {
		return gotool.Args{}, err
	}
	if err := c.write(dir, generate.PointsName, gen.Points()); err != nil {
		return gotool.Args{}, fmt.Errorf("writing the generated file: %w", err)
	}
	files = append(append(files, own...), filepath.Join(dir, generate.PointsName))
	args, err := c.addImports(c.Args.With(flags, files), dir, binds, p.Count() > 0 && cfg.DataType == "count")
	if err != nil {
		return gotool.Args{}, err
	}
	c.Log.Info("instrumented", "package", c.path, "points", p.Count(), "main", binds)
	return args, nil
}

// showsColumns reports whether the compiler was asked to print what it thinks of the
// code, line and column with it.
func (c *compilation) showsColumns() bool {
	printing := []string{"-m", "-d", "-json", "-live", "-S", "-W", "-w", "-E", "-v"}
	return slices.ContainsFunc(c.Args.Flags(), func(arg string) bool {
		flag, _, _ := strings.Cut(arg, "=")
		return slices.Contains(printing, flag)
	})
}

// workDir makes a folder for the rewritten files next to the archive, in the go
// command's own work directory. The go command removes it, and its -trimpath
// rule keeps that directory out of binaries.
func (c *compilation) workDir() (string, error) {
	dir := filepath.Join(filepath.Dir(c.output), "goat")
	if err := os.MkdirAll(filepath.Join(dir, "src"), 0o777); err != nil {
		return "", fmt.Errorf("making a folder for rewritten files: %w", err)
	}
	return dir, nil
}

// packageName returns the name in the package clause of the files, which the
// generated files must have too.
func packageName(files []string) (string, error) {
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.PackageClauseOnly)
		if err == nil {
			return f.Name.Name, nil
		}
	}
	return "", fmt.Errorf("finding a package clause in %d files", len(files))
}

// mark gives the hits a marker if there can be one, and returns the compiler
// flags for it. Without a marker, hits are plain.
func (c *compilation) mark(gen *generate.Generator, binds bool, dir string) ([]string, error) {
	if !c.Toolchain().Marker || c.Args.On("-asan") { // asan puts a red zone after each variable
		return nil, nil
	}
	if file := c.Args.Value("-coveragecfg"); file != "" {
		if config, err := os.ReadFile(file); err == nil {
			gen.MarkForCover(config)
		}
		return nil, nil
	}
	if c.Args.Value("-p") == "main" && !binds { // without an entry nothing would define the hook
		return nil, nil
	}
	config, err := gen.Mark()
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "coveragecfg")
	if err := os.WriteFile(file, config, 0o666); err != nil {
		return nil, fmt.Errorf("writing the marker's configuration: %w", err)
	}
	return []string{"-coveragecfg=" + file}, nil
}

// rewriteFiles writes the files that hold points and returns the package's
// files, with those in place of the user's.
func (c *compilation) rewriteFiles(p *packagePoints, gen *generate.Generator, dir string) ([]string, error) {
	files := slices.Clone(c.Args.Files())
	for i, f := range p.sources {
		if !gen.Rewrites(&f.File) {
			continue
		}
		text, err := gen.Rewrite(&f.File)
		if err != nil {
			return nil, err
		}
		// Rewritten files go into a folder of their own, because the user's
		// files may have goat's names. Files of an overlay may share a name,
		// but no two of them replace the same file.
		name := filepath.Base(f.replaced)
		if err := c.write(filepath.Join(dir, "src"), name, text); err != nil {
			return nil, fmt.Errorf("writing a rewritten file: %w", err)
		}
		files[i] = filepath.Join(dir, "src", name)
	}
	return files, nil
}

// write writes a file for the compiler and, if GOAT_KEEP is set, a copy below
// its directory, under the package's import path.
func (c *compilation) write(dir, name string, text []byte) error {
	if err := os.WriteFile(filepath.Join(dir, name), text, 0o666); err != nil {
		return err
	}
	root := c.Getenv("GOAT_KEEP")
	if root == "" {
		return nil
	}
	dir = filepath.Join(root, filepath.FromSlash(c.path))
	err := os.MkdirAll(dir, 0o777)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name), text, 0o666)
	}
	if err != nil {
		c.Log.Warn("keeping a rewritten file", "err", err)
	}
	return nil
}

// addImports passes the compiler an import config with what the generated files
// import and the package may not: the entry, and sync/atomic for exact counts.
func (c *compilation) addImports(args gotool.Args, dir string, binds, counts bool) (gotool.Args, error) {
	if !binds && !counts {
		return args, nil
	}
	file := args.Value("-importcfg")
	cfg := gotool.ImportConfig{}
	if file != "" {
		var err error
		if cfg, err = gotool.ReadImportConfig(file); err != nil {
			return args, err
		}
	}
	more := make(map[string]string)
	if binds {
		e := entry.Empty()
		archive, err := e.Compile(c.Call, dir, entry.SharedFlags(c.Args))
		if err != nil {
			return args, err
		}
		maps.Copy(more, e.Packages(archive))
	}
	if counts {
		build := closure.Build{Call: c.Call, Salt: c.nestedSalt(c.session), Driven: c.driven(), Work: dir}
		archive, err := build.Atomic(cfg)
		if err != nil {
			return args, err
		}
		more["sync/atomic"] = archive
	}
	extended := filepath.Join(dir, "importcfg")
	if err := cfg.Write(extended, more); err != nil {
		return args, err
	}
	if file == "" {
		return args.With([]string{"-importcfg", extended}, args.Files()), nil
	}
	return args.Replace("-importcfg", extended), nil
}

// mainManifest returns what the binary says about its build.
func (c *compilation) mainManifest() *manifest.Main {
	base, cfg := c.session.Base(), c.session.Config
	m := &manifest.Main{
		Package: c.path, App: cfg.AppName, Version: cfg.AppVersion,
		Source: c.session.Source, Granularity: cfg.Granularity, DataType: cfg.DataType,
		Serve: cfg.Serve, Hits: cfg.Hits, Flush: cfg.Flush, Goat: buildinfo.Version(),
	}
	for _, name := range slices.Sorted(maps.Keys(cfg.Components)) {
		m.Components = append(m.Components, manifest.Component{Name: name, Patterns: cfg.Components[name]})
	}
	if c.session.Reason == "" {
		m.Base, m.BaseCommit, m.BaseMode = base.Ref, base.Used, string(base.Mode)
	}
	return m
}
