package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// theSite is the hub that all tests look at.
func theSite(t *testing.T) *world {
	t.Helper()
	w, err := site()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// browse opens a browser with one tab, which ends with the test. The first call
// starts it and has no time limit of its own: on a busy machine that takes long.
func browse(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath("chromium"), chromedp.Flag("force-color-profile", "srgb"))
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("starting chromium: %v; install.sh installs it", err)
	}
	return ctx
}

// look is how a page is looked at.
type look struct {
	width  int64
	scheme string // light, dark
}

// set has the tab be so wide and so coloured.
func (l look) set(t *testing.T, ctx context.Context) {
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(l.width, 900)); err != nil {
		t.Fatal(err)
	}
	_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: l.scheme}}})
	if err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, ctx context.Context, address string) {
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.Navigate(address)); err != nil {
		t.Fatalf("%s: %v", address, err)
	}
}

// evaluate runs a script in the page.
func evaluate[T any](t *testing.T, ctx context.Context, script string, options ...chromedp.EvaluateOption) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, options...))
	if err != nil {
		t.Fatalf("%.80s: %v", script, err)
	}
	return v
}

// names of the pages, in order.
func (w *world) names() []string {
	var names []string
	for name := range w.pages {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Every page at every width, light and dark: axe finds nothing, nothing sticks
// out of the page, and no text is cut off.
func TestPages(t *testing.T) {
	w := theSite(t)
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("reading axe-core: %v; install.sh installs it", err)
	}
	ctx := browse(t)
	for _, l := range []look{{320, "light"}, {1280, "light"}, {2560, "light"}, {320, "dark"}, {1280, "dark"}, {2560, "dark"}} {
		l.set(t, ctx)
		for _, name := range w.names() {
			t.Run(fmt.Sprint(name, "-", l.width, "-", l.scheme), func(t *testing.T) {
				open(t, ctx, w.address(name))
				screenshot(t, ctx, fmt.Sprintf("%s-%d-%s", name, l.width, l.scheme))
				if title := evaluate[string](t, ctx, "document.title"); strings.HasPrefix(title, "Internal error") {
					t.Error("the page failed")
				}
				checkLayout(t, ctx)
				checkAxe(t, ctx, string(axe))
			})
		}
	}
}

// screenshot leaves a picture where somebody wants to look at it.
func screenshot(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	dir := os.Getenv("GOAT_SCREENSHOTS")
	if dir == "" {
		return
	}
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o666)
	}
	if err != nil {
		t.Error(err)
	}
}

// checkLayout finds what is wider than the page.
func checkLayout(t *testing.T, ctx context.Context) {
	t.Helper()
	wide := evaluate[[]string](t, ctx, `(() => {
		const out = [];
		if (document.documentElement.scrollWidth > innerWidth) out.push("the page is " + document.documentElement.scrollWidth + " wide");
		for (const e of document.querySelectorAll("body *")) {
			const box = e.getBoundingClientRect();
			if (box.width > 0 && box.right > innerWidth + 1 && !e.closest(".scroll, .src, svg, .skip")) out.push(e.tagName + "." + e.className + " ends at " + box.right);
		}
		return out.slice(0, 5);
	})()`)
	if len(wide) > 0 {
		t.Errorf("sticks out: %s", strings.Join(wide, "; "))
	}
}

// checkAxe runs axe-core in the page.
func checkAxe(t *testing.T, ctx context.Context, axe string) {
	t.Helper()
	evaluate[any](t, ctx, axe+"\n;undefined", chromedp.EvalIgnoreExceptions)
	text := evaluate[string](t, ctx, `axe.run(document, {resultTypes: ["violations"]}).then((r) => JSON.stringify(r.violations.map((v) => ({id: v.id, help: v.help, at: v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200) + " " + n.any.concat(n.all, n.none).map((c) => c.message).join("; "))}))))`,
		chromedp.EvalAwaitPromise)
	var violations []struct {
		ID, Help string
		At       []string
	}
	if err := json.Unmarshal([]byte(text), &violations); err != nil {
		t.Fatal(err)
	}
	for _, v := range violations {
		t.Errorf("axe: %s: %s\n\t%s", v.ID, v.Help, strings.Join(v.At, "\n\t"))
	}
}

// What agents and repositories name cannot run in a page, nor change what it is.
func TestHostileNames(t *testing.T) {
	w := theSite(t)
	ctx := browse(t)
	for _, name := range append(w.names(), "hostile-search") {
		if name == "hostile-search" {
			open(t, ctx, w.url+"/search?q=%22%3E%3Cscript%3Edocument.title%3D%22HACKED%22%3C%2Fscript%3E")
		} else {
			open(t, ctx, w.address(name))
		}
		if title := evaluate[string](t, ctx, "document.title"); strings.HasPrefix(title, "HACKED") {
			t.Errorf("%s: a script ran", name)
		}
		want := "1 true"
		if strings.HasSuffix(name, "-file") {
			want = "0 true" // they stand alone
		}
		if got := evaluate[string](t, ctx, `document.querySelectorAll("script").length + " " + [...document.querySelectorAll("script")].every((s) => s.src === location.origin + "/goat.js")`); got != want {
			t.Errorf("%s: got scripts %s, want the hub's own", name, got)
		}
		if n := evaluate[int](t, ctx, `document.querySelectorAll("img:not([src^='/api/v1/services/']), iframe, object, [onerror], [onclick], [onload], a[href^='javascript:']").length`); n != 0 {
			t.Errorf("%s: got %d elements that somebody else made", name, n)
		}
	}
	open(t, ctx, w.url+w.pages["hostile"])
	if text := evaluate[string](t, ctx, "document.body.innerText"); !strings.Contains(text, hostile) {
		t.Errorf("the page does not show the name as it is:\n%s", text)
	}
	// The policy keeps from running what a page would have in it by mistake.
	if ran := evaluate[bool](t, ctx, `(() => { const s = document.createElement("script"); s.textContent = "window.ran = true"; document.body.append(s); return window.ran === true; })()`); ran {
		t.Error("a script in the page ran; want the policy to keep it from that")
	}
}

// press types keys, as a person without a mouse does.
func press(t *testing.T, ctx context.Context, keys string) {
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.KeyEvent(keys)); err != nil {
		t.Fatal(err)
	}
}

// tabTo presses Tab until what has the focus is as wanted.
func tabTo(t *testing.T, ctx context.Context, what string) {
	t.Helper()
	for range 80 {
		press(t, ctx, "\t")
		at := evaluate[string](t, ctx, `(() => { const e = document.activeElement; return e ? (e.getAttribute("aria-label") || e.textContent || e.value || "").trim() : ""; })()`)
		if at == what {
			if style := evaluate[string](t, ctx, `getComputedStyle(document.activeElement).outlineStyle`); style == "none" {
				t.Errorf("%s has the focus, and nothing shows it", what)
			}
			return
		}
	}
	t.Fatalf("%s is not to be had by Tab", what)
}

// arrive waits for a page.
func arrive(t *testing.T, ctx context.Context, part string) {
	t.Helper()
	var at string
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		var err error
		if at, err = chromedp.Run(ctx, chromedp.Evaluate[string](`document.readyState === "complete" ? location.pathname + location.search : ""`)); err == nil && strings.Contains(at, part) {
			return
		}
	}
	t.Fatalf("got to %s, want %s", at, part)
}

// From the first page to the source of a line that never ran, and to a search, by
// keyboard alone.
func TestKeyboard(t *testing.T) {
	w := theSite(t)
	ctx := browse(t)
	look{1280, "light"}.set(t, ctx)
	open(t, ctx, w.url+"/?env=staging")
	tabTo(t, ctx, "Skip to content")
	tabTo(t, ctx, "shop")
	press(t, ctx, "\r")
	arrive(t, ctx, "/services/")
	release := strings.TrimPrefix(w.pages["release"], "/releases/")
	tabTo(t, ctx, evaluate[string](t, ctx, `document.querySelector("tbody a[href$='`+release+`']").textContent`))
	press(t, ctx, "\r")
	arrive(t, ctx, w.pages["release"])
	tabTo(t, ctx, "Functions")
	press(t, ctx, "\r")
	arrive(t, ctx, "/functions")
	tabTo(t, ctx, "(*Ledger).Refund")
	press(t, ctx, "\r")
	arrive(t, ctx, "/source")
	press(t, ctx, "n")
	if class := evaluate[string](t, ctx, `document.querySelector(".is-at")?.className ?? ""`); !strings.Contains(class, "is-never") && !strings.Contains(class, "is-part") {
		t.Errorf("n goes to %q, want a line that never ran", class)
	}
	// As a keyboard does it: what a page refuses types nothing.
	if _, err := chromedp.Call(ctx, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Text: "/", Key: "/", Code: "Slash"}); err != nil {
		t.Fatal(err)
	}
	if at := evaluate[string](t, ctx, `document.activeElement.name`); at != "q" {
		t.Errorf("/ goes to %q, want the search field", at)
	}
	press(t, ctx, "Refund\r")
	arrive(t, ctx, "/search?q=Refund")
}

// Refresh, clear and undo are forms: with scripts and without.
func TestForms(t *testing.T) {
	w := theSite(t)
	for _, scripts := range []bool{true, false} {
		ctx := browse(t)
		look{1280, "light"}.set(t, ctx)
		if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !scripts}); err != nil {
			t.Fatal(err)
		}
		// page returns the page's text once it has a word. The page may still be going away
		// when it is asked.
		page := func(word string) (text string) {
			t.Helper()
			var err error
			for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
				if text, err = chromedp.Run(ctx, chromedp.Text("body")); err == nil && strings.Contains(text, word) {
					return text
				}
			}
			t.Fatalf("scripts %v: got %v and the page\n%s\nwant %q in it", scripts, err, text, word)
			return ""
		}
		click := func(selector, wait string) {
			t.Helper()
			if err := chromedp.Do(ctx, chromedp.Click(selector), chromedp.WaitVisible(wait)); err != nil {
				t.Fatal(err)
			}
		}
		open(t, ctx, w.url+w.pages["release"])
		click(`form[action$="/clear"] button`, `form[action$="/undo"]`)
		if text := page("Nothing was erased"); strings.Contains(text, " 0.0 %\nmeasured") {
			t.Errorf("scripts %v: cleared: got\n%s", scripts, text)
		}
		screenshot(t, ctx, "cleared")
		click(`form[action$="/undo"] button`, `form[action$="/clear"]`)
		page("back")
		click(`form[action$="/refresh"] button:not([name])`, `[role=status]`)
		page("Force refresh")
	}
}

// ages go on while the tests look.
var ages = regexp.MustCompile(`(a moment|\d+ min|\d+ h|\d+ days) ago|\b\d+ (s|min|h|d)\b|\+\d+ in the last`)

// Without scripts pages have all that they have with them.
func TestWithoutScripts(t *testing.T) {
	w := theSite(t)
	texts := map[bool]map[string]string{}
	for _, scripts := range []bool{true, false} {
		ctx := browse(t)
		look{1280, "light"}.set(t, ctx)
		if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !scripts}); err != nil {
			t.Fatal(err)
		}
		texts[scripts] = map[string]string{}
		for _, name := range w.names() {
			open(t, ctx, w.address(name))
			text, err := chromedp.Run(ctx, chromedp.Text("main"))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			texts[scripts][name] = ages.ReplaceAllString(strings.Join(strings.Fields(text), " "), "some time ago")
		}
	}
	for name, with := range texts[true] {
		without := texts[false][name]
		if with != without {
			t.Errorf("%s: got without scripts\n%s\nwant\n%s", name, without, with)
		}
	}
}

// On the page of a file's changed lines n and p go to the next and the previous line
// that did not run, c shows all lines, and what is chosen stands in the address.
func TestCodeKeyboard(t *testing.T) {
	w := theSite(t)
	ctx := browse(t)
	look{1280, "light"}.set(t, ctx)
	open(t, ctx, w.address("code"))
	at := func() string {
		return evaluate[string](t, ctx, `new URLSearchParams(location.search).get("line") + " " + (document.querySelector(".src .is-at")?.className ?? "nowhere")`)
	}
	var lines []string
	for _, key := range []string{"n", "n", "p"} {
		before := evaluate[string](t, ctx, `location.href`)
		press(t, ctx, key)
		leave(t, ctx, before)
		line, class, _ := strings.Cut(at(), " ")
		if !strings.Contains(class, "is-never") && !strings.Contains(class, "is-part") {
			t.Errorf("%s goes to line %s, %q, want one that never ran, or in part", key, line, class)
		}
		if title := evaluate[string](t, ctx, `document.querySelector("#panel h2")?.textContent ?? ""`); !strings.HasPrefix(title, "Line "+line+" ") {
			t.Errorf("%s: got the panel %q, want that of line %s", key, title, line)
		}
		lines = append(lines, line)
	}
	if lines[0] == lines[1] || lines[2] != lines[0] {
		t.Errorf("n, n, p go to lines %q, want two, and the first again", lines)
	}
	folded := evaluate[int](t, ctx, `document.querySelectorAll(".src .fold").length`)
	before := evaluate[string](t, ctx, `location.href`)
	press(t, ctx, "c")
	leave(t, ctx, before)
	if now := evaluate[int](t, ctx, `document.querySelectorAll(".src .fold").length`); folded == 0 || now != 0 {
		t.Errorf("c: got %d folds in place of %d, want none in place of some", now, folded)
	}
}
