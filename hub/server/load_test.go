package server

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// line is one kept-alive connection. It sends requests by hand, because the
// load of a test must not cost more than what it tests.
type line struct {
	conn net.Conn
	in   *bufio.Reader
	out  []byte
}

func dial(t testing.TB, h *hub) *line {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(h.URL(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &line{conn: conn, in: bufio.NewReaderSize(conn, 1024)}
}

// post sends a request and returns the answer's status.
func (l *line) post(path, body string) (status int, err error) {
	l.out = fmt.Appendf(l.out[:0], "POST %s HTTP/1.1\r\nHost: localhost\r\nGoat-Protocol: 1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body)
	if _, err := l.conn.Write(l.out); err != nil {
		return 0, err
	}
	length := 0
	for first := true; ; first = false {
		text, err := l.in.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		switch {
		case first:
			status, err = strconv.Atoi(string(text[9:12]))
		case len(text) <= 2:
			_, err = io.CopyN(io.Discard, l.in, int64(length))
			return status, err
		case strings.HasPrefix(string(text), "Content-Length: "):
			length, err = strconv.Atoi(strings.TrimSpace(string(text[16:])))
		}
		if err != nil {
			return 0, err
		}
	}
}

// registrationText is the registration of the n-th process, which belongs to
// one of 500 services.
func registrationText(n int, digest string, points int) string {
	return fmt.Sprintf(`{"key":"%032x","labels":{"env":"staging","region":"th","appType":"apa","app":"shop-%d"},"branch":"master","commit":"845820727e8f1b0a2c3d4e5f60718293a4b5c6d7","main":"example.com/shop/cmd/shop","manifest":"%s","points":%d,"go":"go1.26.8","os":"linux","arch":"amd64","goat":"v0.9.0","host":"shop-7c9f-%d","pid":1,"address":"http://10.1.2.3:57005","age_ms":1520}`,
		n, n%500, digest, points, n)
}

func pushText(from int, ids []int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `{"from":%d,"ids":[`, from)
	for i, id := range ids {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Itoa(id))
	}
	b.WriteString(`],"age_ms":[`)
	for i := range ids {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Itoa(100 * i))
	}
	b.WriteString("]}")
	return b.String()
}

// load sends b.N requests over several connections. It reports how many per
// second were answered with 200, the latency of the slowest hundredth, and the
// processor time of each request, including the load itself. The last figure
// also holds on a busy machine: two cores can do 2,000,000 divided by it per
// second.
func load(b *testing.B, h *hub, connections int, request func(n int) (path, body string)) {
	lines := make([]*line, connections)
	for i := range lines {
		lines[i] = dial(b, h)
	}
	var next atomic.Int64
	var all sync.WaitGroup
	waits := make([][]time.Duration, connections)
	b.ResetTimer()
	begin, cpu := time.Now(), processorTime(b)
	for i, l := range lines {
		all.Go(func() {
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				path, body := request(int(n))
				sent := time.Now()
				status, err := l.post(path, body)
				if err != nil || status != http.StatusOK {
					b.Errorf("request %d: got status %d and %v, want 200", n, status, err)
					return
				}
				waits[i] = append(waits[i], time.Since(sent))
			}
		})
	}
	all.Wait()
	b.StopTimer()
	took, cpu := time.Since(begin), processorTime(b)-cpu
	sorted := slices.Sorted(slices.Values(slices.Concat(waits...)))
	b.ReportMetric(float64(b.N)/took.Seconds(), "answers/s")
	b.ReportMetric(float64(sorted[len(sorted)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(cpu.Microseconds())/float64(b.N), "cpu-µs/answer")
}

// processorTime is what this process has used so far.
func processorTime(t testing.TB) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

var connections = []int{64, 1000}

// BenchmarkRegister sends registrations. Each answer means a committed, synced
// row.
//
//	go test -run '^$' -bench 'Register|Push' -benchtime 60000x ./server
func BenchmarkRegister(b *testing.B) {
	for _, n := range connections {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			onEngines(b, func(b *testing.B, h *hub) {
				digest, manifest := manifestOf(1000)
				h.call("PUT", "/api/v1/manifests/"+digest, manifest)
				load(b, h, n, func(n int) (string, string) {
					return "/api/v1/instances", registrationText(n, digest, 1000)
				})
			})
		})
	}
}

// BenchmarkPush sends ten new ids for each instance, also committed and synced.
func BenchmarkPush(b *testing.B) {
	const instances, points = 10_000, 1000
	for _, n := range connections {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			onEngines(b, func(b *testing.B, h *hub) {
				digest, manifest := manifestOf(points)
				h.call("PUT", "/api/v1/manifests/"+digest, manifest)
				registerMany(b, h, instances, func(n int) string { return registrationText(n, digest, points) })
				load(b, h, n, func(n int) (string, string) {
					from := n / instances * 10 % (points - 10)
					ids := make([]int, 10)
					for i := range ids {
						ids[i] = 1 + (n%instances*7+from+i)%points
					}
					return "/api/v1/instances/" + key(1+n%instances) + "/points", pushText(from, ids)
				})
			})
		})
	}
}

// BenchmarkHeartbeat sends heartbeats, most of which are answered without a
// write.
func BenchmarkHeartbeat(b *testing.B) {
	const instances = 10_000
	for _, n := range connections {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			onEngines(b, func(b *testing.B, h *hub) {
				registerMany(b, h, instances, func(n int) string { return registrationText(n, "", 0) })
				postMany(b, h, instances, func(n int) (string, string) { return "/api/v1/instances/" + key(n) + "/points", `{"from":0}` })
				load(b, h, n, func(n int) (string, string) {
					return "/api/v1/instances/" + key(1+n%instances) + "/points", `{"from":0}`
				})
			})
		})
	}
}

// registerMany registers processes 1 to n.
func registerMany(t testing.TB, h *hub, n int, text func(n int) string) {
	t.Helper()
	postMany(t, h, n, func(n int) (string, string) { return "/api/v1/instances", text(n) })
}

// postMany sends requests 1 to n.
func postMany(t testing.TB, h *hub, n int, request func(n int) (path, body string)) {
	t.Helper()
	var all sync.WaitGroup
	const at = 64
	for i := range at {
		l := dial(t, h)
		all.Go(func() {
			for k := 1 + i; k <= n; k += at {
				path, body := request(k)
				if status, err := l.post(path, body); err != nil || status != http.StatusOK {
					t.Errorf("request %d: got status %d and %v, want 200", k, status, err)
					return
				}
			}
		})
	}
	all.Wait()
}

// BenchmarkFirstPage loads the first page with 10,000 instances of 500
// services.
func BenchmarkFirstPage(b *testing.B) {
	h := startHub(b)
	digest, manifest := manifestOf(100)
	h.call("PUT", "/api/v1/manifests/"+digest, manifest)
	registerMany(b, h, 10_000, func(n int) string { return registrationText(n, digest, 100) })
	cpu := processorTime(b)
	for b.Loop() {
		if a := h.call("GET", "/", nil, "Accept", "text/html"); a.status != http.StatusOK {
			b.Fatalf("got status %d, want 200", a.status)
		}
	}
	b.ReportMetric(float64((processorTime(b)-cpu).Microseconds())/1000/float64(b.N), "cpu-ms/page")
}

// BenchmarkPagesUnderLoad: the pages of 500 services with 10,000 instances while
// these push all the time. It gives the wait of the slowest hundredth.
func BenchmarkPagesUnderLoad(b *testing.B) {
	const instances, points = 10_000, 200
	h := startHub(b)
	digest, manifest := manifestOf(points)
	h.call("PUT", "/api/v1/manifests/"+digest, manifest)
	registerMany(b, h, instances, func(n int) string { return registrationText(n, digest, points) })
	service := h.services()[0].ID
	release := h.releases(service)[0].ID
	stop := make(chan struct{})
	var pushing sync.WaitGroup
	for i := range 16 {
		l := dial(b, h)
		pushing.Go(func() {
			for n := i; ; n += 16 {
				select {
				case <-stop:
					return
				case <-time.After(4 * time.Millisecond): // 4,000 pushes a second at most
				}
				from := n / instances * 10 % (points - 10)
				ids := make([]int, 10)
				for k := range ids {
					ids[k] = 1 + (from+k)%points
				}
				if status, err := l.post("/api/v1/instances/"+key(1+n%instances)+"/points", pushText(from, ids)); err != nil || status != http.StatusOK {
					b.Errorf("got status %d and %v, want 200", status, err)
					return
				}
			}
		})
	}
	for name, path := range map[string]string{"first": "/", "service": "/services/" + service, "release": "/releases/" + release, "instances": "/releases/" + release + "/instances"} {
		b.Run(name, func(b *testing.B) {
			var waits []time.Duration
			for b.Loop() {
				begin := time.Now()
				if a := h.call("GET", path, nil, "Accept", "text/html"); a.status != http.StatusOK {
					b.Fatalf("got status %d and %s, want 200", a.status, a.body)
				}
				waits = append(waits, time.Since(begin))
			}
			slices.Sort(waits)
			b.ReportMetric(float64(waits[len(waits)*99/100].Microseconds())/1000, "p99-ms")
			b.ReportMetric(float64(waits[len(waits)/2].Microseconds())/1000, "p50-ms")
		})
	}
	close(stop)
	pushing.Wait()
}
