package testpush_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/internal/coverage"
	"github.com/goat-trace/goat/internal/places"
	"github.com/goat-trace/goat/internal/testpush"
)

func module(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/shop\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// processes are two packages' tests with a point in common and one in a test file.
func processes() []*coverage.Process {
	site := func(id, file string) coverage.Site { return coverage.Site{StableID: id, File: file} }
	one := &coverage.Build{Package: "example.com/shop/a.test", Commit: "c0ffee", Sites: []coverage.Site{site("02", "a.go"), site("01", "b.go"), site("09", "a_test.go")}}
	two := &coverage.Build{Package: "example.com/shop/b.test", Sites: []coverage.Site{site("01", "b.go"), site("03", "c.go")}}
	return []*coverage.Process{{Build: one, Counts: []uint64{1, 0, 1}}, {Build: two, Counts: []uint64{7, 0}}}
}

// A run has what any of its processes ran, without the tests' own files, and what the
// CI job says of itself.
func TestRun(t *testing.T) {
	for name, c := range map[string]struct {
		env  map[string]string
		want testpush.Run
	}{
		"nowhere": {nil, testpush.Run{Name: "tests"}},
		"GitHub": {
			map[string]string{"GITHUB_JOB": "unit", "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "o/r", "GITHUB_RUN_ID": "7", "GITHUB_REF_NAME": "main", "GITHUB_SHA": "other"},
			testpush.Run{Name: "unit", URL: "https://github.com/o/r/actions/runs/7", Branch: "main"},
		},
		"GitLab": {map[string]string{"CI_JOB_NAME": "e2e", "CI_JOB_URL": "https://gitlab/1", "CI_COMMIT_REF_NAME": "x"}, testpush.Run{Name: "e2e", URL: "https://gitlab/1", Branch: "x"}},
		"own":    {map[string]string{"CI_JOB_NAME": "e2e", "GOAT_TESTS_NAME": "mine", "GOAT_TESTS_URL": "https://ci/2", "GIT_BRANCH": "origin/y"}, testpush.Run{Name: "mine", URL: "https://ci/2", Branch: "y"}},
	} {
		dir := filepath.Join(module(t), "below")
		got, err := testpush.New(t.Context(), dir, func(name string) string { return c.env[name] }, processes())
		if err != nil {
			t.Fatal(err)
		}
		c.want.Module, c.want.Commit, c.want.Points, c.want.Ran = "example.com/shop", "c0ffee", 3, []string{"01", "02"}
		if diff := cmp.Diff(&c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if _, err := testpush.New(t.Context(), t.TempDir(), os.Getenv, nil); err == nil || !strings.Contains(err.Error(), "there is no go.mod here") {
		t.Errorf("got %v, want to be told where to run", err)
	}
}

// A hub that is away is asked again with the same id; one that refuses is not.
func TestSend(t *testing.T) {
	var paths []string
	status := []int{503, 502, 200}
	hub := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var run testpush.Run
		if err := json.Unmarshal(body, &run); err != nil || r.Method != http.MethodPut || r.Header.Get("Authorization") != "Bearer secret" || len(run.Ran) != 2 {
			t.Errorf("got %s with %v and %s", r.Method, err, body)
		}
		w.WriteHeader(status[min(len(paths), len(status)-1)])
		paths = append(paths, r.URL.Path)
		io.WriteString(w, `{}`)
	}))
	defer hub.Close()
	run, err := testpush.New(t.Context(), module(t), func(string) string { return "" }, processes())
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	if err := run.Send(t.Context(), &places.Hub{URL: hub.URL, Token: "secret"}, time.Minute, func(error) { told++ }); err != nil || told != 2 {
		t.Errorf("got %v after %d failures, want it sent after two", err, told)
	}
	if len(paths) != 3 || paths[0] != paths[2] || len(paths[0]) != len("/api/v1/tests/")+32 {
		t.Errorf("got %q, want the same id three times", paths)
	}
	status, paths = []int{403}, nil
	if err := run.Send(t.Context(), &places.Hub{URL: hub.URL, Token: "secret"}, time.Minute, nil); err == nil || len(paths) != 1 || !strings.Contains(err.Error(), "role push") {
		t.Errorf("got %v after %d requests, want to be refused at once", err, len(paths))
	}
}
