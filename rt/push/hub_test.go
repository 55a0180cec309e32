package push

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"unsafe"

	"github.com/goat-trace/goat/rt"
	"github.com/goat-trace/goat/rt/instance"
	"github.com/goat-trace/goat/rt/manifest"
)

// hooks are the runtime's hooks, found in the same way as generated code finds
// them.
//
//go:linkname hooks github.com/goat-trace/goat/rt.registerHooksV4
var hooks []func(unsafe.Pointer)

// points are an instrumented package for a test. Its path sorts after those of
// earlier tests, whose points are all hit.
type points []uint32

var packages atomic.Int32

func register(t *testing.T, n int) points {
	t.Helper()
	counters := make(points, n)
	p := manifest.Package{Path: fmt.Sprintf("example.com/m/p%04d", packages.Add(1)), Module: "example.com/m"}
	for i := range n {
		p.Points = append(p.Points, manifest.Point{File: "f.go", Func: "F", Kind: "stmt", Line: i + 1, EndLine: i + 1, Lines: [][2]int{{i + 1, i + 1}}, Decl: uint64(packages.Load()), Ordinal: i})
	}
	meta, shards, stride := string(manifest.AppendPackage(nil, p)), 0, 0
	info := [5]unsafe.Pointer{unsafe.Pointer(&counters[0]), unsafe.Pointer(&n), unsafe.Pointer(&meta), unsafe.Pointer(&shards), unsafe.Pointer(&stride)}
	for _, hook := range hooks {
		hook(unsafe.Pointer(&info))
	}
	return counters
}

// hit does what instrumented code does.
func (p points) hit(from, to int) {
	for i := from; i < to; i++ {
		atomic.StoreUint32(&p[i], 1)
	}
}

// fakeHub is a hub for tests. It stores what it is told, unless its script says
// something else.
type fakeHub struct {
	mu        sync.Mutex
	away      bool
	script    func(r *http.Request, body []byte) (reply, bool)
	requests  []recorded
	manifests map[string][]byte
	instances map[string]*kept
	dials     int
	server    *http.Server
	conns     chan net.Conn
	closing   sync.Once
	wants     []string // in answers, whatever is there
}

type recorded struct {
	at           time.Time
	method, path string
	header       http.Header
	body         []byte
}

type kept struct {
	registration map[string]any
	ids          []int
	ages         []int64
	ended        bool
}

// reply is an answer that a script gives.
type reply struct {
	status int
	header map[string]string
	body   string
}

// newHub starts a hub in a bubble.
func newHub(t *testing.T) *fakeHub {
	h := &fakeHub{manifests: make(map[string][]byte), instances: make(map[string]*kept), conns: make(chan net.Conn)}
	h.server = &http.Server{Handler: h, ErrorLog: log.New(io.Discard, "", 0)}
	go h.server.Serve(h)
	return h
}

// Accept, Close and Addr make a listener of it.
func (h *fakeHub) Accept() (net.Conn, error) {
	conn, ok := <-h.conns
	if !ok {
		return nil, net.ErrClosed
	}
	return conn, nil
}
func (h *fakeHub) Close() error {
	h.closing.Do(func() { close(h.conns) })
	return nil
}
func (h *fakeHub) Addr() net.Addr { return &net.UnixAddr{Name: "hub"} }

func (h *fakeHub) dial(context.Context, string, string) (net.Conn, error) {
	h.mu.Lock()
	h.dials++
	away := h.away
	h.mu.Unlock()
	if away {
		return nil, errors.New("connection refused")
	}
	ours, theirs := net.Pipe()
	h.conns <- theirs
	return ours, nil
}

// setAway also ends all connections.
func (h *fakeHub) setAway(away bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.away = away
}

func (h *fakeHub) follow(script func(r *http.Request, body []byte) (reply, bool)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.script = script
}

func (h *fakeHub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		if z, err := gzip.NewReader(bytes.NewReader(body)); err == nil {
			body, _ = io.ReadAll(z)
		}
	}
	h.mu.Lock()
	h.requests = append(h.requests, recorded{time.Now(), r.Method, r.URL.Path, r.Header.Clone(), body})
	away, script := h.away, h.script
	h.mu.Unlock()
	if away {
		panic(http.ErrAbortHandler)
	}
	if script != nil {
		if answer, ok := script(r, body); ok {
			for name, value := range answer.header {
				w.Header().Set(name, value)
			}
			w.WriteHeader(answer.status)
			io.WriteString(w, answer.body)
			return
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case r.URL.Path == "/at/api/v1/instances":
		h.enrol(w, body)
	case strings.HasPrefix(r.URL.Path, "/at/api/v1/manifests/"):
		h.manifests[strings.TrimPrefix(r.URL.Path, "/at/api/v1/manifests/")] = body
		io.WriteString(w, `{}`)
	case strings.HasSuffix(r.URL.Path, "/points"):
		h.push(w, strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/at/api/v1/instances/"), "/points"), body)
	default:
		http.NotFound(w, r)
	}
}

func (h *fakeHub) enrol(w http.ResponseWriter, body []byte) {
	var registration map[string]any
	if err := json.Unmarshal(body, &registration); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	key, _ := registration["key"].(string)
	if h.instances[key] == nil {
		h.instances[key] = &kept{}
	}
	h.instances[key].registration = registration
	h.tell(w, key, h.instances[key], registration["manifest"].(string))
}

func (h *fakeHub) push(w http.ResponseWriter, key string, body []byte) {
	i := h.instances[key]
	if i == nil {
		w.WriteHeader(http.StatusNotFound)
		io.WriteString(w, `{"type":"urn:goat:problem:unknown-instance","status":404}`)
		return
	}
	var push struct {
		From  int
		IDs   []int
		AgeMS []int64 `json:"age_ms"`
		End   bool
	}
	if err := json.Unmarshal(body, &push); err != nil || push.From > len(i.ids) && len(push.IDs) > 0 || len(push.IDs) != len(push.AgeMS) {
		http.Error(w, fmt.Sprint(err), http.StatusBadRequest)
		return
	}
	if push.From <= len(i.ids) {
		fresh := min(len(push.IDs), len(i.ids)-push.From)
		i.ids, i.ages = append(i.ids, push.IDs[fresh:]...), append(i.ages, push.AgeMS[fresh:]...)
	}
	i.ended = i.ended || push.End
	h.tell(w, key, i, i.registration["manifest"].(string))
}

func (h *fakeHub) tell(w http.ResponseWriter, key string, i *kept, digest string) {
	answer := map[string]any{"id": key, "acked": len(i.ids), "next_s": 30, "wants": h.wants}
	if h.manifests[digest] == nil && digest != "" {
		answer["wants"] = append([]string{"manifest"}, h.wants...)
	}
	json.NewEncoder(w).Encode(answer)
}

// all returns the ids of all instances, in the order in which they came.
func (h *fakeHub) all() (ids []int, ages []int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, i := range h.instances {
		ids, ages = append(ids, i.ids...), append(ages, i.ages...)
	}
	return ids, ages
}

func (h *fakeHub) count(path string) (n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range h.requests {
		if strings.Contains(r.path, path) {
			n++
		}
	}
	return n
}

func (h *fakeHub) forget() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.requests, h.dials = nil, 0
}

// inBubble runs a test in a bubble's time, with a pusher, a hub and points that
// nothing has hit yet. At the end it hits all points, which ends the observer.
func inBubble(t *testing.T, n int, env map[string]string, test func(t *testing.T, p *pusher, h *fakeHub, own points)) {
	synctest.Test(t, func(t *testing.T) {
		own := register(t, n)
		h := newHub(t)
		p := newPusher(t, env)
		p.dial = h.dial
		ended := make(chan bool)
		go func() { p.run(); close(ended) }()
		test(t, p, h, own)
		own.hit(0, n)
		time.Sleep(2 * rt.ObserveInterval)
		synctest.Wait()
		close(p.asked)
		<-ended
		p.close()
		h.server.Close()
		time.Sleep(time.Minute) // what the server leaves
	})
}

func newPusher(t *testing.T, env map[string]string) *pusher {
	t.Helper()
	getenv := func(name string) string {
		if name == "GOAT_HUB" && env[name] == "" {
			return "http://hub:8089/at"
		}
		return env[name]
	}
	s, err := newSettings(getenv)
	if err != nil {
		t.Fatal(err)
	}
	return pusherOf(s, instance.New(getenv), func() string { return "http://10.1.2.3:57005" })
}
