package page_test

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/hub/report"
	"github.com/goat-trace/goat/hub/report/internal/covered"
	"github.com/goat-trace/goat/hub/report/page"
	"github.com/goat-trace/goat/hub/report/profile"
)

func parse(t testing.TB, text []byte) *profile.Profile {
	t.Helper()
	p, err := profile.Parse(text, profile.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var tag = regexp.MustCompile(`<[^>]*>`)

// plain takes tags and escapes away.
func plain(s string) string { return html.UnescapeString(tag.ReplaceAllString(s, "")) }

// Nothing of the source is lost, and nothing is added.
func TestEveryLine(t *testing.T) {
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, pattern := range []string{"go/scanner/*.go", "net/http/*.go", "html/template/*.go", "unicode/utf8/*.go", "go/printer/testdata/*.input"} {
		names, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(goroot)), "src", filepath.FromSlash(pattern)))
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: got %d files, %v", pattern, len(names), err)
		}
		files = append(files, names...)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		want := strings.Split(strings.TrimRight(visible(string(text)), "\n"), "\n")
		var got []string
		for i, l := range page.Lines(text, nil) {
			if l.Number != i+1 || l.State != "" {
				t.Fatalf("%s: got line %d in state %q, want %d in none", name, l.Number, l.State, i+1)
			}
			got = append(got, plain(string(l.Code)))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// visible writes out what pages do.
func visible(s string) string {
	var b strings.Builder
	for _, r := range strings.ReplaceAll(s, "\r\n", "\n") {
		switch {
		case r == '\n' || r == '\t' || r >= ' ' && r < 0x7f || r >= 0xa1 && !strings.ContainsRune("\u00ad\u0600\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff", r):
			b.WriteRune(r)
		case r < 0x80:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r == 0xa0:
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

func TestColours(t *testing.T) {
	lines := page.Lines([]byte("package p\n\n// A <b>.\nfunc (t *T[K]) Name(x int) (y T) {\n\ts := `a\n&` + \"<\" + 'c' /* x\ny */\n\treturn func() T { return 1 }\n}\n\nvar f = func() T {}\n\ntype F func(int) T\n\r\nfunc\tg() {"), nil)
	var got []string
	for _, l := range lines {
		got = append(got, string(l.Code))
	}
	kw, nm, st, cm := `<span class="kw">`, `<span class="nm">`, `<span class="st">`, `<span class="cm">`
	want := []string{
		kw + "package</span> p", "", cm + "// A &lt;b&gt;.</span>",
		kw + "func</span> (t *T[K]) " + nm + "Name</span>(x int) (y T) {",
		"\ts := " + st + "`a</span>",
		st + "&amp;`</span> + " + st + "&#34;&lt;&#34;</span> + " + st + "&#39;c&#39;</span> " + cm + "/* x</span>",
		cm + "y */</span>", "\t" + kw + "return</span> " + kw + "func</span>() T { " + kw + "return</span> 1 }", "}", "",
		kw + "var</span> f = " + kw + "func</span>() T {}", "", kw + "type</span> F " + kw + "func</span>(int) T", "",
		kw + "func</span>\t" + nm + "g</span>() {",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

const source = `package shop

func Add(list []int, n int) []int {
	if n < 0 { return list }
	if n == 0 {
		panic(
			"nothing",
		)
	} else if n > 5 {
		n++
	}

	// A comment.
	return append(list, n)
}
`

func TestStates(t *testing.T) {
	dir := covered.Module(t, "-- go.mod --\nmodule example.com/shop\n\ngo 1.26\n-- cart.go --\n"+source+
		"-- cart_test.go --\npackage shop\n\nimport \"testing\"\n\nfunc Test(t *testing.T) { Add(nil, 1); Add(nil, 7) }\n")
	p := parse(t, covered.TestProfile(t, dir, "-covermode=count", "."))
	got := make(map[int]string)
	for _, l := range page.Lines([]byte(source), p.File("example.com/shop/cart.go")) {
		if l.State != "" {
			got[l.Number] = fmt.Sprintf("%s %d", l.State, l.Count)
		}
	}
	want := map[int]string{3: "covered 2", 4: "partial 2", 5: "covered 2", 6: "missed 0", 7: "missed 0", 9: "covered 2", 10: "covered 1", 14: "covered 2"}
	delete(got, 3) // the signature: its brace alone is in the block
	delete(want, 3)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
}

const hostile = "package p\n\n// </script><script>alert(1)</script> \u202e evil \u2066 \x01 \x1b[2J\nvar s = \"<img src=x onerror=alert(1)>\" + `'\"&amp;`\n\nfunc f() {\n\tf()\n}\n"

type sources map[string]string

func (s sources) Source(_ context.Context, name string) ([]byte, error) {
	text, ok := s[name]
	if !ok {
		return nil, fmt.Errorf("no <b>file</b> %s", name)
	}
	return []byte(text), nil
}

const evilName = `m/<script>alert("1")</script>'.go`

func TestNothingOfTheSourceIsATag(t *testing.T) {
	p := parse(t, []byte("mode: count\n"+evilName+":6.10,8.2 1 12345\nm/gone.go:1.1,2.2 1 0\n"))
	src := sources{evilName: hostile}
	ctx := context.Background()
	r, err := report.New(ctx, p, src)
	if err != nil {
		t.Fatal(err)
	}
	changes := &report.Changes{Base: "<u>base", Files: []report.ChangedFile{
		{Name: evilName, Path: evilName, Lines: [][2]int{{1, 8}}}, {Name: "m/gone.go", Path: "m/gone.go", Lines: [][2]int{{1, 8}}}}}
	inc, err := report.Incremental(ctx, p, changes, src)
	if err != nil {
		t.Fatal(err)
	}
	heading := page.Heading{Title: "</title><script>x", Notes: []string{"<i>note\u202e"}}
	var whole, changed bytes.Buffer
	if err := page.WriteReport(ctx, &whole, r, heading); err != nil {
		t.Fatal(err)
	}
	if err := page.WriteIncremental(ctx, &changed, inc, heading); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"report": whole.String(), "incremental report": changed.String()} {
		for _, bad := range []string{"<script", "<img", "<b>file", "<u>base", "<i>note", "\u202e", "\u2066", "\x01", "\x1b", "onerror=alert(1)>\""} {
			if strings.Contains(text, bad) {
				t.Errorf("%s: it holds %q", name, bad)
			}
		}
		for _, good := range []string{"&lt;script&gt;alert(", `\u202e`, `\x01`, "12k×", "no &lt;b&gt;file", "default-src &#39;none&#39;", "--ran:"} {
			if !strings.Contains(text, good) && !strings.Contains(text, strings.ReplaceAll(good, "&#39;", "'")) {
				t.Errorf("%s: it does not hold %q", name, good)
			}
		}
		checkTags(t, name, text)
	}
}

// checkTags says that every tag that is opened is closed in its order.
func checkTags(t *testing.T, name, text string) {
	t.Helper()
	text = text[strings.Index(text, "</style>"):]
	var open []string
	for _, m := range regexp.MustCompile(`<(/?)(div|span|details|summary|section|main|table|p|b|small|header|h1|code|progress)\b`).FindAllStringSubmatch(text, -1) {
		switch {
		case m[1] == "":
			open = append(open, m[2])
		case len(open) == 0 || open[len(open)-1] != m[2]:
			t.Errorf("%s: </%s> closes %q", name, m[2], open)
			return
		default:
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		t.Errorf("%s: %q are never closed", name, open)
	}
}

func TestIncrementalPage(t *testing.T) {
	var text strings.Builder
	text.WriteString("package p\n\nfunc f() {\n")
	for i := range 40 {
		fmt.Fprintf(&text, "\tf() // %d\n", i)
	}
	text.WriteString("}\n")
	src := sources{"m/a.go": text.String()}
	p := parse(t, []byte("mode: set\nm/a.go:3.10,44.2 40 1\n"))
	ctx := context.Background()
	r, err := report.Incremental(ctx, p, &report.Changes{Base: "b", Files: []report.ChangedFile{{Name: "m/a.go", Path: "a.go", Lines: [][2]int{{10, 11}, {16, 16}, {18, 18}, {30, 30}}}}}, src)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := page.WriteIncremental(ctx, &out, r, page.Heading{Title: "x"}); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range regexp.MustCompile(`<div( class="is-ran")?><span class="ln">(\d+)</span>|<span class="fold">⋯ (\d+) lines`).FindAllStringSubmatch(out.String(), -1) {
		switch {
		case m[3] != "":
			got = append(got, "("+m[3]+")")
		case m[1] != "":
			got = append(got, m[2]+"!")
		default:
			got = append(got, m[2])
		}
	}
	want := "(6) 7 8 9 10! 11! 12 13 14 15 16! 17 18! 19 20 21 (5) 27 28 29 30! 31 32 33 (11)"
	if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

// FuzzLines: any text gives its lines, and no tags but the sheet's.
func FuzzLines(f *testing.F) {
	f.Add([]byte(source))
	f.Add([]byte(hostile))
	f.Add([]byte("\xff\xfe`\r\n//line x:1\n/*"))
	spans := regexp.MustCompile(`<span class="(kw|st|nm|cm)">|</span>`)
	f.Fuzz(func(t *testing.T, text []byte) {
		blocks := &profile.File{Blocks: []profile.Block{{StartLine: 1, StartCol: 1, EndLine: 3, EndCol: 4, Count: 1}}}
		for _, l := range page.Lines(text, blocks) {
			if rest := spans.ReplaceAllString(string(l.Code), ""); strings.ContainsAny(rest, "<>\"'\n\x00\x1b") {
				t.Errorf("line %d of %q: %s", l.Number, text, l.Code)
			}
			if strings.Count(string(l.Code), "<span") != strings.Count(string(l.Code), "</span>") {
				t.Errorf("line %d of %q: spans are open: %s", l.Number, text, l.Code)
			}
		}
	})
}
