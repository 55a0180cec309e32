package e2e

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/goat-trace/goat/internal/proof/scriptcmd"
)

// mainPackage is the component that the application's binary is.
const mainPackage = "example.com/app"

// appFiles are the application's sources: changed since the tag v1, where
// main.go said nothing.
var appFiles = map[string]string{
	"go.mod": "module example.com/app\n\ngo 1.26\n",
	// The names hold what must be escaped on a page of metrics.
	"goat.yaml": `oldBranch: v1
appName: "the \"app\" \\ of\nmany"
dataType: count
hits: point
components:
  a "part": [example.com/app/part]
`,
	"main.go": `package main

import (
	"io"
	"os"

	"example.com/app/part"
)

func main() {
	for range 7 {
		part.Do(len(os.Args))
	}
	io.Copy(io.Discard, os.Stdin)
}
`,
	"part/part.go": `package part

func Do(n int) int {
	if n > 5 {
		return 5
	}
	return n
}
`,
}

// buildApp makes a repository of the application and builds it with goat.
func buildApp(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, map[string]string{"go.mod": appFiles["go.mod"], "main.go": "package main\n\nfunc main() {\n}\n"})
	for _, args := range [][]string{
		{"init", "-q"}, {"add", "-A"},
		{"-c", "user.name=E2E", "-c", "user.email=e2e@example.com", "commit", "-q", "-m", "base"},
		{"tag", "v1"},
	} {
		command(t, dir, "git", args...)
	}
	write(t, dir, appFiles)
	bin := scriptcmd.Build(t, "..")
	command(t, dir, "go", "build", "-toolexec="+filepath.Join(bin, "goat-exec"), "-o", "app", ".")
	return filepath.Join(dir, "app")
}

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// command runs a command that must succeed.
func command(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	c := exec.Command(name, args...)
	c.Dir = dir
	c.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("running %s %q: %v\n%s", name, args, err, out)
	}
}

// start runs the application until the test ends, and returns the address
// that goat serves on.
func start(t *testing.T, bin string, env ...string) string {
	t.Helper()
	portFile := filepath.Join(t.TempDir(), "port")
	c := exec.Command(bin)
	c.Env = append(append(os.Environ(), "GOAT_PORT=0", "GOAT_PORT_FILE="+portFile), env...)
	stdin, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stdin.Close()
		if err := c.Wait(); err != nil || out.Len() > 0 {
			t.Errorf("the application printed %q and ended with %v", out.String(), err)
		}
	})
	var address string
	eventually(t, "the application serves", func() bool {
		data, err := os.ReadFile(portFile)
		address = strings.TrimSpace(string(data))
		return err == nil
	})
	return address
}

// eventually waits until something is so.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !ok(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// get fetches a page, which must be there.
func get(t *testing.T, url string, header http.Header) ([]byte, http.Header) {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header = header
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("getting %s: got %s: %s", url, resp.Status, body)
	}
	return body, resp.Header
}
