package places_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/internal/places"
)

// largePage is the page of a process with n points.
func largePage(pid, n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `{"format":2,"name":"app","version":"v1","build":{"package":"example.com/app","commit":"c1","base":"v0"},`+
		`"process":{"host":"pod-%d","pid":%d,"started":"2026-11-22T10:00:00Z"},"results":[{"id":0,"name":"example.com/app","metrics":{"total":%d,"items":[`, pid, pid, n)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":%d,"count":%d,"stableId":"%032x","package":"example.com/app/p%d","module":"example.com/app","file":"p%d/f%d.go","line":%d,"endLine":%d,"lines":[[%d,%d]],"func":"F%d","kind":"stmt","firstHit":null}`,
			i+1, (i+pid)%2, i, i/1000, i/1000, i/100, i%100+5, i%100+7, i%100+5, i%100+6, i/10)
	}
	b.WriteString("]}}]}\n")
	return b.String()
}

// BenchmarkFleet reads 50 processes of 10,000 points each over HTTP, and merges
// them into one release.
func BenchmarkFleet(b *testing.B) {
	const pods, points = 50, 10_000
	var names []string
	for pid := range pods {
		text := largePage(pid+1, points)
		s := httptest.NewServer(says(text))
		defer s.Close()
		names = append(names, strings.TrimPrefix(s.URL, "http://"))
	}
	for b.Loop() {
		answer := (&places.Reader{Timeout: time.Minute}).Read(b.Context(), names) // a busy machine takes long
		if len(answer.Processes) != pods || len(answer.Problems) != 0 {
			b.Fatalf("got %d processes and %v, want %d", len(answer.Processes), answer.Problems, pods)
		}
		if releases := coverage.Merge(answer.Processes); len(releases) != 1 {
			b.Fatalf("got %d releases, want 1", len(releases))
		}
	}
}
