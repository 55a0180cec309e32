package testhits_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/internal/cache"
	"github.com/goat-trace/goat/internal/testhits"
)

// page is the page that a package's test binary writes; its one point ran or did
// not.
func page(pkg string, count string) string {
	return `{"format":2,"name":"p.test","build":{"package":"` + pkg + `.test","source":"init"},"results":[{"id":0,"name":"` + pkg + `.test","metrics":{"total":1,"items":[` +
		`{"id":1,"count":` + count + `,"stableId":"` + pkg + `","package":"` + pkg + `","file":"p.go","line":1,"endLine":1,"lines":[[1,1]],"func":"F","kind":"stmt"}]}}]}`
}

func files(t *testing.T, texts map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range texts {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// log feeds the output of go test to a Log in small pieces. It returns the Log, and
// the text that the Log passed on.
func log(t *testing.T, text string) (*testhits.Log, string) {
	t.Helper()
	var rest bytes.Buffer
	l := testhits.NewLog(&rest)
	for i := range len(text) {
		if n, err := l.Write([]byte(text[i : i+1])); n != 1 || err != nil {
			t.Fatalf("writing: got %d, %v", n, err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return l, rest.String()
}

const saved = `go: downloading x
testcache: a: test ID 6c69 => 11
testcache: a: input list not found: cache entry not found: open x: no such file
testcache: b: test ID 6c70 => 12
testcache: a: save test ID 11 => input ID 21 => 31
testcache: caching disabled for test argument: -test.count=1
test: no end`

const found = `testcache: a: test ID 6c69 => 11
testcache: a: test ID 11 => input ID 21 => 31
testcache: b: test ID 12 => input ID 22 => 32
testcache: b: test output not found: cache entry not found
`

func TestCollect(t *testing.T) {
	t.Parallel()
	kept := cache.In(t.TempDir()).Folder(cache.TestHits)
	l, rest := log(t, saved)
	if rest != "go: downloading x\ntest: no end" {
		t.Errorf("got %q handed on", rest)
	}
	h := testhits.Collect(l, files(t, map[string]string{"goat-a.json": page("a", "1"), "goat-b.json": page("b", "0"), "other.json": "x", "goat-broken.json": "{"}), kept)
	if total := h.Total(); total.Covered != 1 || total.Total != 2 || len(h.Lost) != 0 || h.Err() == nil {
		t.Errorf("got %+v, lost %q, error %v; want 1 of 2, none lost, and the broken page", total, h.Lost, h.Err())
	}

	// The result of a comes from the cache, and so do its hits; b ran again.
	l, _ = log(t, found)
	again := testhits.Collect(l, files(t, map[string]string{"goat-b2.json": page("b", "1")}), kept)
	if diff := cmp.Diff([]byte(page("a", "1")), again.Pages["goat-a.json"]); diff != "" {
		t.Errorf("hits of a cached result (-want +got):\n%s", diff)
	}
	if total := again.Total(); total.Covered != 2 || len(again.Lost) != 0 {
		t.Errorf("got %+v, lost %q; want 2 covered", total, again.Lost)
	}

	// A cache that has lost them says so, and has them again after another run.
	empty := cache.In(t.TempDir()).Folder(cache.TestHits)
	l, _ = log(t, found)
	lost := testhits.Collect(l, t.TempDir(), empty)
	if diff := cmp.Diff([]string{"a"}, lost.Lost); diff != "" {
		t.Errorf("lost (-want +got):\n%s", diff)
	}
	if still := lost.Rerun(l, files(t, map[string]string{"goat-a3.json": page("a", "1")}), empty); len(still) != 0 {
		t.Errorf("got %q still lost", still)
	}
	l, _ = log(t, found)
	if h := testhits.Collect(l, t.TempDir(), empty); len(h.Lost) != 0 || h.Pages["goat-a3.json"] == nil {
		t.Errorf("after another run: got lost %q, pages %d", h.Lost, len(h.Pages))
	}
}

func TestWriteTo(t *testing.T) {
	t.Parallel()
	l, _ := log(t, "")
	h := testhits.Collect(l, files(t, map[string]string{"goat-a.json": page("a", "1")}), cache.Folder{})
	dir := files(t, map[string]string{"goat-test-old.json": "old", "goat-server.json": "another's"})
	if err := h.WriteTo(dir); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if diff := cmp.Diff([]string{"goat-server.json", "goat-test-a.json"}, names); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}
