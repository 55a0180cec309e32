package serve_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/rt/internal/rttest"
)

// Output and exit code are those of the program without the runtime.
func TestOutputIsTheApplications(t *testing.T) {
	t.Parallel()
	plain, served := app(t, "plain", appProgram("")), app(t, "serve", appProgram("serve"))
	_, taken := freePort(t)
	for _, mode := range []string{"short", "now"} {
		for _, env := range [][]string{{"GOAT_PORT=0"}, {"GOAT_PORT=" + taken, "GOAT_DIR=" + t.TempDir()}, {"GODEBUG=fips140=only", "GOAT_PORT=0"}} {
			t.Run(mode+" "+strings.Join(env, " "), func(t *testing.T) {
				t.Parallel()
				wantOut, wantErr, wantCode := start(t, plain, nil, mode).end(t)
				out, errOut, code := start(t, served, env, mode).end(t)
				if slices.Contains(env, "GOAT_PORT="+taken) {
					errOut = withoutWarning(errOut) // the warning may come before the end
				}
				if diff := cmp.Diff([]any{wantOut, wantErr, wantCode}, []any{out, errOut, code}); diff != "" {
					t.Errorf("stdout, stderr, exit code (-plain +goat):\n%s", diff)
				}
			})
		}
	}
}

// withoutWarning removes the one line that a taken port may cause.
func withoutWarning(stderr string) string {
	if strings.Count(stderr, "\n") == 1 && strings.Contains(stderr, " WARN goat does not serve ") {
		return ""
	}
	return stderr
}

// TestPortPipe has the address written to a pipe. Replacing /dev/stderr by a
// file would take it from a container.
func TestPortPipe(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe")
	if out, err := exec.Command("mkfifo", pipe).CombinedOutput(); err != nil {
		t.Fatalf("mkfifo: %v\n%s", err, out)
	}
	read := make(chan string, 1)
	go func() {
		data, err := os.ReadFile(pipe)
		read <- fmt.Sprint(string(data), err)
	}()
	start(t, app(t, "serve", appProgram("serve")), []string{"GOAT_PORT=0", "GOAT_PORT_FILE=" + pipe}, "wait")
	select {
	case text := <-read:
		if !strings.HasPrefix(text, "127.0.0.1:") {
			t.Errorf("got %q in the pipe, want the address", text)
		}
	case <-time.After(time.Minute):
		t.Error("got nothing in the pipe after a minute, want the address")
	}
	if info, err := os.Lstat(pipe); err != nil || info.Mode().IsRegular() {
		t.Errorf("got the mode %v (%v), want the pipe still there", info.Mode(), err)
	}
}

// TestPortIntoOwnOutput has the address written to the file that the program's
// own output goes to, which is what /dev/stderr is when errors are redirected
// to a file. It must not be replaced, whatever its name.
func TestPortIntoOwnOutput(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "log")
	log, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	cmd := exec.Command(app(t, "serve", appProgram("serve")), "late")
	cmd.Env = append(cleanEnv(), "GOAT_PORT=0", "GOAT_PORT_FILE="+name)
	cmd.Stderr = log
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for range 1000 {
		if info, err := os.Stat(name); err != nil || info.Size() > 0 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	_ = stdin.Close()
	_ = cmd.Wait()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Split(string(text), "\n"); len(lines) != 3 || !strings.HasPrefix(lines[0], "127.0.0.1:") || lines[1] != "late" {
		t.Errorf("got %q, want the address and then what the program prints at its end", text)
	}
}

func TestWhatIsWrongIsOneWarning(t *testing.T) {
	t.Parallel()
	exe := app(t, "serve", appProgram("serve"))
	_, taken := freePort(t)
	for name, test := range map[string]struct {
		env  []string
		want []string
	}{
		"port taken":        {[]string{"GOAT_PORT=" + taken}, []string{"goat does not serve", "address=127.0.0.1:" + taken, "already in use", `next="set GOAT_PORT to a free port`}},
		"port abc":          {[]string{"GOAT_PORT=abc"}, []string{"goat does not serve", "variable=GOAT_PORT value=abc", `next="set it to a port from 1 to 65535`}},
		"port too large":    {[]string{"GOAT_PORT=65536"}, []string{"variable=GOAT_PORT value=65536"}},
		"port negative":     {[]string{"GOAT_PORT=-1"}, []string{"variable=GOAT_PORT value=-1"}},
		"address a name":    {[]string{"GOAT_METRICS_IP=no.such.host", "GOAT_PORT=0"}, []string{"variable=GOAT_METRICS_IP value=no.such.host", "next="}},
		"address cut":       {[]string{"GOAT_METRICS_IP=[::1", "GOAT_PORT=0"}, []string{"variable=GOAT_METRICS_IP value=[::1"}},
		"address not ours":  {[]string{"GOAT_METRICS_IP=192.0.2.1", "GOAT_PORT=0"}, []string{"goat does not serve", "address=192.0.2.1:0", "next="}},
		"hosts with a port": {[]string{"GOAT_HOSTS=shop.example.com:80", "GOAT_PORT=0"}, []string{"goat does not serve", "variable=GOAT_HOSTS value=shop.example.com:80", `next="set it to host names`}},
		"hosts with a star": {[]string{"GOAT_HOSTS=*", "GOAT_PORT=0"}, []string{"variable=GOAT_HOSTS value=*"}},
		"cpu of nothing":    {[]string{"GOAT_CPU=0", "GOAT_PORT=0"}, []string{"goat does not serve", "variable=GOAT_CPU value=0", `next="set it to the percent`}},
		"cpu in cores":      {[]string{"GOAT_CPU=0.5", "GOAT_PORT=0"}, []string{"variable=GOAT_CPU value=0.5"}},
		"token blank":       {[]string{"GOAT_TOKEN=\n", "GOAT_PORT=0"}, []string{"goat does not serve", `variable=GOAT_TOKEN value="\n" next="set it to`}},
		"no port file":      {[]string{"GOAT_PORT=0", "GOAT_PORT_FILE=" + filepath.Join(t.TempDir(), "none", "port")}, []string{"goat serves without telling its address", "GOAT_PORT_FILE=", "address=127.0.0.1:", "next="}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t, exe, test.env, "wait")
			p.stdout.waitForLine()
			p.stderr.waitForLine()
			out, errOut, code := p.end(t)
			if out != "ready\n" || code != 0 {
				t.Errorf("got output %q and exit code %d, want the application to live on", out, code)
			}
			if n := strings.Count(errOut, "\n"); n != 1 {
				t.Errorf("got %d lines, want 1:\n%s", n, errOut)
			}
			for _, want := range test.want {
				if !strings.Contains(errOut, want) {
					t.Errorf("got %s, want it to contain %s", errOut, want)
				}
			}
		})
	}
}

// The warning goes to the logger that the application has set by then.
func TestWarningGoesToTheApplicationsLogger(t *testing.T) {
	t.Parallel()
	_, taken := freePort(t) // nobody answers there, so the application has time to set its logger
	p := start(t, app(t, "serve", appProgram("serve")), []string{"GOAT_PORT=" + taken}, "json")
	p.stderr.waitForLine()
	_, errOut, _ := p.end(t)
	var line struct{ Level, Msg, Address, Next string }
	if err := json.Unmarshal([]byte(errOut), &line); err != nil {
		t.Fatalf("decoding %q: %v", errOut, err)
	}
	if line.Level != "WARN" || line.Msg != "goat does not serve" || line.Address != "127.0.0.1:"+taken || line.Next == "" {
		t.Errorf("got %+v, want a warning with address and next step", line)
	}
}

// Of two independent programs, the second one warns that the port is taken,
// although the first one is goat's too.
func TestPortHeldByAnotherGoatProgram(t *testing.T) {
	t.Parallel()
	exe := app(t, "serve", appProgram("serve"))
	_, base := serving(t, exe, []string{"wait"})
	port := base[strings.LastIndex(base, ":")+1:]
	p := start(t, exe, []string{"GOAT_PORT=" + port}, "wait")
	p.stderr.waitForLine()
	if _, errOut, _ := p.end(t); !strings.Contains(errOut, "goat does not serve") || strings.Count(errOut, "\n") != 1 {
		t.Errorf("got %q, want one warning", errOut)
	}
}

// A holder that accepts and never answers must not delay the program.
func TestPortHeldBySilence(t *testing.T) {
	t.Parallel()
	_, port := freePort(t) // nobody accepts
	exe := app(t, "serve", appProgram("serve"))
	begin := time.Now()
	out, _, code := start(t, exe, []string{"GOAT_PORT=" + port}, "short").end(t)
	if out != "short\n" || code != 3 || time.Since(begin) > 5*time.Second {
		t.Errorf("got %q, exit code %d after %v", out, code, time.Since(begin))
	}
}

// TestPortHeldInAnotherContainer has the port held by a process with the id of
// the program's parent, but in another container of the pod.
func TestPortHeldInAnotherContainer(t *testing.T) {
	t.Parallel()
	own, _ := os.Readlink("/proc/self/ns/pid") // "" if the system has none
	for namespace, warnings := range map[string]int{own: 0, "pid:[1]": 1} {
		asked := make(chan bool, 1)
		holder := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			defer func() { asked <- true }()
			w.Header().Set("Goat-Pid", strconv.Itoa(os.Getpid()))
			w.Header().Set("Goat-Pid-Namespace", namespace)
			w.Header().Set("Goat-Main", "example.com%2Fother")
		}))
		defer holder.Close()
		_, port, _ := net.SplitHostPort(holder.Listener.Addr().String())
		p := start(t, app(t, "serve", appProgram("serve")), []string{"GOAT_PORT=" + port}, "wait")
		select {
		case <-asked:
		case <-time.After(time.Minute):
			t.Fatal("got no question who holds the port after a minute")
		}
		if warnings > 0 {
			p.stderr.waitForLine()
		} else {
			time.Sleep(100 * time.Millisecond)
		}
		if _, errOut, _ := p.end(t); strings.Count(errOut, "goat does not serve") != warnings {
			t.Errorf("holder in %q, program in %q: got %q, want %d warnings", namespace, own, errOut, warnings)
		}
	}
}

func TestForkingProgramIsSilent(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Log("a grandparent is found through /proc only")
		return
	}
	l, port := freePort(t)
	_ = l.Close()
	file := filepath.Join(t.TempDir(), "port")
	out, errOut, code := start(t, app(t, "serve", appProgram("serve")), []string{"GOAT_PORT=" + port, "GOAT_PORT_FILE=" + file}, "parent").end(t)
	if diff := cmp.Diff([]any{"<nil>\n<nil>\n", "", 0}, []any{out, errOut, code}); diff != "" {
		t.Errorf("stdout, stderr, exit code (-want +got):\n%s", diff)
	}
}

// TestVariablesAreThoseOfTheStart runs a program that immediately clears its
// environment and leaves its directory. With one CPU, it does so before any
// other goroutine runs.
func TestVariablesAreThoseOfTheStart(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "port")
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	relative, err := filepath.Rel(dir, file)
	if err != nil {
		t.Fatal(err)
	}
	env := []string{"GOMAXPROCS=1", "GOAT_PORT=0", "GOAT_METRICS_IP=::1", "GOAT_TOKEN=secret", "GOAT_PORT_FILE=" + relative}
	p := start(t, app(t, "serve", appProgram("serve")), env, "hide")
	address := portIn(t, file)
	if !strings.HasPrefix(address, "[::1]:") {
		t.Errorf("got address %s, want ::1", address)
	}
	if resp, _ := get(t, "http://"+address+"/track"); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("got %d without the token, want 401", resp.StatusCode)
	}
	if out, errOut, code := p.end(t); out+errOut != "" || code != 0 {
		t.Errorf("got %q and exit code %d, want silence", out+errOut, code)
	}
}

// A daemon restarts itself and ends; the child takes over the port.
func TestChildTakesOver(t *testing.T) {
	t.Parallel()
	l, port := freePort(t)
	_ = l.Close()
	file := filepath.Join(t.TempDir(), "port")
	p := start(t, app(t, "serve", appProgram("serve")), []string{"GOAT_PORT=" + port, "GOAT_PORT_FILE=" + file}, "daemon")
	parent := fmt.Sprint(p.cmd.Process.Pid)
	for begin := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		resp, err := http.Head("http://127.0.0.1:" + port + "/healthz")
		if err == nil {
			_ = resp.Body.Close()
			if resp.Header.Get("Goat-Pid") != parent {
				break
			}
		}
		if time.Since(begin) > 20*time.Second {
			t.Fatal("got no answer from the child after 20 s")
		}
	}
	if _, errOut, code := p.end(t); errOut != "" || code != 0 {
		t.Errorf("got %q and exit code %d, want silence", errOut, code)
	}
}

func TestFIPS140Only(t *testing.T) {
	t.Parallel()
	_, base := serving(t, app(t, "serve", appProgram("serve")), []string{"wait"}, "GODEBUG=fips140=only", "GOAT_TOKEN=secret")
	for _, path := range []string{"/metrics", "/track?token=secret", "/track?token=wrong"} {
		want := http.StatusOK
		if strings.HasSuffix(path, "wrong") {
			want = http.StatusUnauthorized
		}
		if resp, body := get(t, base+path, "Accept-Encoding", "gzip"); resp.StatusCode != want {
			t.Errorf("%s: got %d %q, want %d", path, resp.StatusCode, body, want)
		}
	}
}

// Functions that the race detector does not see write counters with plain
// stores. The pages and the observer read them atomically.
func TestRaceBuildReportsNothing(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("gcc"); err != nil && runtime.GOOS == "linux" {
		t.Fatal("-race needs a C compiler; install gcc")
	}
	p := appProgram("serve")
	p.Flags = []string{"-race"}
	proc, base := serving(t, app(t, "race", p), []string{"race"}, "GORACE=halt_on_error=1")
	var clients sync.WaitGroup
	for i := range 4 {
		clients.Go(func() {
			for n := range 20 {
				for _, page := range []string{"/metrics", "/track?order=1", fmt.Sprintf("/track?func=*&func=x%d", i), fmt.Sprintf("/track?func=*&func=x%d", n)} {
					if resp, err := http.Get(base + page); err == nil {
						_, _ = io.Copy(io.Discard, resp.Body)
						_ = resp.Body.Close()
					}
				}
				time.Sleep(60 * time.Millisecond) // the observer reads meanwhile
			}
		})
	}
	clients.Wait()
	if page := track(t, base, "?component=team"); page.Results[0].Metrics.Covered != 1 {
		t.Errorf("got %d covered in team, want 1", page.Results[0].Metrics.Covered)
	}
	if _, errOut, code := proc.end(t); errOut != "" || code != 0 {
		t.Errorf("got exit code %d and\n%s\nwant silence", code, errOut)
	}
}

// The runtime compiles for the systems that differ most from this one.
// TestRuntimeFiles of the root package checks that no file has a build
// constraint.
func TestCrossBuilds(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"windows/amd64", "js/wasm"} {
		t.Run(target, func(t *testing.T) {
			goos, goarch, _ := strings.Cut(target, "/")
			p := appProgram("serve")
			p.Env = []string{"GOOS=" + goos, "GOARCH=" + goarch, "CGO_ENABLED=0"}
			if info, err := os.Stat(rttest.Build(t, p)); err != nil || info.Size() == 0 {
				t.Errorf("got %v, want a program", err)
			}
		})
	}
}

// With GOAT_DIR, the points are also written to a file. Here main calls Flush
// instead of goat-exec's exit hook.
func TestServeAlsoWritesTheFile(t *testing.T) {
	t.Parallel()
	p := appProgram("serve")
	p.Files["main.go"] = strings.Replace(appMain, "case \"now\":", "case \"flush\":\n\t\tlib.F(0)\n\t\tserve.Flush()\n\tcase \"now\":", 1)
	p.Files["main.go"] = strings.Replace(p.Files["main.go"], "import (", "import (\n\t\"github.com/goat-trace/goat/rt/serve\"", 1)
	dir := t.TempDir()
	out, errOut, code := start(t, app(t, "flush", p), []string{"GOAT_PORT=0", "GOAT_DIR=" + dir}, "flush").end(t)
	if out+errOut != "" || code != 0 {
		t.Errorf("got %q, exit code %d", out+errOut, code)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(files) != 1 {
		t.Fatalf("got files %v, want one", files)
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	if got := decodeTrack(t, data).Results[0].Metrics; got.Total != 5 || got.Covered != 2 {
		t.Errorf("got %d of %d, want 2 of 5", got.Covered, got.Total)
	}
}

// Neither an idle connection nor an endless request may hold the server: it
// must go on answering others.
func TestSlowClientsDoNotBlock(t *testing.T) {
	t.Parallel()
	_, base := serving(t, app(t, "serve", appProgram("serve")), []string{"wait"})
	for range 50 {
		conn, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprint(conn, "GET /track HTTP/1.1\r\nHost: ")
	}
	if resp, _ := get(t, base+"/healthz"); resp.StatusCode != http.StatusOK {
		t.Errorf("got %d, want 200", resp.StatusCode)
	}
}
