package tracewalk

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/goat-trace/goat/internal/terminal/terminaltest"
	"github.com/goat-trace/goat/internal/trace"
)

// TestMain makes the test binary a walk through a run.
func TestMain(m *testing.M) {
	dir := os.Getenv("TEST_OF_TRACEWALK")
	if dir == "" {
		os.Exit(m.Run())
	}
	r, err := trace.Open(dir)
	if err != nil {
		panic(err)
	}
	getenv := func(name string) string {
		if _, err := os.Stat(filepath.Join(dir, "panic")); err == nil {
			panic("a fault of the walk")
		}
		return os.Getenv(name)
	}
	code, err := Run(r, r.Traces[0], Options{In: os.Stdin, Out: os.Stdout, Getenv: getenv})
	if err != nil {
		panic(err)
	}
	os.Exit(code)
}

// walk is a walk in a terminal.
type walk struct {
	*testing.T
	dir               string
	control, terminal *os.File
	before            *unix.Termios
	cmd               *exec.Cmd
	mu                sync.Mutex
	text              strings.Builder
}

func startWalk(t *testing.T, env ...string) *walk {
	t.Helper()
	w := &walk{T: t, dir: record(t, 2000, 8<<10).Dir}
	w.control, w.terminal = terminaltest.Open(t, 80, 24)
	var err error
	if w.before, err = unix.IoctlGetTermios(int(w.terminal.Fd()), unix.TCGETS); err != nil {
		t.Fatal(err)
	}
	w.cmd = exec.Command(os.Args[0])
	w.cmd.Env = append(os.Environ(), append([]string{"TEST_OF_TRACEWALK=" + w.dir, "TERM=xterm", "NO_COLOR="}, env...)...)
	w.cmd.Stdin, w.cmd.Stdout = w.terminal, w.terminal
	var stderr strings.Builder
	w.cmd.Stderr = &stderr
	if err := w.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.cmd.Process.Kill() })
	go w.follow()
	return w
}

func (w *walk) follow() {
	buffer := make([]byte, 4096)
	for {
		n, err := w.control.Read(buffer)
		w.mu.Lock()
		w.text.Write(buffer[:n])
		w.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// wait waits until the last screen has a text.
func (w *walk) wait(want string) string {
	w.Helper()
	var screen string
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		w.mu.Lock()
		screen = w.text.String()
		w.mu.Unlock()
		if i := strings.LastIndex(screen, "\x1b[H"); i >= 0 {
			screen = screen[i:]
		}
		if strings.Contains(screen, want) {
			return screen
		}
	}
	w.Fatalf("got the screen %q, want %q in it", screen, want)
	return ""
}

// press presses keys.
func (w *walk) press(keys string) {
	w.Helper()
	if _, err := w.control.WriteString(keys); err != nil {
		w.Fatal(err)
	}
}

// ended waits for the end, and holds that the terminal is as before.
func (w *walk) ended(code int) {
	w.Helper()
	_ = w.cmd.Wait() // the code says how
	if got := w.cmd.ProcessState.ExitCode(); got != code {
		w.Errorf("got exit code %d, want %d", got, code)
	}
	after, err := unix.IoctlGetTermios(int(w.terminal.Fd()), unix.TCGETS)
	if err != nil {
		w.Fatal(err)
	}
	if *after != *w.before {
		w.Errorf("got the terminal's settings %+v, want %+v as before", after, w.before)
	}
	for end := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		w.mu.Lock()
		text := w.text.String()
		w.mu.Unlock()
		if strings.HasSuffix(text, "\x1b[?25h\x1b[?1049l") {
			return
		}
		if time.Now().After(end) {
			w.Fatalf("got %q at the end, want that the screen is given back", text[max(0, len(text)-80):])
		}
	}
}

// TestWalk presses most keys.
func TestWalk(t *testing.T) {
	t.Parallel()
	w := startWalk(t)
	first := w.wait("app.main()")
	for _, raw := range []string{"\x1b[2J", "\x1b]0;", "\x07", "\u202e", "\u009b"} {
		if strings.Contains(first, raw) {
			t.Errorf("got %q of a value on the terminal", raw)
		}
	}
	if !strings.Contains(first, `text = "\x1b[2J\x1b]0;title\a\u202e\u009b31m"`) {
		t.Errorf("got %q, want the value as Go writes it", first)
	}
	w.wait("step 0 of 6001")
	w.press("s")
	w.wait("step 1 of 6001 · app.main")
	w.press("ss")
	w.wait("step 3 of 6001 · app.work")
	w.press("c")
	w.wait("step 2 of 6001")
	w.press("o")
	w.wait("step 5 of 6001")
	w.press("O")
	w.wait("step 2 of 6001")
	w.press("/n == 120")
	w.wait("/n == 120")
	w.press("\r")
	w.wait("step 39 of 6001 · app.work")
	w.press("n")
	w.wait("step 362 of 6001 · app.work") // a parameter
	w.press("N")
	w.wait("step 39 of 6001")
	w.press("/4321\r")
	w.wait("step 4321 of 6001")
	w.press("\x1b[D")
	w.wait("▸ main.go:30  app.work(n=1439)")
	w.press("\x1b[C")
	w.wait("▾ main.go:30  app.work(n=1439)")
	w.press("s\t\r")
	w.wait("values of n int in this call")
	w.press("\r")
	w.wait("step 4320 of 6001")
	w.press("G")
	w.wait("← app.main returns")
	w.press("g")
	w.wait("step 0 of 6001")
	w.press("/nothing like it\r")
	w.wait(`no step of this trace is "nothing like it"`)
	w.press("?")
	w.wait("Ctrl-Z")
	w.press("x")
	w.wait("step 0 of 6001")
	w.press("t")
	w.wait("the run's traces")
	w.press("\x1b")
	w.wait("step 0 of 6001")
	w.press("]")
	w.wait("there is no other trace")
	w.press("q")
	w.ended(0)
}

// TestResized draws again in the new size, and nothing is wider.
func TestResized(t *testing.T) {
	t.Parallel()
	w := startWalk(t, "NO_COLOR=1")
	first := w.wait("/ find")
	if strings.Contains(first, "\x1b[7m") || strings.Contains(first, "\x1b[3") {
		t.Errorf("got colours in spite of NO_COLOR: %q", first)
	}
	w.press("j") // from the row that says who has started the goroutine to main
	size := &unix.Winsize{Row: 9, Col: 30}
	if err := unix.IoctlSetWinsize(int(w.control.Fd()), unix.TIOCSWINSZ, size); err != nil {
		t.Fatal(err)
	}
	if err := w.cmd.Process.Signal(syscall.SIGWINCH); err != nil {
		t.Fatal(err)
	}
	small := w.wait("app.main · t…")
	w.press("q")
	w.ended(0)
	if got := strings.Count(small, "\r\n"); got != 8 {
		t.Errorf("got %d lines before the last, want 8: %q", got, small)
	}
}

// TestGivenBack: the terminal is given back at signals, Ctrl-C and a panic.
func TestGivenBack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		end  func(w *walk)
		code int
	}{
		"SIGTERM": {func(w *walk) { _ = w.cmd.Process.Signal(syscall.SIGTERM) }, 128 + 15},
		"SIGHUP":  {func(w *walk) { _ = w.cmd.Process.Signal(syscall.SIGHUP) }, 128 + 1},
		"Ctrl-C":  {func(w *walk) { w.press("\x03") }, 0},
		"panic": {func(w *walk) {
			if err := os.WriteFile(filepath.Join(w.dir, "panic"), nil, 0o666); err != nil {
				w.Fatal(err)
			}
			w.press("s")
		}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := startWalk(t)
			w.wait("app.main()")
			c.end(w)
			w.ended(c.code)
		})
	}
}
