package browser

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// recorded is a program whose steps were recorded, and a goat-hub that shows them.
// It is made once; TestMain ends it.
var recorded = sync.OnceValues(func() (address string, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%v", v)
		}
	}()
	b := &builder{dir: must(os.MkdirTemp("", "goat-browser-trace"))}
	traceDir = b.dir
	b.build()
	b.run(nil, "../..", "go", "build", "-o", filepath.Join(b.dir, "goat-exec"), "./cmd/goat-exec")
	app := filepath.Join(b.dir, "app")
	must(0, os.CopyFS(app, os.DirFS(filepath.Join("testdata", "recorded"))))
	must(0, os.Rename(filepath.Join(app, "go.mod.txt"), filepath.Join(app, "go.mod")))
	cache := "GOAT_CACHE=" + filepath.Join(b.dir, "cache")
	b.run([]string{cache}, app, "go", "build", "-toolexec="+filepath.Join(b.dir, "goat-exec")+" -trace-scope=./...", "-o", "shop", ".")
	steps := filepath.Join(b.dir, "steps")
	b.run([]string{"GOAT_PORT=0", "GOAT_TRACE=start", "GOAT_TRACE_VALUES=1", "GOAT_TRACE_DIR=" + steps}, app, filepath.Join(app, "shop"), hostile)
	looker = exec.Command(filepath.Join(b.dir, "goat-hub"), "trace", "look", steps, "--src", app)
	out := must(looker.StdoutPipe())
	must(0, looker.Start())
	line := must(bufio.NewReader(out).ReadString('\n'))
	return strings.TrimSuffix(strings.TrimSpace(line), "/traces"), nil
})

var (
	traceDir string
	looker   *exec.Cmd
)

// endRecorded ends what recorded has started.
func endRecorded() {
	if looker != nil {
		looker.Process.Kill()
		looker.Wait()
	}
	if traceDir != "" {
		os.RemoveAll(traceDir)
	}
}

// stepOf returns the number of the first step of a line of the program.
func stepOf(t *testing.T, ctx context.Context, url, search string) string {
	t.Helper()
	open(t, ctx, url+"/traces/1/1?q="+search)
	step := evaluate[string](t, ctx, `document.querySelector(".steps .at .no").textContent`)
	if step == "" {
		t.Fatalf("no step is like %s", search)
	}
	return step
}

// The pages of recorded steps, at every width, light and dark.
func TestTracePages(t *testing.T) {
	url, err := recorded()
	if err != nil {
		t.Fatal(err)
	}
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("reading axe-core: %v; install.sh installs it", err)
	}
	ctx := browse(t)
	look{1280, "light"}.set(t, ctx)
	step := stepOf(t, ctx, url, "main.go:43")
	pages := map[string]string{
		"runs": "/traces", "run": "/traces/1", "not": "/traces/1?not=main.go:70", "step": "/traces/1/1?step=" + step, "first": "/traces/1/1",
		"said": "/traces/1/1?step=" + step + "&said=" + step + ":wrong-value:cut", "search": "/traces/1/1?q=pay", "missing": "/traces/7",
	}
	for _, l := range []look{{320, "light"}, {1280, "light"}, {2560, "light"}, {320, "dark"}, {1280, "dark"}} {
		l.set(t, ctx)
		for name, path := range pages {
			t.Run(fmt.Sprint(name, "-", l.width, "-", l.scheme), func(t *testing.T) {
				open(t, ctx, url+path)
				screenshot(t, ctx, fmt.Sprintf("trace-%s-%d-%s", name, l.width, l.scheme))
				checkLayout(t, ctx)
				checkAxe(t, ctx, string(axe))
			})
		}
	}
}

// By keyboard: from the runs to a step, forwards and back, over calls and out, to
// the cause of a wrong value by what is said of steps.
func TestTraceKeyboard(t *testing.T) {
	url, err := recorded()
	if err != nil {
		t.Fatal(err)
	}
	ctx := browse(t)
	look{1280, "light"}.set(t, ctx)
	open(t, ctx, url+"/traces")
	tabTo(t, ctx, "Run 1")
	press(t, ctx, "\r")
	arrive(t, ctx, "/traces/1")
	tabTo(t, ctx, "Trace 1")
	press(t, ctx, "\r")
	arrive(t, ctx, "/traces/1/1")
	at := func() string { return evaluate[string](t, ctx, `document.querySelector(".steps .at .no").textContent`) }
	key := func(name, want string, shift bool) {
		t.Helper()
		var options []chromedp.KeyOption
		if shift {
			options = append(options, chromedp.KeyModifiers(chromedp.ModifierShift))
		}
		if err := chromedp.Do(ctx, chromedp.KeyEvent(name, options...)); err != nil {
			t.Fatal(err)
		}
		arrive(t, ctx, "step="+want)
		if got := at(); got != want {
			t.Errorf("%q leads to step %s, want %s", name, got, want)
		}
	}
	const left, right, home = kb.ArrowLeft, kb.ArrowRight, kb.Home
	for _, step := range []string{"2", "3", "4", "5", "6", "7"} {
		key(right, step, false)
	}
	key("u", "6", false) // the step that made the call
	key(left, "5", false)
	key(home, "1", false)
	key(right, "2", false)
	key(right, "3", true)
	// The amount is wrong: the hunt ends at the line with the mistake.
	open(t, ctx, url+"/traces/1/1?q=main.go:79")
	for range 15 {
		if strings.Contains(evaluate[string](t, ctx, `document.body.innerText`), "This is where it goes wrong") {
			break
		}
		say := "Wrong value: cents"
		switch at := evaluate[string](t, ctx, `document.querySelector(".src .is-at")?.innerText ?? ""`); {
		case strings.Contains(at, "cut :="):
			say = "Wrong value: cut"
		case strings.Contains(at, "l.total(o)"), strings.Contains(at, "if o.Discount"):
			say = "Right"
		}
		before := evaluate[string](t, ctx, "location.href")
		tabTo(t, ctx, say)
		press(t, ctx, "\r")
		leave(t, ctx, before)
	}
	text := evaluate[string](t, ctx, `document.body.innerText`)
	if !strings.Contains(text, "main.go:43") {
		t.Errorf("the hunt does not come to line 43, where the mistake is:\n%s", text)
	}
}

// leave waits until the page is another one.
func leave(t *testing.T, ctx context.Context, address string) {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if at, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.readyState === "complete" ? location.href : ""`)); err == nil && at != "" && at != address {
			return
		}
	}
	t.Fatalf("the page stays %s", address)
}

// Without scripts the pages have all that they have with them, and what a program
// has recorded cannot run in them.
func TestTraceWithoutScripts(t *testing.T) {
	url, err := recorded()
	if err != nil {
		t.Fatal(err)
	}
	texts := make(map[bool]string)
	for _, scripts := range []bool{true, false} {
		ctx := browse(t)
		look{1280, "light"}.set(t, ctx)
		if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !scripts}); err != nil {
			t.Fatal(err)
		}
		open(t, ctx, url+"/traces/1/1?q=main.go:74")
		text, err := chromedp.Run(ctx, chromedp.Text("main"))
		if err != nil {
			t.Fatal(err)
		}
		texts[scripts] = text
		if scripts && !strings.Contains(text, hostile[:20]) {
			t.Errorf("the page does not show what was recorded as it is:\n%s", text)
		}
		if title, err := chromedp.Run(ctx, chromedp.Title()); err != nil || strings.HasPrefix(title, "HACKED") {
			t.Errorf("title %q: %v", title, err)
		}
	}
	if texts[true] != texts[false] {
		t.Errorf("with scripts the page says\n%s\nwithout\n%s", texts[true], texts[false])
	}
}
