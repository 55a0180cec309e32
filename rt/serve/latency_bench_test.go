package serve_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/goat-trace/goat/rt/internal/rttest"
	"github.com/goat-trace/goat/rt/manifest"
)

// webMain is an application that serves HTTP itself, next to goat's server.
const webMain = `package main

import (
	"fmt"
	"net"
	"net/http"
	"strconv"

	"example.com/app/large"
)

func main() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(l.Addr())
	http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.URL.Query().Get("n"))
		large.F(n)
		var sum uint32
		for i := range uint32(50_000) {
			sum = sum*31 + i
		}
		fmt.Fprintln(w, sum)
	}))
}
`

func webProgram(points int) rttest.Program {
	large := manifest.Package{}
	for i := range points {
		large.Points = append(large.Points, manifest.Point{
			File: fmt.Sprintf("large/f%d.go", i/100), Func: fmt.Sprintf("F%d", i/10), Kind: "stmt", Line: i%100 + 1, EndLine: i%100 + 1,
		})
	}
	return rttest.Program{
		Files:    map[string]string{"main.go": webMain, "large/large.go": "package large\n\nfunc F(i int) { goatHit(i) }\n"},
		Packages: map[string]manifest.Package{"large": large},
		Main:     manifest.Main{App: "web", DataType: "bool"},
		Runtime:  "serve",
	}
}

// BenchmarkApplicationLatency measures the latency of an application with
// 100,000 points under 16 clients without pause, while goat is scraped ten
// times a second and read twice a second (also with hits between the readings),
// and while goat is attacked. Each measurement alternates with one in which
// nobody asks goat for anything. The figures are medians of the ratios.
func BenchmarkApplicationLatency(b *testing.B) {
	exe := benchApp(b)
	for _, kind := range []string{"nothing", "identity", "gzip", "hits", "attack"} {
		b.Run(kind, func(b *testing.B) { comparePaired(b, exe, kind) })
	}
}

// BenchmarkAnswers measures how long the pages of 100,000 points take: the
// first time, again without changes, and for another query. It waits in between
// so that budget is left; -benchtime 1x is enough.
func BenchmarkAnswers(b *testing.B) {
	_, base := serving(b, benchApp(b), nil)
	for b.Loop() {
		for _, page := range []struct{ name, path, encoding string }{
			{"first", "/track?func=*&func=first" + fmt.Sprint(time.Now().UnixNano()), "identity"}, {"gzip", "/track?func=*&func=x" + fmt.Sprint(time.Now().UnixNano()), "gzip"},
			{"unchanged", "/track", "identity"}, {"unchanged", "/track", "identity"}, {"unchanged-gzip", "/track", "gzip"}, {"unchanged-gzip", "/track", "gzip"},
			{"covered", "/track?covered=true", "gzip"}, {"metrics", "/metrics", "gzip"}, {"metrics", "/metrics", "gzip"},
		} {
			time.Sleep(500 * time.Millisecond)
			begin := time.Now()
			ask(context.Background(), base+page.path, page.encoding)
			b.ReportMetric(float64(time.Since(begin))/1e6, page.name+"-ms")
		}
	}
	b.ReportMetric(0, "ns/op")
}

var benchApp = func() func(b *testing.B) string {
	var once sync.Once
	var exe string
	return func(b *testing.B) string {
		once.Do(func() { exe = rttest.Build(b, webProgram(100_000)) })
		return exe
	}
}()

// disturbing is the variable that makes the test's binary send requests to goat
// until its input ends, as "KIND APPLICATION GOAT". It runs in a process of its
// own, so that the measurement does not wait for it.
const disturbing = "GOAT_TEST_DISTURB"

func disturb(what string) {
	ctx, cancel := context.WithCancel(context.Background())
	go func() { defer cancel(); _, _ = io.Copy(io.Discard, os.Stdin) }()
	words := strings.Split(what, " ")
	switch kind, application, goat := words[0], words[1], words[2]; kind {
	case "nothing": // measures what the process itself costs
		<-ctx.Done()
	case "attack":
		attack(ctx, goat)
	case "hits":
		read(ctx, application, goat, "gzip", true)
	default:
		read(ctx, application, goat, kind, false)
	}
}

// read requests /metrics ten times and /track twice a second. With hits, it
// makes the application hit another point before each request.
func read(ctx context.Context, application, goat, encoding string, hits bool) {
	for tick := range 1 << 30 {
		select {
		case <-ctx.Done():
			return
		case <-time.After(100 * time.Millisecond):
		}
		if hits {
			ask(ctx, fmt.Sprintf("http://%s/?n=%d", application, time.Now().UnixMilli()%100_000), "")
		}
		go ask(ctx, "http://"+goat+"/metrics", encoding)
		if tick%5 == 0 {
			go ask(ctx, "http://"+goat+"/track", encoding)
		}
	}
}

// attack requests the most expensive pages hundreds of times a second, and
// opens connections and keeps them. It pauses, so that its own use of the
// machine is not measured.
func attack(ctx context.Context, goat string) {
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				time.Sleep(20 * time.Millisecond)
				switch i % 4 {
				case 0:
					ask(ctx, fmt.Sprintf("http://%s/track?order=1&func=*&func=x%d.%d", goat, i, n), "gzip")
				case 1:
					ask(ctx, fmt.Sprintf("http://%s/track?file=%s&func=x%d.%d", goat, strings.Repeat("*a", 500), i, n), "identity")
				case 2:
					ask(ctx, "http://"+goat+"/nothing", "")
				case 3:
					if conn, err := net.Dial("tcp", goat); err == nil {
						fmt.Fprint(conn, "GET /track HTTP/1.1\r\nHost: local")
						defer conn.Close()
					}
				}
			}
		})
	}
	wg.Wait()
}

func ask(ctx context.Context, url, encoding string) {
	req, _ := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	req.Header.Set("Accept-Encoding", encoding)
	if resp, err := http.DefaultClient.Do(req); err == nil {
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
	}
}

func comparePaired(b *testing.B, exe, kind string) {
	p, base := serving(b, exe, nil)
	p.stdout.waitForLine()
	application, goat := strings.TrimSpace(p.stdout.String()), strings.TrimPrefix(base, "http://")
	measure(application, time.Second)
	var medians, tails, quietTails []float64
	for b.Loop() {
		quiet := measure(application, time.Second)
		p := start(b, os.Args[0], []string{disturbing + "=" + kind + " " + application + " " + goat})
		time.Sleep(100 * time.Millisecond) // time for it to start
		busy := measure(application, time.Second)
		_ = p.stdin.Close()
		_ = p.cmd.Wait()
		b.Logf("quiet %v, %v; busy %v, %v", percentile(quiet, 50), percentile(quiet, 99), percentile(busy, 50), percentile(busy, 99))
		medians = append(medians, ratio(busy, quiet, 50))
		tails = append(tails, ratio(busy, quiet, 99))
		quietTails = append(quietTails, float64(percentile(quiet, 99))/1e6)
	}
	b.ReportMetric(percentile(medians, 50), "p50-ratio")
	b.ReportMetric(percentile(tails, 50), "p99-ratio")
	b.ReportMetric(percentile(quietTails, 50), "quiet-p99-ms")
	b.ReportMetric(0, "ns/op")
}

// measure lets 16 clients send requests without pause and returns how long each
// answer took.
func measure(application string, d time.Duration) []time.Duration {
	var mu sync.Mutex
	var all []time.Duration
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			client := &http.Client{Transport: &http.Transport{}}
			defer client.CloseIdleConnections()
			var took []time.Duration
			for end := time.Now().Add(d); time.Now().Before(end); {
				begin := time.Now()
				resp, err := client.Get("http://" + application + "/")
				if err != nil {
					continue
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
				took = append(took, time.Since(begin))
			}
			mu.Lock()
			defer mu.Unlock()
			all = append(all, took...)
		})
	}
	wg.Wait()
	return all
}

func percentile[T time.Duration | float64](values []T, p int) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(len(sorted)-1, len(sorted)*p/100)]
}

func ratio(busy, quiet []time.Duration, p int) float64 {
	return float64(percentile(busy, p)) / float64(percentile(quiet, p))
}
