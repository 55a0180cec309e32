//go:build unix

package serve_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// nobody is a user who owns nothing here.
const nobody = 65534

// TestPrivilegedProgram has a user start a program that has additional rights,
// with all variables set. The same program without those rights shows that they
// would have had an effect.
func TestPrivilegedProgram(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Skip("only root can make programs of other users")
	}
	for name, test := range map[string]struct {
		prepare func(t *testing.T, exe string)
		env     []string
		ignored bool
	}{
		"none":             {func(*testing.T, string) {}, nil, false},
		"none, quiet":      {func(*testing.T, string) {}, []string{"GOTRACEBACK=none"}, false},
		"setuid root":      {owned(0, 0, os.ModeSetuid), nil, true},
		"setuid root, all": {owned(0, 0, os.ModeSetuid), []string{"GOTRACEBACK=all"}, true},
		"setuid another":   {owned(1, 1, os.ModeSetuid), nil, true},
		"setgid root":      {owned(0, 0, os.ModeSetgid), nil, true},
		"setgid another":   {owned(1, 1, os.ModeSetgid), nil, true},
		"setcap":           {capable, []string{"GOTRACEBACK=crash"}, true},
	} {
		for _, runtime := range []string{"serve", "file"} {
			t.Run(name+" "+runtime, func(t *testing.T) {
				t.Parallel()
				checkPrivileged(t, flushing(t, runtime), test.prepare, test.env, test.ignored)
			})
		}
	}
}

// flushing builds a program that writes to GOAT_DIR when its input ends.
func flushing(t *testing.T, runtime string) string {
	p := appProgram(runtime)
	p.Files["main.go"] = strings.Replace(appMain, "import (", "import (\n\tgoat \"github.com/goat-trace/goat/rt/"+runtime+"\"", 1)
	p.Files["main.go"] = strings.Replace(p.Files["main.go"], "case \"wait\":", "case \"wait\":\n\t\tdefer goat.Flush()", 1)
	return app(t, "flushing-"+runtime, p)
}

func owned(uid, gid int, bit os.FileMode) func(*testing.T, string) {
	return func(t *testing.T, exe string) {
		if err := os.Chown(exe, uid, gid); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(exe, 0o755|bit); err != nil {
			t.Fatal(err)
		}
	}
}

func capable(t *testing.T, exe string) {
	if out, err := exec.Command("setcap", "cap_net_bind_service+ep", exe).CombinedOutput(); err != nil {
		t.Skipf("setcap: %v %s", err, out)
	}
}

func checkPrivileged(t *testing.T, built string, prepare func(*testing.T, string), env []string, ignored bool) {
	dir, err := os.MkdirTemp("", "goat-privileged")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	exe, open, portFile := filepath.Join(dir, "app"), filepath.Join(dir, "open"), filepath.Join(dir, "open", "port")
	// Not written by this process, since a child of another test could hold the
	// file open.
	if out, err := exec.Command("cp", built, exe).CombinedOutput(); err != nil {
		t.Fatalf("cp: %v %s", err, out)
	}
	for _, err := range []error{
		os.Chmod(dir, 0o755), os.Mkdir(open, 0o755), os.Chmod(open, 0o777),
		os.WriteFile(portFile, []byte("root's\n"), 0o600),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	prepare(t, exe)
	l, port := freePort(t)
	_ = l.Close()
	cmd := exec.Command(exe, "wait")
	cmd.Dir = open
	cmd.Env = append(append(cleanEnv(), "GOAT_PORT="+port, "GOAT_PORT_FILE="+portFile, "GOAT_DIR="+filepath.Join(open, "points")), env...)
	served := filepath.Base(built) == "flushing-serve.exe"
	var pushed atomic.Bool
	hub := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		pushed.Store(true)
		_, _ = io.WriteString(w, `{"id":"x","acked":1000,"next_s":30}`)
	}))
	defer hub.Close()
	if served { // which pushes at its end
		cmd.Env = append(cmd.Env, "GOAT_HUB="+hub.URL, "GOAT_HUB_WAIT=10s")
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	var out, errOut output
	cmd.Stdout, cmd.Stderr = &out, &errOut
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	out.waitForLine()
	answers := false
	for begin := time.Now(); time.Since(begin) < 500*time.Millisecond || !ignored && served && !answers && time.Since(begin) < 10*time.Second; time.Sleep(20 * time.Millisecond) {
		if conn, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			answers = true
			_ = conn.Close()
		}
	}
	_ = stdin.Close()
	_ = cmd.Wait()

	text, _ := os.ReadFile(portFile)
	_, dirErr := os.Stat(filepath.Join(open, "points"))
	got := map[string]bool{"serves": answers, "replaces the port file": string(text) != "root's\n", "makes GOAT_DIR": dirErr == nil, "pushes": pushed.Load()}
	want := map[string]bool{"serves": served && !ignored, "replaces the port file": served && !ignored, "makes GOAT_DIR": !ignored, "pushes": served && !ignored}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if out.String() != "ready\n" || errOut.String() != "" || cmd.ProcessState.ExitCode() != 0 {
		t.Errorf("got %q, %q and exit code %d, want the application's own", out.String(), errOut.String(), cmd.ProcessState.ExitCode())
	}
}
