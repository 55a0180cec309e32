package server

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// BenchmarkReviewPages loads the pages of a release with 20,000 points in 200 pods,
// of a module of 100,000 lines whose repository is known. It reports the latency of
// the slowest hundredth.
//
//	go test -run '^$' -bench ReviewPages -benchtime 200x ./server
func BenchmarkReviewPages(b *testing.B) {
	const files, perFile, pods = 400, 50, 200
	c, spots := largeModule(b, files, perFile)
	h := startHub(b, func(config *Config) { config.Repos = []string{"example.com/market=" + c.dir} })
	for n := range pods {
		var ids []int
		for i := range files * perFile {
			if (i+n)%10 != 0 && i%5 != 0 {
				ids = append(ids, i+1)
			}
		}
		h.reportSpots(n+1, c.commit, c.base, spots, nil, nil)
		for from := 0; from < len(ids); from += 4000 {
			to := min(from+4000, len(ids))
			if a := h.call("POST", "/api/v1/instances/"+key(n+1)+"/points", document{"from": from, "ids": ids[from:to]}); a.status != http.StatusOK {
				b.Fatalf("got %d and %s", a.status, a.body)
			}
		}
	}
	h.reportSpots(9000, c.base, c.base, spots, []int{1, 2, 3}, nil)
	id, before := h.releaseOf("staging", c.commit), h.releaseOf("staging", c.base)
	for _, release := range []string{id, before} {
		until(b, "read", func() bool {
			var s summaryJSON
			h.get("/api/v1/releases/"+release+"/summary", &s)
			return s.Reading == ""
		})
	}
	file := url.QueryEscape("example.com/market/p7/f7.go")
	for name, path := range map[string]string{
		"release": "", "owner": "?by=owner&state=all&owner=%40market%2F3", "function": "?by=func&q=F7", "code": "/code?file=" + file, "whole": "/code?all=1&file=" + file, "compare": "/compare?with=" + before,
	} {
		b.Run(name, func(b *testing.B) { b.ReportMetric(h.slowest(b, "/releases/"+id+path), "p99-ms") })
	}
	b.Run("while it runs", func(b *testing.B) { // a new hit before each page
		n := 0
		b.ReportMetric(h.slowest(b, "/releases/"+id, func() {
			h.call("POST", "/api/v1/instances/"+key(1)+"/points", document{"from": 0, "ids": []int{1 + n*5%(files*perFile)}})
			n++
		}), "p99-ms")
	})
}

// slowest loads a page b.N times and returns the 99th percentile in milliseconds.
// before is called before each.
func (h *hub) slowest(b *testing.B, path string, before ...func()) float64 {
	b.Helper()
	h.page(path)
	var waits []time.Duration
	for b.Loop() {
		for _, f := range before {
			b.StopTimer()
			f()
			b.StartTimer()
		}
		begin := time.Now()
		h.page(path)
		waits = append(waits, time.Since(begin))
	}
	slices.Sort(waits)
	return float64(waits[len(waits)*99/100].Microseconds()) / 1000
}

// largeModule is a repository with files of 250 lines each, and points in them. All
// of it changed since its base.
func largeModule(b *testing.B, files, perFile int) (c covered, spots []spot) {
	b.Helper()
	c.dir = b.TempDir()
	write := func(name, text string) {
		name = filepath.Join(c.dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			b.Fatal(err)
		}
	}
	c.git("init", "-q", "-b", "main")
	write("go.mod", "module example.com/market\n")
	c.git("add", "-A")
	c.git("commit", "-q", "-m", "Begin")
	c.base = c.git("rev-parse", "HEAD")
	var owners strings.Builder
	for f := range files {
		var text strings.Builder
		fmt.Fprintf(&text, "package p%d\n\n", f)
		line := 3
		for i := range perFile {
			fmt.Fprintf(&text, "func F%d() error {\n\tif err := g(); err != nil {\n\t\treturn err\n\t}\n}\n", i)
			spots = append(spots, spot{fmt.Sprintf("example.com/market/p%d", f), fmt.Sprintf("p%d/f%d.go", f, f), fmt.Sprintf("F%d", i), "then", line + 1, [][2]int{{line + 2, line + 2}}, f*perFile + i + 1})
			line += 5
		}
		write(fmt.Sprintf("p%d/f%d.go", f, f), text.String())
		fmt.Fprintf(&owners, "/p%d/ @market/%d\n", f, f%20)
	}
	write("CODEOWNERS", owners.String())
	c.git("add", "-A")
	c.git("commit", "-q", "-m", "Write all of it")
	c.commit = c.git("rev-parse", "HEAD")
	return c, spots
}
