package serve_test

import (
	"os"
	"strings"
	"testing"

	"github.com/goat-trace/goat/rt/internal/rttest"
)

// The page costs an application at most 40 KB. The same program is linked with a
// runtime that never answers with the page, so the linker leaves it out.
func TestPageIsSmall(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("page.go")
	if err != nil {
		t.Fatal(err)
	}
	const decides = "func wantsPage(r *http.Request) bool {\n"
	if strings.Count(string(source), decides) != 1 {
		t.Fatalf("page.go has no %q, by which this test turns the page off", decides)
	}
	size := func(page string) int64 {
		p := appProgram("serve")
		p.Files["runtime/rt/serve/page.go"] = page
		p.Flags = append(p.Flags, "-ldflags=-s -w")
		info, err := os.Stat(rttest.Build(t, p))
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	with := size(string(source))
	without := size(strings.Replace(string(source), decides, "func wantsPage(*http.Request) bool { return false }\n\nfunc neverCalled(r *http.Request) bool {\n", 1))
	grown := with - without
	t.Logf("the page is %.1f KB of a program of %d KB", float64(grown)/1000, with/1000)
	if grown > 40_000 {
		t.Errorf("the page takes %d bytes, want at most 40,000", grown)
	}
	if grown < 10_000 {
		t.Errorf("the page takes %d bytes: the program without it seems to have it, too", grown)
	}
}
