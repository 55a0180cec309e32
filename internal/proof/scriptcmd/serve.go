package scriptcmd

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/goat-trace/goat/internal/config"
)

// patience is how long a program may take to start serving, or to end.
const patience = 20 * time.Second

// process is a program that serves.
type process struct {
	cmd    *exec.Cmd
	stdin  io.Closer
	stdout output
	stderr bytes.Buffer
}

// output is what a program prints. printed is closed when the first output comes.
type output struct {
	text    bytes.Buffer
	begin   sync.Once
	printed chan struct{}
}

func (o *output) Write(p []byte) (int, error) {
	defer o.begin.Do(func() { close(o.printed) })
	return o.text.Write(p)
}

// String may be called once the program has ended.
func (o *output) String() string { return o.text.String() }

type processes map[string]*process

type processesKey struct{}

// serve starts a program and waits until its server answers. The server starts
// before main. Most programs print what they have done before they wait for the end
// of their input, so serve also waits for output, or a second.
func serve(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "serve NAME BIN [ARG...]")
	portFile := filepath.Join(ts.Getenv("WORK"), ".port-"+args[0])
	ts.Check(os.RemoveAll(portFile))
	p := &process{cmd: exec.Command(ts.MkAbs(args[1]), args[2:]...), stdout: output{printed: make(chan struct{})}}
	p.cmd.Dir = ts.MkAbs(".")
	p.cmd.Env = append(environ(ts), "GOAT_PORT_FILE="+portFile)
	p.cmd.Stdout, p.cmd.Stderr = &p.stdout, &p.stderr
	stdin, err := p.cmd.StdinPipe()
	ts.Check(err)
	p.stdin = stdin
	ts.Check(p.cmd.Start())
	ts.Defer(func() { p.cmd.Process.Kill() })
	ts.Value(processesKey{}).(processes)[args[0]] = p
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		if address, err := os.ReadFile(portFile); err == nil {
			ts.Setenv(args[0], strings.TrimSpace(string(address)))
			select {
			case <-p.stdout.printed:
			case <-time.After(time.Second):
			}
			return
		}
		if time.Now().After(end) {
			p.cmd.Process.Kill()
			p.cmd.Wait()
			ts.Fatalf("%s does not serve\n%s%s", args[1], p.stdout.String(), p.stderr.String())
		}
	}
}

// quit ends a program that runs until its standard input ends.
func quit(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1, "quit NAME")
	p := ts.Value(processesKey{}).(processes)[args[0]]
	if p == nil {
		ts.Fatalf("%s was not started with serve", args[0])
	}
	p.stdin.Close()
	timer := time.AfterFunc(patience, func() { p.cmd.Process.Kill() })
	defer timer.Stop()
	err := p.cmd.Wait()
	fmt.Fprint(ts.Stdout(), p.stdout.String())
	fmt.Fprint(ts.Stderr(), p.stderr.String())
	ts.Check(err)
}

// get prints a page.
func get(ts *testscript.TestScript, neg bool, args []string) {
	const usage = "get [-status=N] [-method=M] [-header=NAME:VALUE] [-i] URL"
	need(ts, neg, args, 1, usage)
	req, err := http.NewRequest("GET", "http://"+strings.TrimPrefix(args[len(args)-1], "http://"), nil)
	ts.Check(err)
	status, headers := "200", false
	for _, flag := range args[:len(args)-1] {
		name, value, _ := strings.Cut(flag, "=")
		switch name {
		case "-status":
			status = value
		case "-method":
			req.Method = value
		case "-header":
			header, text, _ := strings.Cut(value, ":")
			req.Header.Set(header, text)
		case "-i":
			headers = true
		default:
			ts.Fatalf("usage: %s", usage)
		}
	}
	client := http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true, DisableCompression: true}}
	resp, err := client.Do(req)
	ts.Check(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	ts.Check(err)
	if headers {
		names := make([]string, 0, len(resp.Header))
		for name := range resp.Header {
			names = append(names, name)
		}
		sort.Strings(names)
		for _, name := range names {
			fmt.Fprintf(ts.Stdout(), "%s: %s\n", name, strings.Join(resp.Header[name], ", "))
		}
		fmt.Fprintln(ts.Stdout())
	}
	ts.Stdout().Write(body)
	if got := fmt.Sprint(resp.StatusCode); got != status {
		ts.Fatalf("%s: got status %s, want %s", req.URL, got, status)
	}
}

// free sets a variable to a port that nobody uses.
func free(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1, "free NAME")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	ts.Check(err)
	ts.Setenv(args[0], port)
}

// listen takes a port until the script ends. It plays a server that is not goat's:
// it closes each connection.
func listen(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1, "listen NAME")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			conn.Close()
		}
	}()
	_, port, err := net.SplitHostPort(l.Addr().String())
	ts.Check(err)
	ts.Setenv(args[0], port)
}

// environ returns the variables of the script that a program may look at.
func environ(ts *testscript.TestScript) []string {
	names := []string{"PATH", "HOME", "WORK", "TMPDIR", "GODEBUG", "GOTRACEBACK", "GOCOVERDIR", "GORACE"}
	for _, s := range config.Settings() {
		if s.Env != "" {
			names = append(names, s.Env)
		}
	}
	var env []string
	for _, name := range names {
		if value := ts.Getenv(name); value != "" {
			env = append(env, name+"="+value)
		}
	}
	return env
}
