package diffsrc_test

import (
	"bytes"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// gitServer serves the repositories below a directory by HTTP, to requests with
// the header X-Token.
type gitServer struct {
	url     string
	doubled bool // a request sent the header twice
}

func serveGit(t *testing.T, dir string) *gitServer {
	t.Helper()
	out, err := exec.Command("git", "--exec-path").Output()
	if err != nil {
		t.Fatal(err)
	}
	backend := &cgi.Handler{
		Path: filepath.Join(strings.TrimSpace(string(out)), "git-http-backend"),
		Env:  []string{"GIT_PROJECT_ROOT=" + dir, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*"},
	}
	s := &gitServer{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		token := req.Header.Values("X-Token")
		if len(token) == 0 || token[0] != `"let me\in"` {
			http.Error(w, "no token", http.StatusForbidden)
			return
		}
		s.doubled = s.doubled || len(token) > 1
		backend.ServeHTTP(w, req)
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// feed runs git with standard input.
func (r *gitRepo) feed(stdin []byte, args ...string) {
	r.t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Stdin = r.dir, bytes.NewReader(stdin)
	if out, err := cmd.CombinedOutput(); err != nil {
		r.t.Fatalf("git %s: %v\n%s", args[0], err, out)
	}
}
