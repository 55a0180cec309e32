//go:build unix

package scale

import (
	"bytes"
	"compress/gzip"
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
	"testing"
	"time"
)

// program is a binary with many points, running.
type program struct {
	testing.TB
	url   string
	pid   int
	stdin io.Closer
	cmd   *exec.Cmd
}

func (w *bench) start(kind string) *program {
	w.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	w.must(err)
	port := strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	l.Close()
	c := exec.Command(filepath.Join(w.out, kind))
	c.Env = append(w.env[kind], "GOAT_PORT="+port)
	stdin, err := c.StdinPipe()
	w.must(err)
	w.must(c.Start())
	p := &program{TB: w.TB, url: "http://127.0.0.1:" + port, pid: c.Process.Pid, stdin: stdin, cmd: c}
	w.Cleanup(p.stop)
	for range 500 {
		if r, err := http.Get(p.url + "/metrics"); err == nil {
			r.Body.Close()
			return p
		}
		time.Sleep(10 * time.Millisecond)
	}
	w.Fatal("the program does not serve")
	return nil
}

func (p *program) stop() {
	p.stdin.Close()
	p.cmd.Wait()
}

// page is one answer.
type page struct {
	body    []byte // as sent
	content []byte // not compressed
	took    time.Duration
}

// get asks for a page, compressed as Prometheus asks or as it is.
func (p *program) get(path, encoding string) page {
	p.Helper()
	request, err := http.NewRequest(http.MethodGet, p.url+path, nil)
	if err != nil {
		p.Fatal(err)
	}
	request.Header.Set("Accept-Encoding", encoding)
	start := time.Now()
	r, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		p.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	took := time.Since(start)
	if err != nil || r.StatusCode != http.StatusOK {
		p.Fatalf("%s: %v, status %d", path, err, r.StatusCode)
	}
	got := page{body: body, content: body, took: took}
	if r.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(bytes.NewReader(body))
		if err == nil {
			got.content, err = io.ReadAll(z)
		}
		if err != nil {
			p.Fatalf("%s: %v", path, err)
		}
	}
	return got
}

// residentMiB is what of the program's memory is in use.
func (p *program) residentMiB() float64 {
	p.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.pid))
	if err != nil {
		p.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kB, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		p.Fatal(err)
	}
	return float64(kB) / 1024
}

func (p *program) track(query, encoding string) (total, covered, items int) {
	p.Helper()
	var track struct {
		Results []struct {
			Metrics struct {
				Total, Covered int
				Items          []json.RawMessage
			}
		}
	}
	if err := json.Unmarshal(p.get("/track"+query, encoding).content, &track); err != nil || len(track.Results) != 1 {
		p.Fatalf("reading /track%s: %v, %d results", query, err, len(track.Results))
	}
	m := track.Results[0].Metrics
	return m.Total, m.Covered, len(m.Items)
}

// TestManyPoints serves a thousand points of ten packages: all of them, the
// covered ones, and those of one package, compressed or not.
func TestManyPoints(t *testing.T) {
	w := newBench(t, "INIT")
	w.must(manyPoints(w.dir, 10, 100))
	w.build(driven)
	p := w.start(driven)
	const total, covered = 10*100 + 4, 10*2 + 3 // main has four: its own, two of statements, and an else that is not written
	for query, want := range map[string]int{"": total, "?covered=true": covered, "?covered=false": total - covered, "?package=example.com/points/p3": 100} {
		for _, encoding := range []string{"identity", "gzip"} {
			gotTotal, gotCovered, items := p.track(query, encoding)
			if gotTotal != total || gotCovered != covered || items != want {
				t.Errorf("/track%s, %s: got %d points, %d covered, %d items, want %d, %d, %d", query, encoding, gotTotal, gotCovered, items, total, covered, want)
			}
		}
	}
}

// BenchmarkManyPoints builds, starts and asks a program with many points.
func BenchmarkManyPoints(b *testing.B) {
	w := newBench(b, "INIT")
	const each = 1000
	w.must(manyPoints(w.dir, *points/each, each))
	for b.Loop() {
		base := w.build(plain)
		with := w.build(driven)
		b.ReportMetric(float64(with.cpu)/float64(base.cpu), "cold÷plain")
		b.ReportMetric(w.startUp(), "start-up-ms")
		p := w.start(driven)
		b.ReportMetric(p.residentMiB(), "resident-MiB")
		first := p.get("/track", "identity")
		b.ReportMetric(ms(first.took), "first-track-ms")
		for _, encoding := range []string{"identity", "gzip"} {
			t := p.get("/track", encoding)
			b.ReportMetric(ms(t.took), "track-"+encoding+"-ms")
			b.ReportMetric(float64(len(t.body))/(1<<20), "track-"+encoding+"-MiB")
		}
		covered := p.get("/track?covered=true", "gzip")
		b.ReportMetric(ms(covered.took), "track-covered-ms")
		metrics := p.get("/metrics", "gzip")
		b.ReportMetric(ms(metrics.took), "metrics-ms")
		b.ReportMetric(float64(len(metrics.content)), "metrics-bytes")
		b.ReportMetric(p.residentMiB(), "resident-asked-MiB")
		p.stop()
	}
}

// startUp returns by how many milliseconds of CPU the program without a server
// starts and ends later than the plain one: what registration costs.
func (w *bench) startUp() float64 {
	w.must(os.WriteFile(filepath.Join(w.dir, "goat.yaml"), []byte("serve: off\n"), 0o666))
	w.build(bare)
	w.must(os.Remove(filepath.Join(w.dir, "goat.yaml")))
	var extra []float64
	for range 40 {
		with := w.run(bare, filepath.Join(w.out, bare))
		without := w.run(plain, filepath.Join(w.out, plain))
		extra = append(extra, ms(with.cpu-without.cpu))
	}
	return median(extra)
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
