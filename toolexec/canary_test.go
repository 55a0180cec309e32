package toolexec

import (
	"bytes"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goat-trace/goat/toolexec/internal/entry"
	"github.com/goat-trace/goat/toolexec/internal/generate"
	"github.com/goat-trace/goat/toolexec/internal/gotool"
	"github.com/goat-trace/goat/toolexec/internal/trial"
)

// TestToolchain checks one by one the facts that goat relies on in the Go
// release that runs this test, and that gotool/toolchain.go knows the release.
// If it fails, a new release has changed what the message names. Run it with
// GOTOOLCHAIN=go1.N to see what release N changed.
func TestToolchain(t *testing.T) {
	c := newCanary(t)
	t.Run("version", c.version)
	t.Run("flags", c.flags)
	t.Run("marker", c.marker)
	t.Run("hook", c.hook)
	t.Run("fingerprints", c.fingerprints)
	t.Run("exithook", c.exithook)
	t.Run("linknames", c.linknames)
}

type canary struct {
	gotool.Call
	dir string
}

func newCanary(t *testing.T) canary {
	t.Helper()
	out, err := exec.Command("go", "env", "GOTOOLDIR").Output()
	if err != nil {
		t.Fatalf("running go env: %v", err)
	}
	tool := filepath.Join(strings.TrimSpace(string(out)), "compile")
	if _, err := os.Stat(tool); err != nil {
		tool += ".exe"
	}
	cache := t.TempDir()
	call := gotool.Call{
		Command: gotool.Command{Tool: tool, Name: "compile"}, Stdin: strings.NewReader(""), Log: slog.New(slog.DiscardHandler),
		Getenv: func(name string) string {
			if name == "GOAT_CACHE" {
				return cache
			}
			return os.Getenv(name)
		},
	}
	return canary{call, t.TempDir()}
}

func (c canary) version(t *testing.T) {
	out, err := exec.Command(c.Tool, "-V=full").Output()
	if err != nil || !regexp.MustCompile(`^compile version [^\n]+\n$`).Match(out) {
		t.Fatalf("-V=full: got %q, %v, want a line that begins with \"compile version \": see session.go, gotool/version.go and cmd/go/internal/work: toolID", out, err)
	}
	if v := gotool.VersionOf(string(out)); !gotool.KnownToolchain(v).Known {
		t.Errorf("got release %q, which gotool/toolchain.go does not know: when all else here passes, add it", v)
	}
	if got, want := c.Toolchain().Version, gotool.VersionOf(string(out)); got != want {
		t.Errorf("got %q by way of GOROOT/VERSION, want the compiler's own %q: see gotool/toolchain.go", got, want)
	}
}

// flags checks the flags that goat reads or sets.
func (c canary) flags(t *testing.T) {
	help, _ := exec.Command(c.Tool, "-help").CombinedOutput()
	for _, flag := range []string{
		"asan", "asmhdr", "buildid", "complete", "coveragecfg", "dynlink", "embedcfg", "importcfg", "lang", "linkobj", "linkshared",
		"msan", "o", "p", "pack", "pgoprofile", "race", "shared", "std", "symabis", "trimpath",
	} {
		if !regexp.MustCompile(`(?m)^ +-` + flag + `\b`).Match(help) {
			t.Errorf("got no flag -%s in compile -help: see where toolexec/*.go uses it", flag)
		}
	}
}

const (
	markedFile = `

var Mark [1]struct{}
var counters [1]uint32

func hit(i uint32) (_ struct{}) { if counters[i] == 0 { counters[i] = 1 }; return }

func Bare(n int) int { return n*2 + 1 }

func Marked(n int) int { Mark[0] = hit(0); return n*2 + 1 }

var _ = Marked(1)
`
	see = ": see generate/marker.go, and GOROOT/src/cmd/compile/internal/{coverage,inline}"
)

// marker checks that an assignment to a coverage counter of size zero costs
// nothing, that its right-hand side is inlined, and that nothing is registered.
func (c canary) marker(t *testing.T) {
	out, archive := c.compileMarked(t, "example.com/p", "package p"+markedFile)
	costs := regexp.MustCompile(`can inline (Bare|Marked) with cost (\d+)`).FindAllStringSubmatch(out, -1)
	if len(costs) != 2 || costs[0][2] != costs[1][2] {
		t.Errorf("got costs %q, want equal ones of Bare and Marked%s\n%s", costs, see, out)
	}
	if !strings.Contains(out, "inlining call to hit") {
		t.Errorf("got no call of hit inlined, want it%s\n%s", see, out)
	}
	if data, err := os.ReadFile(archive); err != nil || bytes.Contains(data, []byte("addCovMeta")) || bytes.Contains(data, []byte("initHook")) {
		t.Errorf("got a package that registers coverage data, want none with CounterMode testmain (%v)%s", err, see)
	}
}

// hook checks that a main package with a marker calls what the entry defines.
func (c canary) hook(t *testing.T) {
	archive, err := entry.EmptyFor(gotool.ImportConfig{}).Compile(c.Call, c.dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	runtime := c.archives(t, "runtime")
	runtime[entry.Path] = archive
	config := filepath.Join(c.dir, "importcfg")
	if err := (gotool.ImportConfig{}).Write(config, runtime); err != nil {
		t.Fatal(err)
	}
	text := "package main\n\nimport _ \"" + entry.Path + "\"\n\nfunc main() { println(Marked(1), counters[0]) }" + markedFile
	_, main := c.compileMarked(t, "main", text, "-importcfg="+config)
	exe := filepath.Join(c.dir, "main.exe")
	r, err := c.Sibling("link", "-o", exe, "-importcfg="+config, main).Try()
	if err != nil || r.Code != 0 {
		t.Fatalf("linking a main package with a marker: got code %d, %v, %s; want the start of coverage's runtime to be runtime/coverage.initHook(bool)%s", r.Code, err, r.Output(), see)
	}
	if got, err := exec.Command(exe).CombinedOutput(); err != nil || string(got) != "3 1\n" {
		t.Errorf("got %q, %v, want \"3 1\"%s", got, err, see)
	}
}

// fingerprints checks that an object has the fingerprint that its importers
// recorded.
func (c canary) fingerprints(t *testing.T) {
	archive, err := entry.Empty().Compile(c.Call, c.dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	main := filepath.Join(c.dir, "importer.a")
	config := filepath.Join(c.dir, "importer.cfg")
	if err := (gotool.ImportConfig{}).Write(config, map[string]string{entry.Path: archive}); err != nil {
		t.Fatal(err)
	}
	c.compileText(t, main, "package main\n\nimport _ \""+entry.Path+"\"\n\nfunc main() {}\n", "-p=main", "-importcfg="+config)
	if err := entry.Check(main, config); err != nil {
		t.Errorf("got %v; see gotool/objfile.go, and GOROOT/src/cmd/internal/goobj", err)
	}

	// Unknown formats are recognised as such.
	data, err := os.ReadFile(main)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"another magic":        {"\x00go120ld", "\x00go999ld"},
		"another archive":      {"!<arch>\n", "!<file>\n"},
		"an import of another": {entry.Path, strings.ToUpper(entry.Path)},
	} {
		if err := os.WriteFile(main, bytes.ReplaceAll(data, []byte(change[0]), []byte(change[1])), 0o666); err != nil {
			t.Fatal(err)
		}
		if err := entry.Check(main, config); err == nil {
			t.Errorf("%s: got no error, want one", name)
		}
	}
}

// exithook checks that the runtime's counters are written at the end by exit
// hooks of package runtime.
func (c canary) exithook(t *testing.T) {
	const text = `package hooks

import "internal/runtime/exithook"

func init() { exithook.Add(exithook.Hook{F: func() {}, RunOnFailure: true}) }
`
	config := filepath.Join(c.dir, "hooks.cfg")
	if err := (gotool.ImportConfig{}).Write(config, c.archives(t, "internal/runtime/exithook")); err != nil {
		t.Fatal(err)
	}
	out := c.compileText(t, filepath.Join(c.dir, "hooks.a"), text, "-p=example.com/hooks", "-importcfg="+config)
	if out != "" {
		t.Errorf("got %s; see entry/source.go, and GOROOT/src/internal/runtime/exithook", out)
	}
}

// linknames checks that the linker keeps the variable with a value if two have
// the same linkname.
func (c canary) linknames(t *testing.T) {
	if err := trial.Run(c.Call); err != nil {
		t.Errorf("got %v: see trial/trial.go and entry/source.go, and GOROOT/src/cmd/link/internal/loader: checkLinkname, addSym", err)
	}
}

// compileMarked compiles a file with a marker and returns what -m=2 prints.
func (c canary) compileMarked(t *testing.T, path, text string, flags ...string) (out, archive string) {
	t.Helper()
	data, err := generate.MarkerConfig("Mark")
	if err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(t.TempDir(), "coveragecfg")
	if err := os.WriteFile(config, data, 0o666); err != nil {
		t.Fatal(err)
	}
	archive = filepath.Join(t.TempDir(), "p.a")
	return c.compileText(t, archive, text, append(flags, "-p="+path, "-m=2", "-coveragecfg="+config)...), archive
}

// compileText compiles a file and returns the compiler's output.
func (c canary) compileText(t *testing.T, archive, text string, flags ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "p.go")
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	args := append([]string{"-o", archive, "-pack", "-complete"}, flags...)
	out, err := exec.Command(c.Tool, append(args, file)...).CombinedOutput()
	if err != nil {
		t.Fatalf("compile %q: %v\n%s", args, err, out)
	}
	return string(out)
}

// archives returns the archives of a package and of its imports.
func (c canary) archives(t *testing.T, path string) map[string]string {
	t.Helper()
	out, err := exec.Command("go", "list", "-export", "-deps", "-f", "{{if .Export}}{{.ImportPath}}={{.Export}}{{end}}", path).Output()
	if err != nil {
		t.Fatalf("listing %s: %v", path, err)
	}
	archives := make(map[string]string)
	for line := range strings.Lines(string(out)) {
		if path, archive, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			archives[path] = archive
		}
	}
	return archives
}
