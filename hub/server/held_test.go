//go:build linux

package server

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// BenchmarkHeld holds 10,000 connections, one for each instance of 500 services, to a hub
// in a process of its own. A round is a heartbeat of each, what they send in half a
// minute: 120 rounds are an hour. It gives the hub's resident memory after the first
// round and after the last one.
//
//	go test -run '^$' -bench Held -benchtime 120x ./server
func BenchmarkHeld(b *testing.B) {
	const instances, points = 10_000, 1000
	p := startProcess(b, b.TempDir())
	empty := p.resident(b)
	digest, manifest := manifestOf(points)
	p.call("PUT", "/api/v1/manifests/"+digest, manifest)
	lines := make([]*line, instances)
	for i := range lines {
		conn, err := net.Dial("tcp", strings.TrimPrefix(p.URL(), "http://"))
		if err != nil {
			b.Fatalf("connection %d: %v; both ends need a descriptor each (ulimit -n)", i, err)
		}
		b.Cleanup(func() { conn.Close() })
		lines[i] = &line{conn: conn, in: bufio.NewReaderSize(conn, 512)}
	}
	round := func(request func(n int) (path, body string)) {
		var all sync.WaitGroup
		const at = 256
		for i := range at {
			all.Go(func() {
				for n := i; n < instances; n += at {
					path, body := request(n)
					if status, err := lines[n].post(path, body); err != nil || status != http.StatusOK {
						b.Errorf("instance %d: got status %d and %v, want 200", n, status, err)
						return
					}
				}
			})
		}
		all.Wait()
	}
	heartbeat := func(n int) (string, string) {
		return "/api/v1/instances/" + key(n) + "/points", `{"from":0}`
	}
	round(func(n int) (string, string) { return "/api/v1/instances", registrationText(n, digest, points) })
	round(heartbeat)
	first := p.resident(b)
	for b.Loop() {
		round(heartbeat)
	}
	last := p.resident(b)
	b.ReportMetric(float64(first-empty)/instances, "KB/instance")
	b.ReportMetric(float64(first)/1024, "MB-after-first")
	b.ReportMetric(float64(last)/1024, "MB-after-last")
	b.ReportMetric(instances*float64(b.N)/b.Elapsed().Seconds(), "answers/s")
}

// resident returns a process's resident memory in KB.
func (p *process) resident(t testing.TB) int {
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
	return kb
}
