package s3test

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// Server is an S3 server.
type Server struct {
	program, dir, address string
	buckets               int
}

const (
	access = "goat"
	secret = "goat-s3cret"
)

// build builds the server once for this process. VERSITYGW may name one that is
// built already.
var build = sync.OnceValues(func() (string, error) {
	if program := os.Getenv("VERSITYGW"); program != "" {
		return program, nil
	}
	mod, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("looking for the hub's module: %w", err)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	cache = filepath.Join(cache, "goat-tests") // one file for all runs
	if err := os.MkdirAll(cache, 0o750); err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp(cache, "build-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	built, program := filepath.Join(dir, "versitygw"), filepath.Join(cache, "versitygw")
	cmd := exec.Command("go", "build", "-o", built, "github.com/versity/versitygw/cmd/versitygw")
	cmd.Dir = filepath.Join(filepath.Dir(strings.TrimSpace(string(mod))), "gateway")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the S3 server in %s: %w\n%s", cmd.Dir, err, out)
	}
	return program, os.Rename(built, program)
})

// guard runs a server until its own input ends, as it does when the test process
// dies.
const guard = `trap '' INT TERM HUP
"$@" </dev/null & server=$!
read -r word
kill -KILL $server; wait $server
`

// Start starts a server.
func Start(t testing.TB) *Server {
	t.Helper()
	program, err := build()
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{program: program, dir: t.TempDir()}
	for _, dir := range []string{"objects", "metadata", "users"} {
		if err := os.Mkdir(filepath.Join(s.dir, dir), 0o750); err != nil {
			t.Fatal(err)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.address = l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/bin/sh", "-c", guard, "sh", program, "--access", access, "--secret", secret, "--port", s.address, "--iam-dir", filepath.Join(s.dir, "users"), "--quiet",
		"posix", "--sidecar", filepath.Join(s.dir, "metadata"), filepath.Join(s.dir, "objects"))
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	input, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	t.Cleanup(func() {
		_ = input.Close()
		<-ended
	})
	for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		conn, err := net.DialTimeout("tcp", s.address, time.Second)
		if err == nil {
			conn.Close()
			return s
		}
		select {
		case <-ended:
			t.Fatalf("the S3 server ended:\n%s", log.Bytes())
		default:
		}
		if time.Now().After(end) {
			t.Fatal("the S3 server does not answer")
		}
	}
}

// Address returns the server's host and port.
func (s *Server) Address() string { return s.address }

// URL returns a bucket as --blobs names it.
func (s *Server) URL(bucket string) string {
	return "s3://" + s.address + "/" + bucket + "?tls=false&region=us-east-1"
}

// Bucket returns the name of a new bucket.
func (s *Server) Bucket(t testing.TB) string {
	t.Helper()
	s.buckets++
	name := fmt.Sprintf("bucket-%d", s.buckets)
	s.admin(t, "create-bucket", "--bucket", name, "--owner", access)
	return name
}

// File returns where the server has an object.
func (s *Server) File(bucket, key string) string {
	return filepath.Join(s.dir, "objects", bucket, filepath.FromSlash(key))
}

// SetKeys sets the variables with the credentials of the server's administrator.
func (s *Server) SetKeys(t *testing.T) {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", access)
	t.Setenv("AWS_SECRET_ACCESS_KEY", secret)
}

// DenyOthers adds a user "reader" who may do nothing in any bucket. His secret is
// "s3cret-of-reader".
func (s *Server) DenyOthers(t testing.TB, _ string) {
	t.Helper()
	s.admin(t, "create-user", "--access", "reader", "--secret", "s3cret-of-reader", "--role", "user")
}

func (s *Server) admin(t testing.TB, args ...string) {
	t.Helper()
	cmd := exec.Command(s.program, append([]string{"admin", "--access", access, "--secret", secret, "--region", "us-east-1", "--endpoint-url", "http://" + s.address}, args...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("versitygw admin %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}
