package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/goat-trace/goat/hub/fleet"
	"github.com/goat-trace/goat/hub/store/database"
	"github.com/goat-trace/goat/hub/store/dbtest"
)

// Three hubs on one database, behind a proxy, while agents register and push.
// Hubs are killed, stopped, frozen and cut off the database, and the database
// itself is killed. What was acknowledged is there, and each release has one
// latest row.
func TestReplicas(t *testing.T) {
	for name, start := range map[string]func(testing.TB, ...string) *dbtest.Server{"postgres": dbtest.StartPostgres, "mariadb": dbtest.StartMariaDB} {
		t.Run(name, func(t *testing.T) {
			server := start(t)
			c := startCluster(t, server, server.Database(t))
			busy := c.startLoad(t)
			c.disturb(t, server)
			busy.finish(t)
		})
	}
}

// cluster is three hubs behind a proxy.
type cluster struct {
	root, db string
	links    [3]*link // of each hub to the database
	hubs     [3]*process
	mu       sync.Mutex
	front    *front
}

func startCluster(t *testing.T, server *dbtest.Server, db string) *cluster {
	c := &cluster{root: t.TempDir(), db: db}
	c.front = newFront(t)
	for i := range c.hubs {
		c.links[i] = newLink(t, server.Address())
		c.start(t, server, i)
	}
	return c
}

// start starts the i-th hub, and lets the proxy know it.
func (c *cluster) start(t *testing.T, server *dbtest.Server, i int) {
	t.Helper()
	db := strings.Replace(c.db, server.Address(), c.links[i].address(), 1)
	p := startProcess(t, c.root, "--db", db, "--lease", "1m")
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hubs[i] = p
	c.front.set(i, p.addr.String())
}

// disturb does to hubs and database what may happen to them, one after the other.
func (c *cluster) disturb(t *testing.T, server *dbtest.Server) {
	work := func() { time.Sleep(2 * time.Second) } // so that each finds requests to disturb
	work()
	t.Log("kill -9 of a hub")
	c.hubs[0].kill()
	work()
	c.start(t, server, 0)
	work()
	t.Log("a hub freezes")
	c.hubs[1].cmd.Process.Signal(syscall.SIGSTOP)
	work()
	t.Log("a hub is cut off the database")
	c.links[2].hold(true)
	work()
	c.hubs[1].cmd.Process.Signal(syscall.SIGCONT)
	c.links[2].hold(false)
	work()
	t.Log("SIGTERM of a hub")
	if err := c.hubs[2].stop(); err != nil {
		t.Errorf("stopping a hub: %v", err)
	}
	c.start(t, server, 2)
	work()
	t.Log("kill -9 of the database")
	server.Kill(t)
	work()
	server.Start(t)
	t.Log("the database freezes")
	server.Freeze(t)
	work()
	server.Thaw(t)
	work()
}

// traffic is what agents do meanwhile.
type traffic struct {
	c      *cluster
	agents sync.WaitGroup
	covers sync.WaitGroup
	stop   context.CancelFunc
	mu     sync.Mutex
	last   map[int]int // by agent, how many hits were acknowledged
}

const (
	clusterAgents = 24
	clusterPoints = 2000
)

func (c *cluster) startLoad(t *testing.T) *traffic {
	ctx, stop := context.WithCancel(t.Context())
	l := &traffic{c: c, stop: stop, last: map[int]int{}}
	for n := range clusterAgents {
		l.agents.Go(func() { l.agent(ctx, t, n) })
	}
	for n := range 3 {
		l.covers.Go(func() { l.measure(ctx, t, n) })
	}
	return l
}

// agent registers an instance and pushes one point after the other, each until it
// is acknowledged, as goat's runtime does.
func (l *traffic) agent(ctx context.Context, t *testing.T, n int) {
	e, err := json.Marshal(shop(n, digestOf("a manifest that never arrives"), clusterPoints))
	if err != nil {
		t.Error(err)
		return
	}
	for ctx.Err() == nil && !l.c.front.post(ctx, "/api/v1/instances", e, nil) {
		time.Sleep(50 * time.Millisecond)
	}
	for point := 1; point <= clusterPoints && ctx.Err() == nil; {
		body := fmt.Appendf(nil, `{"from":%d,"ids":[%d]}`, point-1, point)
		var got told
		if !l.c.front.post(ctx, "/api/v1/instances/"+key(n)+"/points", body, &got) {
			time.Sleep(20 * time.Millisecond)
			continue
		}
		if got.Acked != point {
			t.Errorf("instance %d: got %d hits acknowledged, want %d", n, got.Acked, point)
			return
		}
		l.mu.Lock()
		l.last[n] = point
		l.mu.Unlock()
		point++
		time.Sleep(time.Duration(rand.IntN(20)) * time.Millisecond)
	}
}

// measure adds rows to the history through a store of its own, as jobs of another
// replica do.
func (l *traffic) measure(ctx context.Context, t *testing.T, n int) {
	d, err := database.Named(l.c.db, "", "")
	if err != nil {
		t.Error(err)
		return
	}
	s, err := d.Open(t.Context())
	if err != nil {
		t.Error(err)
		return
	}
	defer s.Close()
	for ctx.Err() == nil {
		releases, err := s.Releases(ctx, "")
		if err == nil && len(releases) > 0 {
			_ = s.AddCover(ctx, fleet.Cover{Release: releases[0].ID, Addresses: fmt.Sprint(n)}) // fails while the database is away
			if rows, err := s.Covers(ctx, releases[0].ID, 0, 1_000_000); err == nil && len(rows) > 0 {
				latest := 0
				for _, row := range rows {
					if row.Latest {
						latest++
					}
				}
				if latest != 1 || !rows[0].Latest {
					t.Errorf("got %d latest rows, want the newest alone", latest)
				}
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// finish ends the load and compares what was acknowledged with what is there.
func (l *traffic) finish(t *testing.T) {
	l.stop()
	l.agents.Wait()
	l.covers.Wait()
	d, err := database.Named(l.c.db, "", "")
	if err != nil {
		t.Fatal(err)
	}
	s, err := d.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	releases, err := s.Releases(t.Context(), "")
	if err != nil || len(releases) != 1 {
		t.Fatalf("got %+v and %v, want one release", releases, err)
	}
	instances, err := s.Instances(t.Context(), releases[0].ID)
	if err != nil || len(instances) != clusterAgents {
		t.Fatalf("got %d instances and %v, want %d", len(instances), err, clusterAgents)
	}
	total, union := 0, 0
	for n := range clusterAgents {
		for _, i := range instances {
			if i.ID != key(n) {
				continue
			}
			last := l.last[n]
			if i.Acked < last || i.Covered.Len() < last {
				t.Errorf("instance %d: %d hits and %d points are there, and %d were acknowledged", n, i.Acked, i.Covered.Len(), last)
			}
			total, union = total+last, max(union, last)
		}
	}
	builds, err := s.Builds(t.Context(), releases[0].ID)
	if err != nil || len(builds) != 1 || builds[0].Ran < union || builds[0].Covered.Len() != builds[0].Ran {
		t.Errorf("got %+v and %v, want a union of at least %d points", builds, err, union)
	}
	hits, err := s.FirstHits(t.Context(), builds[0].ID)
	if err != nil || len(hits) != builds[0].Ran {
		t.Errorf("got %d first hits and %v, want one for each of %d points", len(hits), err, builds[0].Ran)
	}
	if total < 10*clusterAgents {
		t.Errorf("only %d hits were acknowledged", total)
	}
	t.Logf("%d hits of %d instances were acknowledged", total, clusterAgents)
}

// front is a proxy in front of hubs.
type front struct {
	mu    sync.Mutex
	hubs  map[int]string
	url   string
	calls http.Client
	t     *testing.T
}

func newFront(t *testing.T) *front {
	f := &front{t: t, hubs: map[int]string{}, calls: http.Client{Timeout: 5 * time.Second}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: &httputil.ReverseProxy{
		Rewrite:      func(r *httputil.ProxyRequest) { r.SetURL(&url.URL{Scheme: "http", Host: f.any()}) },
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	}}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { server.Close() })
	f.url = "http://" + l.Addr().String()
	return f
}

func (f *front) set(i int, address string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hubs[i] = address
}

func (f *front) any() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.hubs[rand.IntN(len(f.hubs))]
}

// post reports whether a hub has answered 200, and decodes its answer.
func (f *front) post(ctx context.Context, path string, body []byte, v any) bool {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, f.url+path, bytes.NewReader(body))
	if err != nil {
		return false
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Goat-Protocol", "1")
	answer, err := f.calls.Do(r)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if answer.StatusCode/100 == 4 {
		f.t.Errorf("%s: got %d and %s", path, answer.StatusCode, text)
	}
	if err != nil || answer.StatusCode/100 != 2 {
		return false
	}
	return v == nil || json.Unmarshal(text, v) == nil
}

// link forwards connections to a database, and can hold what goes through.
type link struct {
	listener net.Listener
	to       string
	held     sync.RWMutex
}

func newLink(t *testing.T, to string) *link {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	k := &link{listener: l, to: to}
	go k.accept()
	t.Cleanup(func() { l.Close() })
	return k
}

func (k *link) address() string { return k.listener.Addr().String() }

// hold holds everything until it is called with false.
func (k *link) hold(yes bool) {
	if yes {
		k.held.Lock()
	} else {
		k.held.Unlock()
	}
}

func (k *link) accept() {
	for {
		in, err := k.listener.Accept()
		if err != nil {
			return
		}
		go func() {
			out, err := net.Dial("tcp", k.to)
			if err != nil {
				in.Close()
				return
			}
			go k.copy(in, out)
			k.copy(out, in)
		}()
	}
}

func (k *link) copy(to, from net.Conn) {
	defer to.Close()
	defer from.Close()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		k.held.RLock()
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				k.held.RUnlock()
				return
			}
		}
		k.held.RUnlock()
		if err != nil {
			return
		}
	}
}
