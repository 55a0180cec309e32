package source_test

import (
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/goat-trace/goat/hub/store/source"
)

const token = "s3cr3t-t0k3n"

// gitServer serves the repositories below a directory by HTTPS to clients that
// know the token.
type gitServer struct {
	*httptest.Server
	ca string // file with its certificate

	mu      sync.Mutex
	users   []string // who came with the token
	visible []string // command lines and environments that held the token
	status  int      // its immediate answer; 0 means git's answer
	hang    chan struct{}
}

func serveHTTPS(t *testing.T, dir string) *gitServer {
	t.Helper()
	out, err := exec.Command("git", "--exec-path").Output()
	if err != nil {
		t.Fatal(err)
	}
	backend := &cgi.Handler{Path: filepath.Join(strings.TrimSpace(string(out)), "git-http-backend"),
		Env: []string{"GIT_PROJECT_ROOT=" + dir, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*"}}
	s := &gitServer{}
	s.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		name, password, _ := req.BasicAuth()
		s.look(name, password)
		switch {
		case s.hang != nil:
			<-s.hang
		case s.status != 0:
			http.Error(w, "you sent "+password, s.status)
		case password != token:
			w.Header().Set("WWW-Authenticate", `Basic realm="git"`)
			http.Error(w, "no", http.StatusUnauthorized)
		default:
			backend.ServeHTTP(w, req)
		}
	}))
	t.Cleanup(s.Close)
	s.ca = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(s.ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o666); err != nil {
		t.Fatal(err)
	}
	return s
}

// look records who comes, and which processes show the token meanwhile.
func (s *gitServer) look(name, password string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if password == token {
		s.users = append(s.users, name)
	}
	lists, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	environs, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, name := range append(lists, environs...) {
		if data, err := os.ReadFile(name); err == nil && strings.Contains(string(data), token) {
			s.visible = append(s.visible, strings.ReplaceAll(string(data), "\x00", " "))
		}
	}
}

func (s *gitServer) host() string { return strings.TrimPrefix(s.URL, "https://") }

// wantSecret checks that the token is visible nowhere.
func (s *gitServer) wantSecret(t *testing.T, u *user, dir string, err error) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.visible) > 0 {
		t.Errorf("%d processes showed the token, such as: %s", len(s.visible), s.visible[0])
	}
	if strings.Contains(u.log.String(), token) {
		t.Errorf("the log shows the token:\n%s", u.log)
	}
	if err != nil && strings.Contains(err.Error(), token) {
		t.Errorf("the error shows the token: %v", err)
	}
	filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			if data, _ := os.ReadFile(name); strings.Contains(string(data), token) {
				t.Errorf("%s holds the token", name)
			}
		}
		return nil
	})
}

func TestPrivateByHTTPS(t *testing.T) {
	r := newRepo(t)
	r.file("a.go", "package a\n")
	commit := r.commit()
	root := t.TempDir()
	r.git("clone", "-q", "--bare", ".", filepath.Join(root, "shop.git"))
	secretFile := func(t *testing.T, text string) string {
		name := filepath.Join(t.TempDir(), "it's a token")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	for _, c := range []struct {
		name     string
		file     string // with the host's token
		helper   string // the user's
		status   int
		wantUser string
		want     string // in the error
	}{
		{name: "nobody knows", want: "give the hub a token file for this host, or its user a credential helper"},
		{name: "token", file: token, wantUser: "x-access-token"},
		{name: "user and token", file: "deploy:" + token + "\nanother line\n", wantUser: "deploy"},
		{name: "helper of the user", helper: `!f() { echo username=helped; echo password="$(cat "$HOME/secret")"; }; f`, wantUser: "helped"},
		{name: "token before the user's helper", file: token, helper: "!echo \"$1\" >>\"$HOME/asked\"", wantUser: "x-access-token"},
		{name: "wrong token", file: "wrong", want: "is valid and may read this repository"},
		{name: "server that echoes", file: token, status: http.StatusForbidden, want: "403"},
		{name: "server in trouble", file: token, status: http.StatusBadGateway, want: "502"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serveHTTPS(t, root)
			s.status = c.status
			u := newUser(t)
			u.options.Environ = append(u.options.Environ, "GIT_SSL_CAINFO="+s.ca)
			if c.file != "" {
				u.options.TokenFiles = map[string]string{s.host(): secretFile(t, c.file)}
			}
			config := "[credential]\n\thelper = \"" + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(c.helper) + "\"\n"
			if err := errors.Join(os.WriteFile(filepath.Join(u.home, "secret"), []byte(token), 0o600), os.WriteFile(filepath.Join(u.home, ".gitconfig"), []byte(config), 0o600)); err != nil {
				t.Fatal(err)
			}
			dir := filepath.Join(t.TempDir(), "repo")
			tree, err := u.mirrorIn(t, dir, s.URL+"/shop.git").Open(ctx, commit)
			if err == nil {
				defer tree.Close()
				wantFile(t, tree, "a.go", "package a\n")
			}
			switch {
			case c.want != "":
				wantError(t, err, c.want, s.URL)
			case err != nil:
				t.Error(err)
			case len(s.users) == 0 || s.users[len(s.users)-1] != c.wantUser:
				t.Errorf("got users %q, want %q", s.users, c.wantUser)
			}
			s.wantSecret(t, u, dir, err)
			if asked, err := os.ReadFile(filepath.Join(u.home, "asked")); err == nil {
				t.Errorf("the user's helper was asked about the token file's host: %s", asked)
			}
		})
	}
}

// A server that does not answer is given up, and everything that was started
// for it ends.
func TestServerThatHangs(t *testing.T) {
	s := serveHTTPS(t, t.TempDir())
	s.hang = make(chan struct{})
	t.Cleanup(func() { close(s.hang) }) // before the server closes, which waits for its handlers
	u := newUser(t)
	u.options.Environ = append(u.options.Environ, "GIT_SSL_CAINFO="+s.ca)
	u.options.FetchTimeout = 3 * time.Second
	start := time.Now()
	_, err := u.mirror(t, s.URL+"/shop.git").Open(ctx, "0123456789")
	wantError(t, err, "it took more than 3s")
	if took := time.Since(start); took > 60*time.Second {
		t.Errorf("it was given up after %v", took)
	}
	lists, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, name := range lists {
		if data, err := os.ReadFile(name); err == nil && strings.Contains(string(data), s.host()) {
			t.Errorf("a process is left: %s", strings.ReplaceAll(string(data), "\x00", " "))
		}
	}
}

// A redirect to another host does not get the token.
func TestRedirect(t *testing.T) {
	other := serveHTTPS(t, t.TempDir())
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		http.Redirect(w, req, other.URL+req.URL.RequestURI(), http.StatusFound)
	}))
	t.Cleanup(s.Close)
	both := filepath.Join(t.TempDir(), "ca.pem")
	file := filepath.Join(t.TempDir(), "token")
	certificate, err := os.ReadFile(other.ca)
	certificate = append(certificate, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})...)
	if err := errors.Join(err, os.WriteFile(both, certificate, 0o666), os.WriteFile(file, []byte(token), 0o600)); err != nil {
		t.Fatal(err)
	}
	u := newUser(t)
	u.options.Environ = append(u.options.Environ, "GIT_SSL_CAINFO="+both)
	u.options.TokenFiles = map[string]string{strings.TrimPrefix(s.URL, "https://"): file}
	m := u.mirror(t, s.URL+"/shop.git")
	if _, err := m.Open(ctx, "0123456789"); err == nil || errors.Is(err, source.ErrMissing) {
		t.Errorf("got %v, want an error about credentials", err)
	}
	if len(other.users) > 0 {
		t.Error("the other host got the token")
	}
}
