package server

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// gocAgent behaves like goc v1's agent: it registers before it serves, and
// posts remove while it still serves when its program ends.
type gocAgent struct {
	t      testing.TB
	center string
	addr   string // http://127.0.0.1:PORT
	server *http.Server

	mu      sync.Mutex
	blocks  []string // EXTENT STATEMENTS, as in the lines of a profile
	counts  []int
	pulls   int
	hang    chan struct{} // if not nil, calls wait for it
	answers func(w http.ResponseWriter, r *http.Request) bool
}

// echoBlocks are the blocks of the program in most tests.
var echoBlocks = []string{"example.com/echo/main.go:13.37,14.11 1", "example.com/echo/main.go:14.11,16.3 1", "example.com/echo/main.go:17.2,17.14 1", "example.com/echo/mirror/mirror.go:15.45,17.16 2"}

// startAgent registers an agent under a name at a center, and serves.
func startAgent(t testing.TB, center, name string, counts ...int) *gocAgent {
	t.Helper()
	a := newAgent(t, center, counts...)
	a.register(name)
	a.serve()
	return a
}

func newAgent(t testing.TB, center string, counts ...int) *gocAgent {
	return &gocAgent{t: t, center: center, blocks: echoBlocks, counts: counts}
}

// register registers as goc's agent does, and fails the test on what would end
// the application.
func (a *gocAgent) register(name string) {
	a.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		a.t.Fatal(err)
	}
	a.addr = "http://" + listener.Addr().String()
	resp, err := http.Post(a.center+"/v1/cover/register?name="+url.QueryEscape(name)+"&address="+a.addr, "", nil)
	if err != nil {
		a.t.Fatal(err)
	}
	defer resp.Body.Close()
	if text, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusOK || string(text) != `{"result":"success"}` {
		a.t.Fatalf("registering %s: got %d and %s, which ends the application", name, resp.StatusCode, text)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/v1/cover/coverage", a.handle(func(w http.ResponseWriter) { fmt.Fprint(w, "0.523810") }))
	mux.HandleFunc("/v1/cover/profile", a.handle(func(w http.ResponseWriter) {
		a.mu.Lock()
		a.pulls++
		a.mu.Unlock()
		fmt.Fprint(w, a.profile())
	}))
	mux.HandleFunc("/v1/cover/clear", a.handle(func(w http.ResponseWriter) {
		a.set(make([]int, len(a.blocks))...)
		fmt.Fprintln(w, "clear call successfully")
	}))
	a.server = &http.Server{Handler: mux}
	go func() { <-a.started(); a.server.Serve(listener) }()
	a.t.Cleanup(func() { a.server.Close(); listener.Close() })
}

// started returns a channel that serve closes.
func (a *gocAgent) started() chan struct{} {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.hang == nil {
		a.hang = make(chan struct{})
	}
	return a.hang
}

func (a *gocAgent) serve() { close(a.started()) }

func (a *gocAgent) handle(h func(http.ResponseWriter)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		answers := a.answers
		a.mu.Unlock()
		if answers == nil || !answers(w, r) {
			h(w)
		}
	}
}

// silent makes the agent accept calls and answer none.
func (a *gocAgent) silent() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answers = func(_ http.ResponseWriter, r *http.Request) bool { <-r.Context().Done(); return true }
}

// set sets the counts of the agent's blocks.
func (a *gocAgent) set(counts ...int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.counts = counts
}

// profile returns what the agent reports.
func (a *gocAgent) profile() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return profileOf(a.blocks, a.counts...)
}

func profileOf(blocks []string, counts ...int) string {
	var text strings.Builder
	text.WriteString("mode: count\n")
	for i, n := range counts {
		fmt.Fprintf(&text, "%s %d\n", blocks[i], n)
	}
	return text.String()
}

// pulled returns how often the profile was requested.
func (a *gocAgent) pulled() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.pulls
}

// end acts as on SIGTERM: the agent posts remove, serves until that is
// answered, and ends.
func (a *gocAgent) end() {
	a.t.Helper()
	_, port, _ := strings.Cut(strings.TrimPrefix(a.addr, "http://"), ":")
	body := fmt.Sprintf(`{"address":["http://127.0.0.1:%s","http://10.255.0.1:%s"]}`, port, port)
	begin := time.Now()
	resp, err := http.Post(a.center+"/v1/cover/remove", "application/json", strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	resp.Body.Close()
	if took := time.Since(begin); took > 30*time.Second {
		a.t.Errorf("the application was kept from ending for %v", took)
	}
	a.kill()
}

// kill ends the agent as kill -9 does.
func (a *gocAgent) kill() { a.server.Close() }

// goc sends a request to the hub's center.
func (h *hub) goc(method, path, body string, headers ...string) answer {
	h.t.Helper()
	r, err := http.NewRequest(method, h.CenterURL()+path, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	if strings.HasPrefix(body, "{") {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		h.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(text)}
}
