package serve_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/rt/internal/rttest"
	"github.com/goat-trace/goat/rt/manifest"
)

// The program under test does what its first argument says. Its output and exit
// code are compared with those of a build without the runtime.
const appMain = `package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"time"

	"example.com/app/lib"
)

func main() {
	goatHit(0)
	switch os.Args[1] {
	case "wait": // for the end of stdin
		fmt.Println("ready")
		io.Copy(io.Discard, os.Stdin)
	case "short":
		time.Sleep(5 * time.Millisecond)
		fmt.Println("short")
		os.Exit(3)
	case "now":
		fmt.Println("now")
	case "json": // the application's own logger
		slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stderr, nil)))
		io.Copy(io.Discard, os.Stdin)
	case "parent": // forks itself when its own server is up
		waitForServer()
		child := exec.Command(os.Args[0], "grandchild")
		child.Stdout, child.Stderr = os.Stdout, os.Stderr
		fmt.Println(child.Run())
	case "grandchild":
		child := exec.Command(os.Args[0], "linger")
		child.Stdout, child.Stderr = os.Stdout, os.Stderr
		fmt.Println(child.Run())
	case "linger":
		time.Sleep(700 * time.Millisecond)
	case "daemon": // starts itself anew and ends
		waitForServer()
		child := exec.Command(os.Args[0], "wait")
		child.Stdin, child.Stdout, child.Stderr = os.Stdin, os.Stdout, os.Stderr
		fmt.Println(child.Start())
	case "late": // prints at the end of stdin
		io.Copy(io.Discard, os.Stdin)
		fmt.Fprintln(os.Stderr, "late")
	case "hide": // as daemons do
		os.Clearenv()
		os.Chdir("/")
		io.Copy(io.Discard, os.Stdin)
	case "race":
		for range 4 {
			go func() {
				for {
					lib.F(1)
					time.Sleep(time.Microsecond)
				}
			}()
		}
		fmt.Println("ready")
		io.Copy(io.Discard, os.Stdin)
	}
}

func waitForServer() {
	for range 500 {
		if _, err := os.Stat(os.Getenv("GOAT_PORT_FILE")); err == nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}
`

const appLib = "package lib\n\nfunc F(i int) { goatHit(i) }\n"

func appProgram(runtime string) rttest.Program {
	line := func(n int, fn, kind string) manifest.Point {
		return manifest.Point{File: "main.go", Func: fn, Kind: kind, Line: n, EndLine: n + 1, Lines: [][2]int{{n, n + 1}}}
	}
	return rttest.Program{
		Files: map[string]string{"main.go": appMain, "lib/lib.go": appLib},
		Packages: map[string]manifest.Package{
			".":   {Points: []manifest.Point{line(14, "main", "stmt"), line(20, "main", "case")}},
			"lib": {Points: []manifest.Point{line(3, "F", "func"), line(3, "F", "stmt"), line(9, "G", "else")}},
		},
		Main: manifest.Main{
			App: "demo", Version: "v1", Base: "main", Granularity: "patch", DataType: "bool",
			Components: []manifest.Component{{Name: "team", Patterns: []string{"./lib/..."}}, {Name: "nobody", Patterns: []string{"other"}}},
		},
		Runtime: runtime,
	}
}

var apps = struct {
	sync.Mutex
	built map[string]func() string
}{built: map[string]func() string{}}

// app builds a variant of the program once for all tests.
func app(t *testing.T, variant string, p rttest.Program) string {
	t.Helper()
	apps.Lock()
	build, ok := apps.built[variant]
	if !ok {
		build = sync.OnceValue(func() string {
			exe := rttest.Build(t, p)
			kept := filepath.Join(shared, variant+".exe")
			data, err := os.ReadFile(exe)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(kept, data, 0o755); err != nil {
				t.Fatal(err)
			}
			return kept
		})
		apps.built[variant] = build
	}
	apps.Unlock()
	return build()
}

// shared is a directory for programs that outlives the test that built them.
var shared string

func TestMain(m *testing.M) {
	if what := os.Getenv(disturbing); what != "" {
		disturb(what)
		return
	}
	var err error
	if shared, err = os.MkdirTemp("", "goat-serve"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(shared)
	os.Exit(code)
}

// process is a running program.
type process struct {
	cmd            *exec.Cmd
	stdin          io.Closer
	stdout, stderr *output
}

// output can be read while the program writes it.
type output struct {
	mu   sync.Mutex
	text []byte
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text = append(o.text, p...)
	return len(p), nil
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return string(o.text)
}

// waitForLine waits for a line, and a moment longer for a second one.
func (o *output) waitForLine() {
	for range 1000 {
		if strings.Contains(o.String(), "\n") {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	time.Sleep(100 * time.Millisecond)
}

func start(t testing.TB, exe string, env []string, args ...string) *process {
	t.Helper()
	cmd := exec.Command(exe, args...)
	cmd.Env = append(cleanEnv(), env...)
	p := &process{cmd: cmd, stdout: &output{}, stderr: &output{}}
	cmd.Stdout, cmd.Stderr = p.stdout, p.stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.stdin = stdin
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = stdin.Close(); _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return p
}

// end closes the program's input and waits for it to end.
func (p *process) end(t *testing.T) (stdout, stderr string, code int) {
	t.Helper()
	_ = p.stdin.Close()
	_ = p.cmd.Wait()
	return p.stdout.String(), p.stderr.String(), p.cmd.ProcessState.ExitCode()
}

func cleanEnv() []string {
	var env []string
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "GOAT_") && !strings.HasPrefix(e, "GODEBUG=") {
			env = append(env, e)
		}
	}
	return env
}

// serving starts the program with a free port and returns its address.
func serving(t testing.TB, exe string, args []string, env ...string) (*process, string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "port")
	p := start(t, exe, append([]string{"GOAT_PORT=0", "GOAT_PORT_FILE=" + file}, env...), args...)
	return p, "http://" + portIn(t, file)
}

func portIn(t testing.TB, file string) string {
	t.Helper()
	for range 1000 {
		if data, err := os.ReadFile(file); err == nil {
			return strings.TrimSpace(string(data))
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("no address in %s after 10 s", file)
	return ""
}

func get(t *testing.T, url string, header ...string) (*http.Response, string) {
	t.Helper()
	return do(t, http.MethodGet, url, header...)
}

func do(t *testing.T, method, url string, header ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

func freePort(t *testing.T) (net.Listener, string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l, strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// trackPage is GOAT's JSON with goat's additional fields.
type trackPage struct {
	Name    string
	Version string
	Results []struct {
		ID      int
		Name    string
		Metrics struct {
			Version                     string
			Total, Covered, CoveredRate int
			Items                       []item
		}
	}
}

type item struct {
	ID            int
	Name          string
	Count         int
	StableID      string
	Package, File string
	Line, EndLine int
	Lines         [][2]int
	Func, Kind    string
	FirstHit      *time.Time
}

func track(t *testing.T, base, query string) trackPage {
	t.Helper()
	resp, body := get(t, base+"/track"+query)
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("GET /track%s: got %d %s, want 200", query, resp.StatusCode, body)
	}
	return decodeTrack(t, []byte(body))
}

func decodeTrack(t *testing.T, body []byte) trackPage {
	t.Helper()
	var page trackPage
	d := json.NewDecoder(bytes.NewReader(body))
	if err := d.Decode(&page); err != nil {
		t.Fatalf("decoding %s: %v", body, err)
	}
	return page
}

func TestProgramServes(t *testing.T) {
	t.Parallel()
	for _, ip := range []string{"", "127.0.0.1", "::1", "[::1]", "0.0.0.0", "::", "localhost"} {
		t.Run(ip, func(t *testing.T) {
			t.Parallel()
			_, base := serving(t, app(t, "serve", appProgram("serve")), []string{"wait"}, "GOAT_METRICS_IP="+ip)
			base = strings.Replace(strings.Replace(base, "[::]", "[::1]", 1), "0.0.0.0", "127.0.0.1", 1)
			page := track(t, base, "?component=app&order=2")
			got := page.Results[0].Metrics
			for i := range got.Items {
				if hit := got.Items[i].Count == 1; hit != (got.Items[i].FirstHit != nil && time.Since(*got.Items[i].FirstHit) < time.Minute) {
					t.Errorf("item %d: count %d, first hit %v", i, got.Items[i].Count, got.Items[i].FirstHit)
				}
			}
			counts := map[string]int{}
			for _, it := range got.Items {
				counts[fmt.Sprintf("%d %s %s:%d %s %s", it.ID, it.Package, it.File, it.Line, it.Func, it.Kind)] = it.Count
			}
			want := map[string]int{
				"1 example.com/app main.go:14 main stmt": 1,
				"2 example.com/app main.go:20 main case": 0,
				"3 example.com/app/lib main.go:3 F func": 0,
				"4 example.com/app/lib main.go:3 F stmt": 0,
				"5 example.com/app/lib main.go:9 G else": 0,
			}
			if diff := cmp.Diff(want, counts); diff != "" {
				t.Errorf("points (-want +got):\n%s", diff)
			}
			if page.Name != "demo" || page.Version != "v1" || got.Total != 5 || got.Covered != 1 || got.CoveredRate != 20 {
				t.Errorf("got %s %s %d of %d (%d %%), want demo v1 1 of 5 (20 %%)", page.Name, page.Version, got.Covered, got.Total, got.CoveredRate)
			}
		})
	}
}
