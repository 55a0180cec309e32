package toolexec

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	rtPath    = "github.com/goat-trace/goat/rt"
	entryPath = rtPath + "/entry"
)

// A main package must lead the linker to the runtime, but what the runtime is
// made of is known only when linking: an application without package net gets
// one without cgo, so that a static binary stays static, and main's archive
// may come from the cache, made long before the application began to use net.
// The linker, though, checks that an imported package is the very one that
// the importer was compiled against, by a fingerprint of its export data,
// which covers all that it imports in turn.
//
// So main imports a package of goat's that exports nothing, and is compiled
// against an empty one. The link gets another one that imports the runtime,
// with the empty one's fingerprint. The check exists to keep symbol indexes
// in step; main refers to nothing of the package but its init task, which
// objects name and do not index. See docs/adr.

// emptyEntry is what a main is compiled against.
const emptyEntry = `package entry

import _ "unsafe"

func init() { keep() }

//go:noinline
func keep() {}
`

// realEntry returns what a binary is linked with: it starts the server, and
// writes the counters when the program ends. Package exithook is internal to
// the standard library; only the go command enforces that.
func realEntry(runtimePackage string) string {
	flush := ""
	exit := ""
	if strings.HasSuffix(runtimePackage, "/serve") || strings.HasSuffix(runtimePackage, "/file") {
		exit = `import "internal/runtime/exithook"`
		flush = "exithook.Add(exithook.Hook{F: runtime.Flush, RunOnFailure: true})"
	}
	return fmt.Sprintf(`package entry

import "unsafe"
import runtime %q
%s

//go:linkname start %s
var start = []func(unsafe.Pointer){startRuntime}

func startRuntime(main unsafe.Pointer) { runtime.Start(*(*string)(main)) }

func init() { keep() }

//go:noinline
func keep() {
	%s
}
`, runtimePackage, exit, startSymbol, flush)
}

// logger is where a program has log/slog: what the server has to say goes to
// the logger that is the default by then.
const logger = "log/slog"

// withLogger hands the application's logger to the server's entry.
func withLogger(entry string, cfg importConfig, packages map[string]string) (string, map[string]string) {
	archive, ok := cfg.packages[logger]
	if !ok || cfg.importsRuntime() || !strings.Contains(entry, "import runtime \""+rtPath+"/serve\"") {
		return entry, packages
	}
	more := map[string]string{logger: archive}
	maps.Copy(more, packages)
	entry = strings.Replace(entry, "{ runtime.Start(", "{ runtime.Warn = warn; runtime.Start(", 1)
	entry = strings.Replace(entry, "package entry\n", "package entry\n\nimport \""+logger+"\"\n", 1)
	return entry + "\nfunc warn(message string, attributes ...any) { slog.Default().Warn(message, attributes...) }\n", more
}

// runtimePackage returns the part of the runtime that a binary needs.
func runtimePackage(serve string) string {
	switch serve {
	case "off":
		return rtPath
	case "file":
		return rtPath + "/file"
	}
	return rtPath + "/serve"
}

// codegenFlags are the compile flags that must be the same for all packages
// of a binary.
var codegenFlags = map[string]bool{"-shared": true, "-dynlink": true, "-race": true, "-msan": true, "-asan": true, "-linkshared": true}

// compileEmptyEntry compiles what a main is compiled against, and returns the
// archive.
func (r *runner) compileEmptyEntry(flags []string, dir string) (string, error) {
	var kept []string
	for _, f := range flags {
		if codegenFlags[f] {
			kept = append(kept, f)
		}
	}
	return r.compileSmall(dir, "entry", emptyEntry, kept, nil)
}

// checkEntry makes sure, with a Go release that goat does not know, that link
// will be able to exchange the entry: what main's object says of it must be
// what the entry's own object says of itself. An error means that main must be
// compiled without.
func (r *runner) checkEntry(u unit, args []string) error {
	cfg, err := readImportConfig(flagValue(args, "-importcfg"))
	entry, ok := cfg.packages[entryPath]
	if err != nil || !ok || r.toolchain().known {
		return nil
	}
	main, err := readObjectHead(u.output)
	if err == nil {
		var head objectHead
		head, err = readObjectHead(entry)
		if wanted, ok := main.imports[entryPath]; err == nil && (!ok || wanted != head.fingerprint) {
			err = errObjectFormat
		}
	}
	if err != nil {
		err = fmt.Errorf("compiling %s for the runtime: %w", u.importPath, err)
		r.log.Warn("compiling again without the runtime", "package", u.importPath, "reason", err.Error())
	}
	return err
}

// compileSmall compiles one file of goat's in a build's work directory.
func (r *runner) compileSmall(dir, name, text string, flags []string, packages map[string]string) (string, error) {
	file := filepath.Join(dir, name+".go")
	archive := filepath.Join(dir, name+".a")
	config := filepath.Join(dir, name+".importcfg")
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		return "", fmt.Errorf("writing the runtime's entry: %w", err)
	}
	if err := (importConfig{}).write(config, packages); err != nil {
		return "", err
	}
	tool := r.tool("compile")
	args := []string{"-o", archive, "-trimpath", dir + "=>" + entryPath, "-p", entryPath, "-complete", "-importcfg", config, "-pack"}
	tool.cmd.Args = slices.Concat(args, flags, []string{file})
	b, err := tool.inputKey()
	if err == nil && b.take() {
		return archive, nil
	}
	code, out, err := tool.compileKept(b)
	if err != nil {
		return "", err
	}
	if code == 0 {
		return archive, nil
	}
	err = fmt.Errorf("compiling the runtime's entry: exit code %d: %s", code, out.String())
	if outOfMemory(out.String()) {
		err = killedError{err}
	}
	return "", err
}

// compileKept runs the compiler and keeps what it makes, where b is not nil.
func (r *runner) compileKept(b *borrowing) (code int, out bytes.Buffer, err error) {
	code, err = r.start(r.cmd.Args, &out, &out)
	if err == nil && code == 0 && out.Len() == 0 && b != nil {
		if err := b.give(); err != nil {
			r.log.Warn("keeping what a tool made", "err", err)
		}
	}
	return code, out, err
}

// tool returns a runner for another tool of the same toolchain, without other
// wrappers.
func (r *runner) tool(name string) *runner {
	t := *r
	ext := filepath.Ext(r.cmd.Tool)
	t.cmd = command{Tool: filepath.Join(filepath.Dir(r.cmd.Tool), name+ext), Name: name}
	return &t
}
