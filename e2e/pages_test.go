package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// browse opens a browser with one tab, which ends with the test.
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

// open shows a page at a width and in a colour scheme.
func open(t *testing.T, ctx context.Context, address string, width int64, scheme string) {
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 900)); err != nil {
		t.Fatal(err)
	}
	_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
	if err == nil {
		err = chromedp.Do(ctx, chromedp.Navigate(address))
	}
	if err != nil {
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

// scripts says whether the pages may run scripts. What a test evaluates runs all the
// same.
func scripts(t *testing.T, ctx context.Context, on bool) {
	t.Helper()
	if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on}); err != nil {
		t.Fatal(err)
	}
}

// pages are the HTML report and the page of a binary.
func (s *shop) pages(t *testing.T) map[string]string {
	t.Helper()
	file := s.report(t, "html")
	named := filepath.Join(filepath.Dir(file), "report.page.html")
	if err := os.Rename(file, named); err != nil {
		t.Fatal(err)
	}
	return map[string]string{"report": (&url.URL{Scheme: "file", Path: named}).String(), "binary": "http://" + s.address + "/"}
}

// At every width, light and dark: axe finds nothing, nothing sticks out of the page,
// and the policy stops nothing that the page has.
func (s *shop) testPages(t *testing.T) {
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("reading axe-core: %v; install.sh installs it", err)
	}
	ctx := browse(t)
	for name, address := range s.pages(t) {
		for _, width := range []int64{320, 1280} {
			for _, scheme := range []string{"light", "dark"} {
				t.Run(fmt.Sprintf("%s-%d-%s", name, width, scheme), func(t *testing.T) {
					open(t, ctx, address, width, scheme)
					screenshot(t, ctx, fmt.Sprintf("%s-%d-%s", name, width, scheme))
					checkWidth(t, ctx)
					checkAxe(t, ctx, string(axe))
					if ran := evaluate[bool](t, ctx, `(() => { const s = document.createElement("script"); s.textContent = "window.ran = true"; document.body.append(s); return window.ran === true; })()`); ran {
						t.Error("a script that is not the page's ran")
					}
				})
			}
		}
	}
}

// The report: the keys go from one line that never ran to the next.
func (s *shop) testReportKeys(t *testing.T) {
	ctx := browse(t)
	open(t, ctx, s.pages(t)["report"], 1280, "light")
	at := func() string {
		return evaluate[string](t, ctx, `document.querySelector(".is-at .ln")?.textContent ?? ""`)
	}
	var seen []string
	for _, key := range []string{"n", "n", "p"} {
		if err := chromedp.Do(ctx, chromedp.KeyEvent(key)); err != nil {
			t.Fatal(err)
		}
		seen = append(seen, at())
	}
	if fmt.Sprint(seen) != "[11 16 11]" {
		t.Errorf("n, n, p: got lines %q, want 11, 16, 11", seen)
	}
	if text := evaluate[string](t, ctx, `document.body.innerText`); !strings.Contains(text, "is excused until 2099-03-01: the sandbox has no large refunds") {
		t.Errorf("the page does not tell of the excuse:\n%s", text)
	}
}

// The page of a binary: filters without scripts, and a refresh without a reload.
func (s *shop) testBinaryPage(t *testing.T) {
	ctx := browse(t)
	address := s.pages(t)["binary"]
	scripts(t, ctx, false)
	open(t, ctx, address+"?covered=false", 1280, "light")
	if rows := evaluate[int](t, ctx, `document.querySelectorAll("section[aria-label=Points] tbody tr").length`); rows == 0 {
		t.Error("without scripts: got no points, want those that never ran")
	}
	if err := chromedp.Do(ctx, chromedp.SetValue(`select[name=covered]`, "true"), chromedp.Click(`form button`)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the form has been sent", func() bool {
		at, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.readyState === "complete" ? location.search : ""`))
		return err == nil && strings.Contains(at, "covered=true")
	})
	if text := evaluate[string](t, ctx, `document.querySelector("section[aria-label=Points]").innerText`); strings.Contains(text, "✗") || !strings.Contains(text, "✓ ran") {
		t.Errorf("covered=true: got\n%s", text)
	}

	scripts(t, ctx, true)
	open(t, ctx, address, 1280, "light")
	evaluate[bool](t, ctx, `(() => { window.stays = true; document.querySelector("section[aria-label=Points] tbody").textContent = ""; return true; })()`)
	eventually(t, "the page has refreshed itself", func() bool {
		rows, err := chromedp.Run(ctx, chromedp.Evaluate[int](`document.querySelectorAll("section[aria-label=Points] tbody tr").length`))
		return err == nil && rows > 0
	})
	if stays := evaluate[bool](t, ctx, `window.stays === true`); !stays {
		t.Error("the page was loaded again, want the state alone to be replaced")
	}
	if said := evaluate[string](t, ctx, `document.getElementById("said").textContent`); !strings.HasPrefix(said, "updated at ") {
		t.Errorf("got the status %q, want when it was updated", said)
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

// checkWidth finds what is wider than the page.
func checkWidth(t *testing.T, ctx context.Context) {
	t.Helper()
	wide := evaluate[[]string](t, ctx, `[...document.querySelectorAll("body *")].filter((e) => {
		const box = e.getBoundingClientRect();
		return box.width > 0 && box.right > innerWidth + 1 && !e.closest(".scroll, .src, .skip");
	}).slice(0, 5).map((e) => e.tagName + "." + e.className).concat(document.documentElement.scrollWidth > innerWidth ? ["the page is " + document.documentElement.scrollWidth + " wide"] : [])`)
	if len(wide) > 0 {
		t.Errorf("sticks out: %s", strings.Join(wide, "; "))
	}
}

// checkAxe runs axe-core in the page.
func checkAxe(t *testing.T, ctx context.Context, axe string) {
	t.Helper()
	evaluate[any](t, ctx, axe+"\n;undefined", chromedp.EvalIgnoreExceptions)
	text := evaluate[string](t, ctx, `axe.run(document, {resultTypes: ["violations"]}).then((r) => JSON.stringify(r.violations.map((v) => v.id + ": " + v.help + "\n\t" + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200)).join("\n\t"))))`, chromedp.EvalAwaitPromise)
	var violations []string
	if err := json.Unmarshal([]byte(text), &violations); err != nil {
		t.Fatal(err)
	}
	for _, v := range violations {
		t.Errorf("axe: %s", v)
	}
}
