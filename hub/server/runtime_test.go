package server

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// goatExec builds goat-exec once for all tests.
var goatExec = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "goat-exec-of-test-")
	if err != nil {
		return "", err
	}
	ofTests = append(ofTests, dir)
	exe := filepath.Join(dir, "goat-exec")
	cmd := exec.Command("go", "build", "-o", exe, "./cmd/goat-exec")
	cmd.Dir = filepath.Join("..", "..")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", &exec.Error{Name: string(out), Err: err}
	}
	return exe, nil
})

// ofTests are directories that are removed after all tests.
var ofTests []string

// program is a program that was built with goat.
type program struct {
	exe string
	err error
}

// shopSource is a program whose parts run when standard input names them. It
// echoes each line after the part has run, and ends at the end of its input.
const shopSource = `package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
)

func main() {
	for s := bufio.NewScanner(os.Stdin); s.Scan(); {
		do(s.Text())
		fmt.Println(s.Text())
	}
}

func do(what string) {
	switch what {
	case "one":
		work(1)
	case "two":
		work(2)
	case "three":
		work(3)
	case "exit":
		os.Exit(3)
	case "panic":
		panic(what)
	}
}

func work(n int) { _ = strings.Repeat("x", n) }
`

// buildShop builds a variant of the program once, with settings of goat.yaml
// and with flags of go build, separated by blanks.
func buildShop(t testing.TB, settings, flags string) string {
	t.Helper()
	shops.Lock()
	defer shops.Unlock()
	name := settings + "|" + flags
	if shops.built == nil {
		shops.built = make(map[string]program)
	}
	if _, ok := shops.built[name]; !ok {
		exe, err := buildModule(map[string]string{
			"go.mod": "module example.com/shop\n\ngo 1.26\n", "goat.yaml": "appName: shop\n" + settings, "main.go": shopSource,
		}, flags)
		shops.built[name] = program{exe, err}
	}
	p := shops.built[name]
	if p.err != nil {
		t.Fatalf("building the program: %v", p.err)
	}
	return p.exe
}

var shops struct {
	sync.Mutex
	built map[string]program
}

func buildModule(files map[string]string, flags string) (string, error) {
	tool, err := goatExec()
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "shop-of-test-")
	if err != nil {
		return "", err
	}
	ofTests = append(ofTests, dir)
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return "", err
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			return "", err
		}
	}
	exe := filepath.Join(dir, "shop.exe")
	args := append([]string{"build", "-toolexec=" + tool, "-o", exe}, strings.Fields(flags)...)
	cmd := exec.Command("go", append(args, ".")...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOAT_BASE=INIT", "GOAT_STRICT=1", "GOFLAGS=", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", &exec.Error{Name: string(out), Err: err}
	}
	return exe, nil
}

// application is a running program of a test.
type application struct {
	t      testing.TB
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    io.Reader
	stderr *safeBuffer
	port   string // file with its address
}

// safeBuffer collects what a process prints.
type safeBuffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *safeBuffer) Write(text []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(text)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// startApplication starts a program with environment variables. It is killed at
// the end of the test.
func startApplication(t testing.TB, exe string, env ...string) *application {
	t.Helper()
	return startCommand(t, exec.Command(exe), env...)
}

// startCommand is startApplication for a program that another one starts.
func startCommand(t testing.TB, cmd *exec.Cmd, env ...string) *application {
	t.Helper()
	a := &application{t: t, cmd: cmd, stderr: new(safeBuffer), port: filepath.Join(t.TempDir(), "port")}
	a.cmd.Env = append(os.Environ(), "GOAT_PORT=0", "GOAT_PORT_FILE="+a.port, "ENV=staging", "REGION=th", "GIT_BRANCH=origin/master",
		"GIT_COMMIT=845820727e8f1b0a2c3d4e5f60718293a4b5c6d7")
	a.cmd.Env = append(a.cmd.Env, env...)
	a.cmd.Stderr = a.stderr
	var err error
	if a.in, err = a.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if a.out, err = a.cmd.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	if err := a.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.kill)
	return a
}

// do makes parts of the program run, and returns after they have.
func (a *application) do(parts ...string) {
	a.t.Helper()
	for _, part := range parts {
		if _, err := io.WriteString(a.in, part+"\n"); err != nil {
			a.t.Fatalf("telling the program: %v; it says %s", err, a.stderr)
		}
		answer := make([]byte, len(part)+1)
		if _, err := io.ReadFull(a.out, answer); err != nil || string(answer) != part+"\n" {
			a.t.Fatalf("got %q and %v, want %q; it says %s", answer, err, part, a.stderr)
		}
	}
}

func (a *application) kill() {
	a.cmd.Process.Kill()
	a.cmd.Wait()
}

// end ends the program regularly.
func (a *application) end() {
	a.t.Helper()
	a.in.Close()
	if err := a.cmd.Wait(); err != nil {
		a.t.Fatalf("the program ends with %v; it says %s", err, a.stderr)
	}
}

// address returns the address at which the program serves.
func (a *application) address() string {
	a.t.Helper()
	var text []byte
	eventually(a.t, "the program's address", func() bool {
		var err error
		text, err = os.ReadFile(a.port)
		return err == nil
	})
	return strings.TrimSpace(string(text))
}

// get requests a page of the program.
func (a *application) get(path string, headers ...string) (status int, body string) {
	a.t.Helper()
	r, err := http.NewRequest("GET", "http://"+a.address()+path, nil)
	if err != nil {
		a.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// eventually waits until a condition holds.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: not within a minute", what)
		}
	}
}

// parts names the parts of shopSource that have run in any instance.
func (h *hub) parts() string {
	h.t.Helper()
	var parts []string
	for _, s := range h.services() {
		for _, r := range h.releases(s.ID) {
			for _, p := range h.points(r.ID) {
				if name, ok := shopParts[p.Line]; ok && p.Ran > 0 {
					parts = append(parts, name)
				}
			}
		}
	}
	return strings.Join(parts, " ")
}

// shopParts maps lines of shopSource to its parts.
var shopParts = func() map[int]string {
	parts := make(map[int]string)
	for i, line := range strings.Split(shopSource, "\n") {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), `case "`); ok {
			parts[i+1] = strings.TrimSuffix(name, `":`)
		}
	}
	return parts
}()

// A program that was built with goat tells a hub what it is and what has run,
// even if it is killed.
func TestProgramPushes(t *testing.T) {
	h := startProcess(t, t.TempDir())
	a := startApplication(t, buildShop(t, "", ""), "GOAT_HUB="+h.URL())
	a.do("one")
	eventually(t, "the first part at the hub", func() bool { return h.parts() == "one" })
	a.do("three")
	began := time.Now()
	eventually(t, "the other part at the hub", func() bool { return h.parts() == "one three" })
	t.Logf("the second push has come after %v", time.Since(began))
	a.kill()
	services := h.services()
	if len(services) != 1 || services[0].Name != "staging_th_shop" {
		t.Errorf("got services %+v, want staging_th_shop", services)
	}
	r := h.release()
	if r.Revision != "845820727e8f1b0a2c3d4e5f60718293a4b5c6d7" || r.Branch != "master" || r.Instances["live"] != 1 {
		t.Errorf("got %+v, want the commit and branch of the environment, and an instance", r)
	}
}
