package outputs_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goat-trace/goat/toolexec/internal/closure"
	"github.com/goat-trace/goat/toolexec/internal/gotool"
)

// lender runs compiles through goat-exec as the nested build of the runtime
// does, with a compiler that counts its runs.
type lender struct {
	t     *testing.T
	exe   string // goat-exec
	tool  string // the counting compiler
	real  string
	runs  string // one byte for each run
	cache string
	env   []string
}

func newLender(t *testing.T) *lender {
	t.Helper()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Fatalf("the counting compiler needs a shell: %v", err)
	}
	dir := t.TempDir()
	l := &lender{t: t, exe: filepath.Join(dir, "goat-exec"), tool: filepath.Join(dir, "pkg", "tool", "x", "compile"),
		runs: filepath.Join(dir, "runs"), cache: filepath.Join(dir, "cache")}
	l.run("../../..", "go", "build", "-o", l.exe, "./cmd/goat-exec")
	l.real = strings.TrimSpace(l.run(".", "go", "tool", "-n", "compile"))
	l.write(l.tool, "#!/bin/sh\nprintf x >>"+l.runs+"\nexec "+l.real+" \"$@\"\n")
	if err := os.Chmod(l.tool, 0o777); err != nil {
		t.Fatal(err)
	}
	return l
}

func (l *lender) run(dir string, argv ...string) string {
	l.t.Helper()
	c := exec.Command(argv[0], argv[1:]...)
	c.Dir, c.Env = dir, append(os.Environ(), "GOAT_CACHE="+l.cache, closure.NestedEnv+"=salt")
	c.Env = append(c.Env, l.env...)
	out, err := c.CombinedOutput()
	if err != nil {
		l.t.Fatalf("%v: %v\n%s", argv, err, out)
	}
	return string(out)
}

func (l *lender) write(file, text string) {
	l.t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		l.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		l.t.Fatal(err)
	}
}

// unitOf is a package to compile. Its files are in dir; what the go command
// writes for it is in a directory with a new name each time.
type unitOf struct {
	dir     string
	path    string
	imports map[string]string // path → archive
	flags   []string          // $WORK means the new directory
	work    map[string]string // files in the new directory
	buildID string
	wrapper []string
}

// compile returns the archive, and whether the compiler ran. It also checks
// that the archive is the one that the compiler makes alone.
func (l *lender) compile(u unitOf) (archive string, ran bool) {
	l.t.Helper()
	work := l.t.TempDir()
	archive = filepath.Join(work, "_pkg_.a")
	if err := (gotool.ImportConfig{}).Write(filepath.Join(work, "importcfg"), u.imports); err != nil {
		l.t.Fatal(err)
	}
	for name, text := range u.work {
		l.write(filepath.Join(work, name), strings.ReplaceAll(text, "$DIR", u.dir))
	}
	files, err := filepath.Glob(filepath.Join(u.dir, "*.go"))
	if err != nil {
		l.t.Fatal(err)
	}
	args := []string{"-o", archive, "-trimpath", work + "=>", "-p", u.path, "-buildid", u.buildID, "-goversion", "", "-c=2", "-nolocalimports",
		"-importcfg", filepath.Join(work, "importcfg"), "-pack"}
	for _, flag := range u.flags {
		args = append(args, strings.ReplaceAll(flag, "$WORK", work))
	}
	args = append(args, files...)

	before, _ := os.ReadFile(l.runs)
	l.run(work, append(append([]string{l.exe}, u.wrapper...), append([]string{l.tool}, args...)...)...)
	after, _ := os.ReadFile(l.runs)
	got, err := os.ReadFile(archive)
	if err != nil {
		l.t.Fatal(err)
	}
	l.run(work, append([]string{l.real}, args...)...)
	want, err := os.ReadFile(archive)
	if err != nil {
		l.t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		l.t.Errorf("got another archive than the compiler's own")
	}
	return archive, len(after) > len(before)
}

const (
	firstID  = "aaaaaaaaaaaaaaaaaaaa/aaaaaaaaaaaaaaaaaaaa"
	secondID = "bbbbbbbbbbbbbbbbbbbb/bbbbbbbbbbbbbbbbbbbb"
)

// TestBorrow compiles a package, then again under another build ID with one
// thing changed. Outputs are borrowed only if nothing relevant changed.
func TestBorrow(t *testing.T) {
	l := newLender(t)
	dir := t.TempDir()
	lib := unitOf{dir: filepath.Join(dir, "lib"), path: "example.com/lib", buildID: firstID}
	l.write(filepath.Join(lib.dir, "lib.go"), "package lib\n\nfunc F() int { return 1 }\n")
	libA, _ := l.compile(lib)
	lib.buildID = "aaaaaaaaaaaaaaaaaaaa/cccccccccccccccccccc"
	l.write(filepath.Join(lib.dir, "lib.go"), "package lib\n\nfunc F() int { return 2 }\n")
	libB, _ := l.compile(lib)

	base := unitOf{dir: filepath.Join(dir, "p"), path: "example.com/p", imports: map[string]string{"example.com/lib": libA}, buildID: firstID}
	l.write(filepath.Join(base.dir, "p.go"), "package p\n\nimport \"example.com/lib\"\n\nfunc P(xs []int) int {\n\tn := lib.F()\n\tfor _, x := range xs {\n\t\tn += x\n\t}\n\treturn n\n}\n")
	if _, ran := l.compile(base); !ran {
		t.Fatal("the compiler did not run for a package that has never been compiled")
	}
	base.buildID = secondID

	tests := []struct {
		name   string
		runs   bool
		change func(u *unitOf)
	}{
		{"nothing", false, func(u *unitOf) {}},
		{"optimization", true, func(u *unitOf) { u.flags = []string{"-N"} }},
		{"inlining", true, func(u *unitOf) { u.flags = []string{"-l=4"} }},
		{"race", true, func(u *unitOf) { u.flags = []string{"-race"} }},
		{"language", true, func(u *unitOf) { u.flags = []string{"-lang=go1.20"} }},
		{"trimpath", true, func(u *unitOf) { u.flags = []string{"-trimpath", u.dir + "=>x"} }},
		{"debug setting", true, func(u *unitOf) { u.flags = []string{"-d=checkptr=0"} }},
		{"import path", true, func(u *unitOf) { u.path = "example.com/q" }},
		{"import", true, func(u *unitOf) { u.imports = map[string]string{"example.com/lib": libB} }},
		{"more to import", true, func(u *unitOf) { u.imports = map[string]string{"example.com/lib": libA, "example.com/more": libA} }},
		{"file", true, func(u *unitOf) { l.write(filepath.Join(u.dir, "q.go"), "package p\n") }},
		{"file changed", true, func(u *unitOf) { l.write(filepath.Join(u.dir, "q.go"), "package p\n\nvar Q int\n") }},
		{"file gone", false, func(u *unitOf) { os.Remove(filepath.Join(u.dir, "q.go")) }},
		{"another wrapper", true, func(u *unitOf) { u.wrapper = []string{"env"} }},
		{"another wrapper again", true, func(u *unitOf) { u.wrapper = []string{"env"} }},
		{"a flag that writes", true, func(u *unitOf) { u.flags = []string{"-memprofile=$WORK/m"} }},
		{"a flag that writes again", true, func(u *unitOf) { u.flags = []string{"-memprofile=$WORK/m"} }},
		{"nothing again", false, func(u *unitOf) {}},
	}
	for _, tt := range tests {
		u := base
		tt.change(&u)
		if _, ran := l.compile(u); ran != tt.runs {
			t.Errorf("%s: the compiler ran: %v, want %v", tt.name, ran, tt.runs)
		}
	}
	// Two archives that the go command does not keep have no content ID.
	lib.buildID = gotool.ParseArgs([]string{"-buildid", firstID}).Provisional().Value("-buildid")
	provisional, _ := l.compile(lib)
	base.imports = map[string]string{"example.com/lib": provisional}
	l.compile(base)
	if _, ran := l.compile(base); !ran {
		t.Error("an import without a content ID: got what is borrowed, want the compiler to run")
	}
	l.env = []string{"GOEXPERIMENT=nogreenteagc"}
	if _, ran := l.compile(lib); !ran {
		t.Error("another experiment: got what is borrowed, want the compiler to run")
	}
}

// TestBorrowFilesOfFlags changes the content of files that flags name.
func TestBorrowFilesOfFlags(t *testing.T) {
	l := newLender(t)
	dir := t.TempDir()
	l.write(filepath.Join(dir, "p.go"), "package p\n\nimport _ \"embed\"\n\n//go:embed a.txt\nvar A string\n\nfunc P() string { return A }\n")
	l.write(filepath.Join(dir, "a.txt"), "one\n")
	embed := strings.TrimSpace(l.run(".", "go", "list", "-export", "-f", "{{.Export}}", "embed"))
	u := unitOf{dir: dir, path: "example.com/p", buildID: firstID, imports: map[string]string{"embed": embed},
		flags: []string{"-embedcfg", "$WORK/embedcfg", "-pgoprofile=$WORK/profile"},
		work: map[string]string{"embedcfg": `{"Patterns": {"a.txt": ["a.txt"]}, "Files": {"a.txt": "$DIR/a.txt"}}`,
			"profile": "GO PREPROFILE V1\n"}}
	ran := func(want bool, what string) {
		t.Helper()
		u.buildID = strings.Repeat(string("cdefgh"[len(what)%6]), 20) + "/" + strings.Repeat("z", 20)
		if _, got := l.compile(u); got != want {
			t.Errorf("%s: the compiler ran: %v, want %v", what, got, want)
		}
	}
	ran(true, "at first")
	ran(false, "nothing changed")
	l.write(filepath.Join(dir, "a.txt"), "two\n")
	ran(true, "embedded file changed")
	l.write(filepath.Join(dir, "a.txt"), "one\n")
	ran(false, "embedded file restored")
	u.work["profile"] += "example.com/p.P\nexample.com/p.Q\n1 2\n"
	ran(true, "profile changed")
}

// TestBorrowDamaged damages cache entries, and makes the compiler print.
func TestBorrowDamaged(t *testing.T) {
	l := newLender(t)
	u := unitOf{dir: t.TempDir(), path: "example.com/p", buildID: firstID}
	l.write(filepath.Join(u.dir, "p.go"), "package p\n\nfunc P() {}\n")
	l.compile(u)
	files, err := filepath.Glob(filepath.Join(l.cache, "outputs", "*", "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("got kept files %v, %v, want one", files, err)
	}
	whole, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	middle := bytes.Clone(whole)
	middle[len(middle)/2] ^= 1
	for name, data := range map[string][]byte{"cut": whole[:len(whole)/2], "empty": {}, "garbage": []byte("garbage"), "one bit": middle} {
		if err := os.WriteFile(files[0], data, 0o666); err != nil {
			t.Fatal(err)
		}
		if _, ran := l.compile(u); !ran {
			t.Errorf("%s: got what is damaged, want the compiler to run", name)
		}
		if _, ran := l.compile(u); ran {
			t.Errorf("%s: the compiler ran again, want its output to be kept once more", name)
		}
	}
	l.write(filepath.Join(u.dir, "p.go"), "package p\n\nfunc P(p *int) int { return *p }\n")
	u.flags = []string{"-d=nil=1"} // prints nil checks
	l.compile(u)
	if _, ran := l.compile(u); !ran {
		t.Error("a compile that prints was borrowed, want it to run and print again")
	}
}
