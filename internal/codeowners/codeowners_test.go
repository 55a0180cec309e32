package codeowners_test

import (
	"strings"
	"testing"

	"github.com/goat-trace/goat/internal/codeowners"
)

// TestPatterns has GitHub's rules one by one.
func TestPatterns(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		pattern  string
		yes, not []string
	}{
		{"*", []string{"main.go", "a/b/c.go"}, nil},
		{"/", []string{"main.go", "a/b.go"}, nil},
		{"*.go", []string{"main.go", "a/b/c.go"}, []string{"a.gox", "go"}},
		{"/docs/", []string{"docs/a.md", "docs/b/c.md"}, []string{"docs", "x/docs/a.md"}},
		{"docs/*", []string{"docs/a.md"}, []string{"docs/b/c.md", "x/docs/a.md"}},
		{"apps/", []string{"apps/a", "x/apps/b/c"}, []string{"apps", "myapps/a"}},
		{"apps", []string{"apps", "apps/a", "x/apps/b"}, []string{"myapps/a"}},
		{"/apps/github", []string{"apps/github", "apps/github/x.go"}, []string{"apps/githubs", "x/apps/github"}},
		{"**/logs", []string{"logs/a", "build/logs/a", "a/b/logs"}, []string{"blogs/a"}},
		{"/a/**/z", []string{"a/z", "a/b/z", "a/b/c/z/file"}, []string{"b/a/z"}},
		{"/a/**", []string{"a/b", "a/b/c"}, []string{"a", "b/a/c"}},
		{"a/b.go", []string{"a/b.go"}, []string{"x/a/b.go"}},
		{`with\ blank/a?.go`, []string{"with blank/a1.go"}, []string{"with blank/a.go"}},
		{`/a\*b`, []string{"a*b"}, []string{"axb"}},
		{"a.b+c", []string{"a.b+c"}, []string{"aXb+c", "a.bbc"}},
	} {
		rules, problems := codeowners.Parse(test.pattern + " @me\n")
		if len(problems) > 0 {
			t.Errorf("%s: got %v, want no problems", test.pattern, problems)
		}
		for _, path := range test.yes {
			if got := rules.Owners(path); len(got) != 1 {
				t.Errorf("%s: got no owner of %s, want @me", test.pattern, path)
			}
		}
		for _, path := range test.not {
			if got := rules.Owners(path); len(got) > 0 {
				t.Errorf("%s: got %v as owner of %s, want nobody", test.pattern, got, path)
			}
		}
	}
}

func TestLastMatchWins(t *testing.T) {
	t.Parallel()
	rules, problems := codeowners.Parse(`# all
*       @org/all someone@example.com # and a comment
/pay/   @org/pay
/pay/free.go

!/pay/x @no
/a[bc]  @no
/d      no-owner
`)
	for path, want := range map[string]string{
		"main.go": "@org/all someone@example.com", "pay/card.go": "@org/pay", "pay/free.go": "", "d": "@org/all someone@example.com",
	} {
		if got := strings.Join(rules.Owners(path), " "); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
	var lines []string
	for _, p := range problems {
		lines = append(lines, p.Error())
	}
	for i, want := range []string{"line 6", "line 7", "line 8"} {
		if i >= len(lines) || !strings.HasPrefix(lines[i], want) {
			t.Errorf("got problems %q, want one of %s", lines, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"* @a\n", "/a/**/b/ @a/b c@d\n", "a\\ b\\", "**", "[", "!x", "\\#", "/", "?*\\*", "#", "a @\xff\n\x00 @x"} {
		f.Add(seed, "a/b/c.go")
	}
	f.Fuzz(func(t *testing.T, text, path string) {
		rules, problems := codeowners.Parse(text)
		first := rules.Owners(path)
		if again := rules.Owners(path); len(again) != len(first) {
			t.Errorf("got %v, then %v", first, again)
		}
		if lines := strings.Count(text, "\n") + 1; len(problems) > lines {
			t.Errorf("got %d problems in %d lines", len(problems), lines)
		}
	})
}
