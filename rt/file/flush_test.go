package file_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/goat-trace/goat/rt/internal/rttest"
	"github.com/goat-trace/goat/rt/manifest"
)

// The program reads one word per line, does what it says, and confirms it.
const obedientMain = `package main

import (
	"bufio"
	"fmt"
	"os"

	goat "github.com/goat-trace/goat/rt/RUNTIME"
)

func main() {
	goatHit(0)
	for in := bufio.NewScanner(os.Stdin); in.Scan(); fmt.Println(in.Text()) {
		switch in.Text() {
		case "one":
			goatHit(1)
		case "panic":
			panic("out of order")
		case "exit":
			goat.Flush()
			os.Exit(0)
		}
	}
}
`

// obedient builds the program with rt/serve or rt/file.
func obedient(t *testing.T, runtime, flush string) string {
	t.Helper()
	points := make([]manifest.Point, 3)
	for i := range points {
		points[i] = manifest.Point{File: "main.go", Func: "main", Kind: "stmt", Line: i + 1, EndLine: i + 1}
	}
	return rttest.Build(t, rttest.Program{
		Files:    map[string]string{"main.go": strings.Replace(obedientMain, "RUNTIME", runtime, 1)},
		Packages: map[string]manifest.Package{".": {Points: points}},
		Main:     manifest.Main{App: "app", Flush: flush},
		Runtime:  runtime,
	})
}

// process is a running program.
type process struct {
	t      *testing.T
	cmd    *exec.Cmd
	stdin  io.Writer
	stdout *bufio.Reader
	stderr lockedBuffer
}

type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func start(t *testing.T, exe string, env ...string) *process {
	t.Helper()
	return startWith(t, exe, nil, env...)
}

func startWith(t *testing.T, exe string, attr *syscall.SysProcAttr, env ...string) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.Command(exe)}
	p.cmd.SysProcAttr = attr
	p.cmd.Env = append(append(cleanEnv(), "GOAT_PORT=0"), env...)
	p.cmd.Stderr = &p.stderr
	stdin, err := p.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.stdin, p.stdout = stdin, bufio.NewReader(stdout)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill(); _ = p.cmd.Wait() })
	return p
}

// do sends a word and waits until the program confirms it or ends.
func (p *process) do(word string) {
	p.t.Helper()
	if _, err := io.WriteString(p.stdin, word+"\n"); err != nil {
		p.t.Fatal(err)
	}
	_, _ = p.stdout.ReadString('\n')
}

// wait waits until the process ends.
func (p *process) wait() { _ = p.cmd.Wait() }

func cleanEnv() []string {
	var env []string
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "GOAT") {
			env = append(env, e)
		}
	}
	return env
}

// covered reads a file, which must be complete, and returns how many points
// were hit.
func covered(t *testing.T, name string) int {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var page struct {
		Results []struct{ Metrics struct{ Covered int } }
	}
	if err := json.Unmarshal(data, &page); err != nil || len(page.Results) != 1 {
		t.Fatalf("decoding %s, %q: %v", name, data, err)
	}
	return page.Results[0].Metrics.Covered
}

// fileWith waits until the directory's only file says that want points were
// hit.
func fileWith(t *testing.T, dir string, want int) string {
	t.Helper()
	got := "no file"
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		names, _ := filepath.Glob(filepath.Join(dir, "*.json"))
		if len(names) > 1 {
			t.Fatalf("got files %q, want one", names)
		}
		if len(names) == 1 {
			n := covered(t, names[0])
			if n == want {
				return names[0]
			}
			got = fmt.Sprint(n)
		}
	}
	t.Fatalf("got %s points covered after 20 s, want %d", got, want)
	return ""
}

// waitFor waits until a condition holds, for at most 20 seconds.
func waitFor(t *testing.T, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("still not so after 20 s")
		}
	}
}

// TestKilledProgramLeavesItsHits ends programs in ways that leave them no time
// for anything. Programs that serve write every two seconds by default, the
// others if the build or the variable asks for it.
func TestKilledProgramLeavesItsHits(t *testing.T) {
	t.Parallel()
	serving, writing, quiet := obedient(t, "serve", ""), obedient(t, "file", "100ms"), obedient(t, "file", "")
	for name, test := range map[string]struct {
		exe  string
		env  []string
		kill func(p *process)
	}{
		"kill":           {serving, nil, func(p *process) { _ = p.cmd.Process.Kill() }},
		"terminate":      {serving, nil, terminate},
		"panic":          {serving, nil, func(p *process) { p.do("panic") }},
		"port taken":     {serving, []string{"GOAT_PORT=0", "GOAT_METRICS_IP=192.0.2.1"}, func(p *process) { _ = p.cmd.Process.Kill() }},
		"built to":       {writing, nil, func(p *process) { _ = p.cmd.Process.Kill() }},
		"told to":        {quiet, []string{"GOAT_FLUSH=0.1s"}, terminate},
		"told otherwise": {writing, []string{"GOAT_FLUSH=200ms"}, func(p *process) { p.do("panic") }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "not", "there")
			p := start(t, test.exe, append(test.env, "GOAT_DIR="+dir)...)
			first := fileWith(t, dir, 1)
			p.do("one")
			if second := fileWith(t, dir, 2); second != first {
				t.Errorf("got the file %s, then %s, want one for the process", first, second)
			}
			test.kill(p)
			p.wait()
			if names := files(t, dir); len(names) != 1 || covered(t, names[0]) != 2 {
				t.Errorf("got files %q, want one with both hits", names)
			}
		})
	}
}

// TestOnlyAtTheEnd checks that nothing is written before the end if that is
// configured or the default, and that a killed program leaves nothing behind.
func TestOnlyAtTheEnd(t *testing.T) {
	t.Parallel()
	serving, never, quiet := obedient(t, "serve", ""), obedient(t, "serve", "0"), obedient(t, "file", "")
	for name, test := range map[string]struct {
		exe, env string
	}{
		"file":                 {quiet, "GOAT_FLUSH="},
		"serving, told to":     {serving, "GOAT_FLUSH=0"},
		"serving, built to":    {never, "GOAT_FLUSH="},
		"file, a wrong number": {quiet, "GOAT_FLUSH=2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			killed, ending := start(t, test.exe, "GOAT_DIR="+dir, test.env), start(t, test.exe, "GOAT_DIR="+dir, test.env)
			time.Sleep(2500 * time.Millisecond)
			if names := files(t, dir); len(names) != 0 {
				t.Errorf("got files %q while the programs run, want none", names)
			}
			_ = killed.cmd.Process.Kill()
			ending.do("exit")
			ending.wait()
			fileWith(t, dir, 1)
			warnings := strings.Count(ending.stderr.String(), "goat ignores GOAT_FLUSH")
			if want := strings.Count(name, "wrong"); warnings != want {
				t.Errorf("got %d warnings, want %d: %q", warnings, want, ending.stderr.String())
			}
		})
	}
}

// TestUnchangedIsNotWritten checks the file's identity, which changes with each
// write.
func TestUnchangedIsNotWritten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := start(t, obedient(t, "file", "100ms"), "GOAT_DIR="+dir)
	name := fileWith(t, dir, 1)
	before, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Second)
	if after, err := os.Stat(name); err != nil || !os.SameFile(before, after) {
		t.Errorf("got another file (%v) though nothing changed", err)
	}

	// The file is gone, and so is the directory.
	for os.RemoveAll(dir) != nil { // a file was written again meanwhile
	}
	if again := fileWith(t, dir, 1); again != name {
		t.Errorf("got the file %s, want %s again", again, name)
	}
	if p.stderr.String() != "" {
		t.Errorf("got %q, want nothing said", p.stderr.String())
	}
}

// TestLinksAreNotFollowed puts a symbolic link in the file's place.
func TestLinksAreNotFollowed(t *testing.T) {
	t.Parallel()
	dir, victim := t.TempDir(), filepath.Join(t.TempDir(), "victim")
	p := start(t, obedient(t, "file", "100ms"), "GOAT_DIR="+dir)
	name := fileWith(t, dir, 1)
	link := filepath.Join(t.TempDir(), "link")
	for _, err := range []error{os.WriteFile(victim, []byte("mine"), 0o644), os.Symlink(victim, link), os.Rename(link, name)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	p.do("one")
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		info, err := os.Lstat(name)
		if err == nil && info.Mode().IsRegular() && covered(t, name) == 2 {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("got %v (%v), want a file with two hits in the link's place", info, err)
		}
	}
	if text, err := os.ReadFile(victim); err != nil || string(text) != "mine" {
		t.Errorf("got %q (%v) where the link led, want it as it was", text, err)
	}
}

// TestWhatCannotBeWritten checks that the program reports it once, goes on, and
// writes as soon as it can.
func TestWhatCannotBeWritten(t *testing.T) {
	t.Parallel()
	for _, runtime := range []string{"file", "serve"} {
		t.Run(runtime, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "points")
			if err := os.WriteFile(dir, nil, 0o644); err != nil {
				t.Fatal(err)
			}
			p := start(t, obedient(t, runtime, "100ms"), "GOAT_DIR="+dir)
			p.do("one")
			waitFor(t, func() bool { return strings.HasSuffix(p.stderr.String(), "\n") })
			time.Sleep(500 * time.Millisecond) // time for a few more tries
			said := p.stderr.String()
			if strings.Count(said, "\n") != 1 || !strings.Contains(said, " WARN goat cannot write its hits, and tries again GOAT_DIR="+dir+" error=") || !strings.Contains(said, "next=") {
				t.Errorf("got %q, want one warning with the directory and what to do", said)
			}
			if err := os.Remove(dir); err != nil {
				t.Fatal(err)
			}
			fileWith(t, dir, 2)
			if p.stderr.String() != said {
				t.Errorf("got %q, want nothing more said", p.stderr.String())
			}
		})
	}
}

// TestReaderSeesWholeFiles reads while a program writes as often as it can.
func TestReaderSeesWholeFiles(t *testing.T) {
	t.Parallel()
	points := make([]manifest.Point, 2000)
	for i := range points {
		points[i] = manifest.Point{File: "main.go", Func: "main", Kind: "stmt", Line: i + 1, EndLine: i + 1}
	}
	exe := rttest.Build(t, rttest.Program{
		Files: map[string]string{"main.go": `package main

import (
	"time"

	"github.com/goat-trace/goat/rt/file"
)

func main() {
	for i := range 2000 {
		goatHit(i)
		time.Sleep(time.Millisecond)
	}
	file.Flush()
}
`},
		Packages: map[string]manifest.Package{".": {Points: points}},
		Main:     manifest.Main{App: "app", Flush: "100ms"},
		Runtime:  "file",
	})
	dir := t.TempDir()
	p := start(t, exe, "GOAT_DIR="+dir)
	ended := make(chan bool)
	go func() { p.wait(); close(ended) }()
	states := map[int]bool{}
	for running := true; running; {
		select {
		case <-ended:
			running = false
		default:
		}
		names, _ := filepath.Glob(filepath.Join(dir, "*.json"))
		for _, name := range names {
			states[covered(t, name)] = true
		}
	}
	if len(states) < 5 {
		t.Errorf("got the states %v, want the file to have changed while the program ran", states)
	}
	if names := files(t, dir); len(names) != 1 || covered(t, names[0]) != 2000 {
		t.Errorf("got files %q, want one, with all hits", names)
	}
}

// TestLeftovers checks that the files of killed programs are removed, and
// nothing else.
func TestLeftovers(t *testing.T) {
	t.Parallel()
	dir, old := t.TempDir(), time.Now().Add(-25*time.Hour)
	for name, age := range map[string]time.Time{
		".goat-app-1-1.json-2.tmp": old, ".goat-app-1-1.json-3.tmp": time.Now(), ".other.tmp": old, "goat-app-1-1.json": old, ".goat-port-1": old,
	} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, age, age); err != nil {
			t.Fatal(err)
		}
	}
	p := start(t, obedient(t, "file", "100ms"), "GOAT_DIR="+dir)
	for end := time.Now().Add(20 * time.Second); len(files(t, dir)) != 5 || strings.Contains(strings.Join(files(t, dir), " "), "json-2"); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("got %q, want the program's own file and all but the old one that is not finished", files(t, dir))
		}
	}
	p.do("one")
}

// TestOff starts programs with GOAT=off and other spellings: nothing is served
// or written. An unknown value is reported once, and the runtime stays on.
func TestOff(t *testing.T) {
	t.Parallel()
	exe := obedient(t, "serve", "100ms")
	for value, off := range map[string]bool{
		"off": true, "0": true, "false": true, "OFF": true, "no": true, "F": true,
		"": false, "on": false, "1": false, "true": false, "aus": false,
	} {
		t.Run("GOAT="+value, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			port := filepath.Join(t.TempDir(), "port")
			p := start(t, exe, "GOAT="+value, "GOAT_DIR="+dir, "GOAT_PORT_FILE="+port)
			if off {
				time.Sleep(time.Second)
				p.do("exit")
				p.wait()
				if names := files(t, dir); len(names) > 0 {
					t.Errorf("got files %q, want none", names)
				}
			} else {
				fileWith(t, dir, 1)
			}
			_, err := os.Stat(port)
			for end := time.Now().Add(20 * time.Second); !off && err != nil && time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
				_, err = os.Stat(port)
			}
			if (err != nil) != off {
				t.Errorf("got %v of the port file, want the program to serve: %v", err, !off)
			}
			if value == "aus" {
				waitFor(t, func() bool { return p.stderr.String() != "" })
			}
			if warnings := strings.Count(p.stderr.String(), "\n"); warnings != strings.Count(value, "aus") {
				t.Errorf("got %q, want a warning of what means nothing alone", p.stderr.String())
			}
		})
	}
}
