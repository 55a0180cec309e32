package serve_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/rt/internal/rttest"
	"github.com/goat-trace/goat/rt/manifest"
)

// largePoints make a page of 10 MB, which is more than the kernel buffers.
const largePoints = 50_000

func largeProgram() rttest.Program {
	p := appProgram("serve")
	large := manifest.Package{}
	for i := range largePoints {
		large.Points = append(large.Points, manifest.Point{
			File: fmt.Sprintf("large/f%d.go", i/100), Func: fmt.Sprintf("F%d", i/10), Kind: "stmt", Line: i%100 + 1, EndLine: i%100 + 1,
		})
	}
	p.Packages["large"] = large
	p.Files["large/large.go"] = "package large\n\nfunc F(i int) { goatHit(i) }\n"
	p.Files["use.go"] = "package main\n\nimport \"example.com/app/large\"\n\nfunc init() { large.F(1) }\n"
	return p
}

// limited starts the program with a limit on file descriptors.
func limited(t *testing.T, exe string, files int, env ...string) (*process, string) {
	t.Helper()
	if _, err := exec.LookPath("prlimit"); err != nil {
		t.Skip("needs prlimit")
	}
	file := filepath.Join(t.TempDir(), "port")
	p := start(t, "prlimit", append([]string{"GOAT_PORT=0", "GOAT_PORT_FILE=" + file}, env...), fmt.Sprintf("--nofile=%d:%d", files, files), exe, "wait")
	return p, portIn(t, file)
}

func descriptors(t *testing.T, p *process) int {
	t.Helper()
	entries, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", p.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

func onLinux(t *testing.T) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("looks into /proc")
	}
}

// TestOpenConnections has clients open connections and keep them open, with or
// without a request. The application must have file descriptors left, and
// Prometheus must still get its page.
func TestOpenConnections(t *testing.T) {
	t.Parallel()
	onLinux(t)
	for name, request := range map[string]string{
		"silent":     "",
		"kept alive": "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"half":       "GET /track HTTP/1.1\r\nHost: localh",
	} {
		for files, most := range map[int]int{256: 64, 60: 15, 4096: 64} {
			t.Run(fmt.Sprint(name, " of ", files), func(t *testing.T) {
				t.Parallel()
				p, address := limited(t, app(t, "serve", appProgram("serve")), files)
				before := descriptors(t, p)
				for range 400 {
					conn, err := net.Dial("tcp", address)
					if err != nil {
						t.Fatal(err)
					}
					defer conn.Close()
					_, _ = io.WriteString(conn, request)
				}
				begin := time.Now()
				if resp, _ := get(t, "http://"+address+"/metrics"); resp.StatusCode != http.StatusOK || time.Since(begin) > 2*time.Second {
					t.Errorf("got %d from /metrics after %v, want 200 at once", resp.StatusCode, time.Since(begin))
				}
				if n := descriptors(t, p) - before; n > most+1 {
					t.Errorf("got %d more descriptors, want at most %d", n, most)
				}
				for end := time.Now().Add(20 * time.Second); ; time.Sleep(100 * time.Millisecond) {
					n := descriptors(t, p) - before
					if n <= 1 {
						break
					}
					if time.Now().After(end) {
						t.Errorf("got %d more descriptors after 20 s without requests, want idle connections closed", n)
						break
					}
				}
			})
		}
	}
}

// TestLimitOfDescriptorsLowered has main lower the program's limit after the
// server has started.
func TestLimitOfDescriptorsLowered(t *testing.T) {
	t.Parallel()
	onLinux(t)
	p, address := limited(t, app(t, "serve", appProgram("serve")), 1024)
	get(t, "http://"+address+"/healthz")
	if out, err := exec.Command("prlimit", "--nofile=60:60", "--pid", strconv.Itoa(p.cmd.Process.Pid)).CombinedOutput(); err != nil {
		t.Fatalf("prlimit: %v %s", err, out)
	}
	time.Sleep(1100 * time.Millisecond)
	before := descriptors(t, p)
	for range 40 {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
	}
	get(t, "http://"+address+"/metrics")
	if n := descriptors(t, p) - before; n > 16 {
		t.Errorf("got %d more descriptors, want at most 15", n)
	}
}

// resident is the process's memory, in bytes.
func resident(t *testing.T, p *process) int {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	kb, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	return kb << 10
}

// processorTime returns the processor time that the process has used.
func processorTime(t *testing.T, p *process) time.Duration {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	var ticks int
	for _, field := range fields[11:13] { // utime and stime, proc_pid_stat(5)
		n, err := strconv.Atoi(field)
		if err != nil {
			t.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// TestSlowReaders has clients request many different pages, plain and
// compressed, and read nothing.
func TestSlowReaders(t *testing.T) {
	t.Parallel()
	onLinux(t)
	p, base := serving(t, app(t, "fifty thousand", largeProgram()), []string{"wait"})
	address := strings.TrimPrefix(base, "http://")
	get(t, base+"/track?order=2", "Accept-Encoding", "gzip")
	get(t, base+"/track?order=2", "Accept-Encoding", "identity")
	before, begun := resident(t, p), time.Now()
	var refused int
	for i := range 400 {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_ = conn.(*net.TCPConn).SetReadBuffer(4 << 10)
		encoding := []string{"identity", "gzip"}[i%2]
		fmt.Fprintf(conn, "GET /track?order=%d&func=*&func=x%d HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: %s\r\n\r\n", i%4, i, encoding)
	}
	most := 0
	for range 20 {
		time.Sleep(100 * time.Millisecond)
		most = max(most, resident(t, p))
		if resp, _ := get(t, base+"/metrics"); resp.StatusCode != http.StatusOK {
			t.Fatalf("got %d from /metrics beside slow readers, want 200", resp.StatusCode)
		}
	}
	// Stored pages take 32 MiB; four pages at once and 64 connections add to
	// that. Go's garbage collector may double the total.
	if grown := most - before; grown > 100<<20 {
		t.Errorf("got %d MiB more, want at most 100", grown>>20)
	}
	resp, err := http.Get(base + "/track?order=3&func=*&func=last")
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode == http.StatusServiceUnavailable {
		refused++
	}
	t.Logf("%d MiB before, at most %d MiB, %d refused after %v", before>>20, most>>20, refused, time.Since(begun))
}

// TestBudget has clients ask without pause. goat must use only a part of a core
// and tell clients when to come back, but never for /metrics.
func TestBudget(t *testing.T) {
	t.Parallel()
	onLinux(t)
	p, base := serving(t, app(t, "fifty thousand", largeProgram()), []string{"wait"}, "GOAT_CPU=3")
	stop := make(chan struct{})
	statuses := make(chan string, 100_000)
	for i := range 8 {
		go func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				url := base + []string{"/track?file=*a*b*c*" + strconv.Itoa(n), "/track?order=2&func=*&func=x" + strconv.Itoa(n), "/", "/nothing"}[i%4]
				resp, err := http.Get(url)
				if err != nil {
					continue
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
				status := resp.Status
				if after, _ := strconv.Atoi(resp.Header.Get("Retry-After")); (after > 0) != (resp.StatusCode == http.StatusServiceUnavailable) {
					status += " Retry-After " + resp.Header.Get("Retry-After")
				}
				statuses <- status
			}
		}()
	}
	time.Sleep(3 * time.Second) // use up what was saved
	used, begin := processorTime(t, p), time.Now()
	for time.Since(begin) < 5*time.Second {
		if resp, _ := get(t, base+"/metrics"); resp.StatusCode != http.StatusOK {
			t.Fatalf("got %d from /metrics, want 200 whatever others ask for", resp.StatusCode)
		}
		time.Sleep(200 * time.Millisecond)
	}
	used, passed := processorTime(t, p)-used, time.Since(begin)
	close(stop)
	// A fixed sum stands for what net/http uses for a request, and a page that
	// has begun is finished.
	if cores := used.Seconds() / passed.Seconds(); cores > 0.1 {
		t.Errorf("got %.3f cores used, want 0.03 or so", cores)
	} else {
		t.Logf("%.3f cores used", cores)
	}
	counts := map[string]int{}
	for len(statuses) > 0 {
		counts[<-statuses]++
	}
	t.Log(counts)
	if counts["503 Service Unavailable"] == 0 || counts["200 OK"] == 0 {
		t.Errorf("got %v, want some answers, and 503 for the others", counts)
	}
	for status := range counts {
		if strings.Contains(status, "Retry-After") {
			t.Errorf("got %s, want Retry-After with 503 and only there", status)
		}
	}
}

// TestUnchangedPage requests a page again and again while nothing on it
// changes. It must be sent from memory.
func TestUnchangedPage(t *testing.T) {
	t.Parallel()
	onLinux(t)
	p, base := serving(t, app(t, "fifty thousand", largeProgram()), []string{"wait"})
	pages := map[string]string{}
	for range 3 { // the observer may see the first hits meanwhile
		for _, encoding := range []string{"identity", "gzip"} {
			_, pages[encoding] = get(t, base+"/track", "Accept-Encoding", encoding)
		}
		time.Sleep(1100 * time.Millisecond)
	}
	used := processorTime(t, p)
	for i := range 5 {
		for encoding, page := range pages {
			resp, body := get(t, base+"/track?nothing="+strconv.Itoa(i), "Accept-Encoding", encoding)
			if resp.StatusCode != http.StatusOK || body != page || resp.Header.Get("Content-Length") != strconv.Itoa(len(page)) {
				t.Fatalf("got %d, %d bytes, Content-Length %s, want the same page of %d bytes", resp.StatusCode, len(body), resp.Header.Get("Content-Length"), len(page))
			}
		}
	}
	// Rendering ten pages would take a second, or half a second without
	// compression.
	if used = processorTime(t, p) - used; used > 300*time.Millisecond {
		t.Errorf("got %v of processor time for ten pages without a change", used)
	}
}

// TestFilterOfStars sends a query that once took 25 s, and the worst ones that
// are allowed.
func TestFilterOfStars(t *testing.T) {
	t.Parallel()
	_, base := serving(t, app(t, "fifty thousand", largeProgram()), []string{"wait"}, "GOAT_CPU=100")
	for query, want := range map[string]int{
		"file=" + strings.Repeat("*", 15_000):                                       http.StatusBadRequest,
		"func=" + strings.Repeat("*a", 7_500):                                       http.StatusBadRequest,
		strings.Repeat("package=*&", 1_000):                                         http.StatusBadRequest,
		"file=" + strings.Repeat("*", 1024):                                         http.StatusOK,
		strings.Repeat("func="+strings.Repeat("*F", 200)+"x&", 32) + "covered=true": http.StatusOK,
	} {
		begin := time.Now()
		resp, body := get(t, base+"/track?"+query, "Accept-Encoding", "identity")
		if resp.StatusCode != want || time.Since(begin) > 5*time.Second {
			t.Errorf("%.20s…: got %d %.100s after %v, want %d within moments", query, resp.StatusCode, body, time.Since(begin), want)
		}
		if want == http.StatusBadRequest && !strings.Contains(body, "at most") {
			t.Errorf("%.20s…: got %.200s, want the limit named", query, body)
		}
	}
}

// TestClientLeaves has clients request pages and leave. Nothing may be rendered
// for them.
func TestClientLeaves(t *testing.T) {
	t.Parallel()
	onLinux(t)
	p, base := serving(t, app(t, "fifty thousand", largeProgram()), []string{"wait"}, "GOAT_CPU=100")
	get(t, base+"/track?func=*", "Accept-Encoding", "gzip")
	used := processorTime(t, p)
	get(t, base+"/track?func=*&func=x", "Accept-Encoding", "gzip")
	whole := processorTime(t, p) - used
	used = processorTime(t, p)
	const clients = 20
	for i := range clients {
		conn, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "GET /track?func=*&func=x%d HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n", i)
		_ = conn.Close()
	}
	time.Sleep(time.Second)
	if used = processorTime(t, p) - used; used > clients*whole/2 {
		t.Errorf("got %v of processor time for %d clients that left, and %v for one that stayed", used, clients, whole)
	} else {
		t.Logf("%v for %d clients that left, %v for one that stayed", used, clients, whole)
	}
	if resp, _ := get(t, base+"/track"); resp.StatusCode != http.StatusOK {
		t.Errorf("got %d afterwards, want 200: the slots are free again", resp.StatusCode)
	}
}

// TestHeadRendersNothing checks that HEAD requests cost no more than reading
// the counters.
func TestHeadRendersNothing(t *testing.T) {
	t.Parallel()
	onLinux(t)
	p, base := serving(t, app(t, "fifty thousand", largeProgram()), []string{"wait"})
	get(t, base+"/metrics")
	used := processorTime(t, p)
	for i := range 20 {
		if resp, _ := do(t, "HEAD", base+"/track?func=*&func=x"+strconv.Itoa(i)); resp.StatusCode != http.StatusOK || resp.Header.Get("ETag") == "" {
			t.Fatalf("got %d, ETag %q, want 200 and a tag", resp.StatusCode, resp.Header.Get("ETag"))
		}
	}
	if used = processorTime(t, p) - used; used > 300*time.Millisecond {
		t.Errorf("got %v of processor time for 20 headers", used)
	}
}

// TestPortIntoBrokenPipe sends the address, or a warning, to the program's own
// output, a pipe without a reader. Writing to it would end the program.
func TestPortIntoBrokenPipe(t *testing.T) {
	t.Parallel()
	onLinux(t)
	for _, name := range []string{"/dev/stdout", "/dev/stderr", "/proc/self/fd/1", "/dev/null/none"} {
		cmd := exec.Command(app(t, "serve", appProgram("serve")), "linger")
		cmd.Env = append(cleanEnv(), "GOAT_PORT=0", "GOAT_PORT_FILE="+name)
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		cmd.Stdout, cmd.Stderr = w, w
		_ = r.Close()
		err = cmd.Run()
		_ = w.Close()
		if err != nil {
			t.Errorf("%s: got %v, want the program's own end", name, err)
		}
	}
}

// TestOptionsOfTheServer sends the one request that net/http would answer by
// itself.
func TestOptionsOfTheServer(t *testing.T) {
	t.Parallel()
	_, base := serving(t, app(t, "serve", appProgram("serve")), []string{"wait"})
	resp := raw(t, strings.TrimPrefix(base, "http://"), "OPTIONS * HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
	if resp.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("got %d, want 421", resp.StatusCode)
	}
}

// raw sends one request exactly as given.
func raw(t *testing.T, address, request string) *http.Response {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("%q: %v", request, err)
	}
	_ = resp.Body.Close()
	return resp
}

// TestPortHeldByChatter has the port held by a process of another user that
// answers without end when asked who it is.
func TestPortHeldByChatter(t *testing.T) {
	t.Parallel()
	onLinux(t)
	l, port := freePort(t)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n")
				line := []byte("X-" + strings.Repeat("a", 1000) + ": " + strings.Repeat("b", 100_000) + "\r\n")
				for err := error(nil); err == nil; {
					_, err = conn.Write(line)
				}
			}()
		}
	}()
	p := start(t, app(t, "serve", appProgram("serve")), []string{"GOAT_PORT=" + port}, "wait")
	p.stderr.waitForLine()
	if size := resident(t, p); size > 64<<20 {
		t.Errorf("got %d MiB of memory, want what the program has without an answer", size>>20)
	}
	if _, errOut, _ := p.end(t); strings.Count(errOut, "goat does not serve") != 1 {
		t.Errorf("got %q, want one warning", errOut)
	}
}

// TestHosts sends requests with host names. A web page can make its own name
// point to the server (DNS rebinding), and must not be able to read what it
// serves.
func TestHosts(t *testing.T) {
	t.Parallel()
	_, base := serving(t, app(t, "serve", appProgram("serve")), []string{"wait"}, "GOAT_HOSTS=Shop.example.com, pod-7\n")
	address := strings.TrimPrefix(base, "http://")
	got, want := map[string]int{}, map[string]int{}
	for host, known := range map[string]bool{
		"localhost": true, "LOCALHOST:57005": true, "localhost.": true, "app.localhost:1": true,
		"127.0.0.1": true, "127.0.0.1:57005": true, "10.1.2.3": true, "[::1]": true, "[::1]:57005": true, "[fe80::1%25eth0]:1": true,
		"shop.example.com": true, "SHOP.example.com.:80": true, "pod-7:57005": true,
		"evil.example": false, "evil.example:57005": false, "localhost.evil.example": false, "evillocalhost": false,
		"127.0.0.1.evil.example": false, "x.shop.example.com": false, "pod-7.evil.example": false, "": false, "::1.evil.example": false,
	} {
		for path, checked := range map[string]bool{"/track": true, "/": true, "/nothing": true, "/metrics": false, "/healthz": false} {
			key := fmt.Sprintf("%s of %q", path, host)
			got[key] = raw(t, address, "GET "+path+" HTTP/1.1\r\nHost: "+host+"\r\nConnection: close\r\n\r\n").StatusCode
			switch {
			case checked && !known:
				want[key] = http.StatusMisdirectedRequest
			case path == "/nothing":
				want[key] = http.StatusNotFound
			default:
				want[key] = http.StatusOK
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("status (-want +got):\n%s", diff)
	}
}

// TestCrossSite sends requests as browsers do for pages of other sites.
func TestCrossSite(t *testing.T) {
	t.Parallel()
	_, base := serving(t, app(t, "serve", appProgram("serve")), []string{"wait"})
	for _, test := range []struct {
		name, value string
		status      int
	}{
		{"Sec-Fetch-Site", "cross-site", 403},
		{"Sec-Fetch-Site", "same-site", 403}, // another port of this host
		{"Sec-Fetch-Site", "same-origin", 200},
		{"Sec-Fetch-Site", "none", 200},
		{"Origin", "https://evil.example", 403},
		{"Origin", "null", 403},
		{"Origin", "http://127.0.0.1:1", 403},
		{"Origin", base, 200},
	} {
		for _, path := range []string{"/track", "/", "/metrics"} {
			if resp, _ := get(t, base+path, test.name, test.value); resp.StatusCode != test.status {
				t.Errorf("%s with %s: %s: got %d, want %d", path, test.name, test.value, resp.StatusCode, test.status)
			}
		}
	}
}

// TestPortPipeWithoutReader sets GOAT_PORT_FILE to a pipe that nobody reads
// yet. The program serves, can end, and writes its address once somebody reads.
func TestPortPipeWithoutReader(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe")
	if out, err := exec.Command("mkfifo", pipe).CombinedOutput(); err != nil {
		t.Fatalf("mkfifo: %v\n%s", err, out)
	}
	l, port := freePort(t)
	_ = l.Close()
	exe, env := app(t, "serve", appProgram("serve")), []string{"GOAT_PORT=" + port, "GOAT_PORT_FILE=" + pipe}
	p := start(t, exe, env, "wait")
	for begin := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		resp, err := http.Get("http://127.0.0.1:" + port + "/metrics")
		if err == nil {
			_ = resp.Body.Close()
			break
		}
		if time.Since(begin) > 10*time.Second {
			t.Fatalf("got %v after 10 s, want the program to serve while nobody reads the pipe", err)
		}
	}
	if text, err := os.ReadFile(pipe); string(text) != "127.0.0.1:"+port+"\n" {
		t.Errorf("got %q, %v in the pipe, want the address", text, err)
	}
	if out, errOut, code := p.end(t); out != "ready\n" || errOut != "" || code != 0 {
		t.Errorf("got %q, %q, exit code %d", out, errOut, code)
	}
	if out, errOut, code := start(t, exe, env, "short").end(t); out != "short\n" || errOut != "" || code != 3 {
		t.Errorf("without a reader: got %q, %q, exit code %d, want the program's own end", out, errOut, code)
	}
}
