package rttest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/goat-trace/goat/rt/manifest"
)

// Program is the source of a program: a module named example.com/app.
type Program struct {
	// Files maps paths in the module to their text. go.mod is added.
	Files map[string]string
	// Packages are the instrumented packages by directory ("." is the root).
	// Each gets a generated file with one counter for each point. Path and
	// Module are filled in.
	Packages map[string]manifest.Package
	// Main is what the root package passes to Start. Package is filled in.
	Main manifest.Main
	// Runtime is the part of the runtime that main is linked with: "serve",
	// "file", "rt", or "" for nothing.
	Runtime string
	// Flags are additional flags for go build.
	Flags []string
	// Env is added to go build's environment.
	Env []string
}

const module = "example.com/app"

// Build compiles the program and returns the executable's path.
func Build(t testing.TB, p Program) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "go.mod", "module "+module+"\n\ngo 1.26\n\nrequire "+runtimeModule+" v0.0.0\n\nreplace "+runtimeModule+" => ./runtime\n")
	copyRuntime(t, filepath.Join(dir, "runtime"))
	for name, text := range p.Files {
		write(t, dir, name, text)
	}
	for rel, pkg := range p.Packages {
		pkg.Module = module
		pkg.Path = strings.TrimSuffix(module+"/"+rel, "/.")
		write(t, dir, filepath.Join(rel, "goat_generated.go"), generated(packageName(rel), pkg))
	}
	if p.Runtime != "" {
		p.Main.Package = module
		write(t, dir, "goat_main.go", generatedMain(p.Runtime, p.Main))
	}

	exe := filepath.Join(t.TempDir(), "app.exe")
	args := append([]string{"build", "-o", exe}, p.Flags...)
	cmd := exec.Command("go", append(args, ".")...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off", "GOPROXY=off")
	cmd.Env = append(cmd.Env, p.Env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(cmd.Args[1:], " "), err, out)
	}
	return exe
}

const runtimeModule = "github.com/goat-trace/goat"

// copyRuntime makes a module of the runtime's files only, as goat-exec does,
// which proves that they need no other module.
func copyRuntime(t testing.TB, dir string) {
	t.Helper()
	_, self, _, _ := runtime.Caller(0)
	rt := filepath.Join(filepath.Dir(self), "..", "..")
	write(t, dir, "go.mod", "module "+runtimeModule+"\n\ngo 1.26\n")
	for _, pkg := range []string{".", "manifest", "instance", "push", "serve", "file", "warning"} {
		names, err := filepath.Glob(filepath.Join(rt, pkg, "*.go"))
		if err != nil || len(names) == 0 {
			t.Fatalf("no sources of the runtime in %s: %v", filepath.Join(rt, pkg), err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			write(t, dir, filepath.Join("rt", pkg, filepath.Base(name)), string(text))
		}
	}
}

// generated returns the file that each instrumented package gets. goatHit is a
// function here; goat-exec inserts its code instead.
func generated(name string, p manifest.Package) string {
	return fmt.Sprintf(`package %s

import "unsafe"

var goatCounters [%d]uint32

var goatCount, goatShards, goatStride, goatMeta = %d, 0, 0, %q

//go:linkname goatHooks github.com/goat-trace/goat/rt.registerHooksV4
var goatHooks []func(unsafe.Pointer)

var _ = goatRegister()

func goatRegister() bool {
	info := [5]unsafe.Pointer{unsafe.Pointer(&goatCounters), unsafe.Pointer(&goatCount), unsafe.Pointer(&goatMeta), unsafe.Pointer(&goatShards), unsafe.Pointer(&goatStride)}
	for _, hook := range goatHooks {
		hook(unsafe.Pointer(&info))
	}
	return true
}

//go:norace
func goatHit(i int) {
	if goatCounters[i] == 0 {
		goatCounters[i] = 1
	}
}
`, name, len(p.Points), len(p.Points), manifest.AppendPackage(nil, p))
}

func generatedMain(pkg string, m manifest.Main) string {
	path := runtimeModule + "/rt"
	if pkg != "rt" {
		path += "/" + pkg
	}
	text := fmt.Sprintf("package main\n\nimport goatruntime %q\n\nvar _ = goatruntime.Start(%q)\n", path, manifest.AppendMain(nil, m))
	if pkg == "serve" {
		// As in a program that links log/slog.
		text = strings.Replace(text, "\n\nvar", "\nimport \"log/slog\"\nimport \""+runtimeModule+"/rt/warning\"\n\nfunc warn(message string, attributes ...any) { slog.Default().Warn(message, attributes...) }\n\nvar _ = func() int { warning.Log = warn; return 0 }()\nvar", 1)
	}
	return text
}

func packageName(rel string) string {
	if rel == "." {
		return "main"
	}
	return filepath.Base(rel)
}

func write(t testing.TB, dir, name, text string) {
	t.Helper()
	name = filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
