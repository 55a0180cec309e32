package e2e

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"
)

// press sends keys to what has the focus.
func press(t *testing.T, ctx context.Context, keys ...string) {
	t.Helper()
	for _, key := range keys {
		if err := chromedp.Do(ctx, chromedp.KeyEvent(key)); err != nil {
			t.Fatal(err)
		}
	}
}

// focused names what has the focus, and says if nothing shows that it has.
const focused = `(() => {
	const e = document.activeElement;
	if (e === document.body) return "";
	const name = e.getAttribute("aria-label") || e.name || e.id || e.textContent.trim();
	const box = e.getBoundingClientRect();
	const seen = getComputedStyle(e).outlineStyle !== "none" && box.width > 0 && box.left >= 0;
	return e.tagName.toLowerCase() + " " + name + (seen ? "" : ", which does not show it");
})()`

// The page of a binary without a mouse: the Tab key reaches each control in the
// order of the page and shows where it is, filters are chosen and sent, and a
// refresh leaves the focus alone.
func (s *shop) testBinaryKeys(t *testing.T) {
	ctx := browse(t)
	address := s.pages(t)["binary"]
	open(t, ctx, address, 1280, "light")
	var order []string
	for range 20 {
		press(t, ctx, kb.Tab)
		at := evaluate[string](t, ctx, focused)
		if at == "" || slices.Contains(order, at) {
			break
		}
		order = append(order, at)
	}
	want := []string{
		"a Skip to content", "a /track", "a /metrics", "input follow", "div List of components",
		"select covered", "select order", "input package", "input file", "input func", "button Show", "a Reset", "div List of points",
	}
	if diff := cmp.Diff(want, order); diff != "" {
		t.Errorf("the Tab key goes another way (-want +got):\n%s", diff)
	}

	open(t, ctx, address, 1280, "light")
	press(t, ctx, kb.Tab, kb.Enter, kb.Tab)
	if at := evaluate[string](t, ctx, focused); at != "a /track" {
		t.Errorf("behind the link that skips: got %q, want the first link of the content", at)
	}

	press(t, ctx, kb.Tab, kb.Tab, kb.Tab, kb.Tab, "n")
	if chosen := evaluate[string](t, ctx, `document.querySelector("select[name=covered]").selectedOptions[0].textContent`); chosen != "never ran" {
		t.Errorf("n in the list of states: got %q, want never ran", chosen)
	}
	press(t, ctx, kb.Tab, kb.Tab, "*", kb.Enter)
	eventually(t, "Enter in a field has sent the form", func() bool {
		at, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.readyState === "complete" ? location.search : ""`))
		return err == nil && strings.Contains(at, "covered=false") && strings.Contains(at, "package=*")
	})

	evaluate[bool](t, ctx, `(() => { document.querySelector("input[name=func]").focus(); document.querySelector("section[aria-label=Points] tbody").textContent = ""; return true; })()`)
	press(t, ctx, "x")
	eventually(t, "the page has refreshed itself", func() bool {
		rows, err := chromedp.Run(ctx, chromedp.Evaluate[int](`document.querySelectorAll("section[aria-label=Points] tbody tr").length`))
		return err == nil && rows > 0
	})
	if at := evaluate[string](t, ctx, `document.activeElement.name + "=" + document.activeElement.value`); at != "func=x" {
		t.Errorf("after a refresh: got the focus and text %q, want func=x", at)
	}
}

// spoken is a part of the page as a screen reader gets it: its role and its name.
type spoken struct{ role, name string }

// hear returns what the browser tells screen readers of the page, in order.
func hear(t *testing.T, ctx context.Context) []spoken {
	t.Helper()
	tree, err := chromedp.Call(ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	if err != nil {
		t.Fatal(err)
	}
	text := func(v *accessibility.Value) string {
		var s string
		if v != nil {
			_ = json.Unmarshal(v.Value, &s) // what is no text is not spoken
		}
		return s
	}
	byID := map[accessibility.NodeID]*accessibility.Node{}
	for _, n := range tree.Nodes {
		byID[n.NodeID] = n
	}
	var parts []spoken
	var walk func(id accessibility.NodeID)
	walk = func(id accessibility.NodeID) {
		n := byID[id]
		if n == nil {
			return
		}
		if !n.Ignored {
			parts = append(parts, spoken{text(n.Role), text(n.Name)})
		}
		for _, child := range n.ChildIDs {
			walk(child)
		}
	}
	walk(tree.Nodes[0].NodeID)
	return parts
}

// What a screen reader is told of a binary's page: landmarks, headings, controls with
// names, tables with headers, and states as words.
func (s *shop) testBinarySpoken(t *testing.T) {
	ctx := browse(t)
	open(t, ctx, s.pages(t)["binary"], 1280, "light")
	parts := hear(t, ctx)
	of := func(roles ...string) []string {
		var names []string
		for _, p := range parts {
			if slices.Contains(roles, p.role) {
				names = append(names, p.name)
			}
		}
		return names
	}
	for _, want := range []struct{ roles, names []string }{
		{[]string{"main", "search", "region"}, []string{"", "Components", "List of components", "Filters", "Points", "List of points"}},
		{[]string{"heading"}, []string{"shop (devel)", "Components", "Points"}},
		{[]string{"link", "button", "checkbox", "combobox", "textbox"}, []string{
			"Skip to content", "/track", "/metrics", "refresh every 5 s", "State", "Order", "package", "file", "func", "Show", "Reset",
		}},
		{[]string{"columnheader"}, []string{"Component", "Covered", "Never", "Percent", "State", "Count", "Place", "Function", "Kind", "First hit"}},
		{[]string{"status"}, []string{""}},
	} {
		if diff := cmp.Diff(want.names, of(want.roles...)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", strings.Join(want.roles, ", "), diff)
		}
	}
	cells := of("cell", "gridcell")
	if !slices.Contains(cells, "✓ ran") || !slices.Contains(cells, "✗ never") {
		t.Errorf("got the cells %q, want both states as words", cells)
	}
}
