package patch

import (
	"testing"

	"github.com/goat-trace/goat/diffsrc/internal/compare"
)

func FuzzPatch(f *testing.F) {
	f.Add([]byte("--- a/a.go\n+++ b/a.go\n@@ -3,3 +3,4 @@\n func f() {\n a()\n+b()\n c()\n"), "package p\n\nfunc f() {\na()\nb()\nc()\n}\n")
	f.Add([]byte("--- a/a.go\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n\\ No newline at end of file\n"), "")
	f.Add([]byte("diff --git \"a/\\\"\" \"b/\\\"\"\nrename from x\n"), "x")
	f.Fuzz(func(t *testing.T, text []byte, src string) {
		patches, err := Parse(text)
		if err != nil {
			return
		}
		for _, p := range patches {
			old, hunks, err := p.Reverse([]byte(src))
			if err != nil {
				continue
			}
			if !compare.Fit(old, []byte(src), hunks) {
				t.Errorf("got hunks %v between %q and %q", hunks, old, src)
			}
			compare.Compare(old, []byte(src), hunks)
		}
	})
}
