package unified_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/internal/unified"
)

func TestHunks(t *testing.T) {
	tests := []struct{ name, old, new, want string }{
		{"equal", "a\n", "a\n", ""},
		{"ends of lines", "a\r\nb\r\n", "a\nb\n", ""},
		{"changed", "a\nb\nc\n", "a\nx\nc\n", "@@ -2 +2 @@ -b +x"},
		{"two in one context", "a\nb\nc\nd\n", "x\nb\nc\ny\n", "@@ -1 +1 @@ -a +x; @@ -4 +4 @@ -d +y"},
		{"inserted", "a\nb\n", "a\nx\ny\nb\n", "@@ -1,0 +2,2 @@ +x +y"},
		{"inserted first", "a\n", "x\na\n", "@@ -0,0 +1 @@ +x"},
		{"deleted", "a\nb\nc\n", "a\nc\n", "@@ -2 +1,0 @@ -b"},
		{"new", "", "a\n", "@@ -0,0 +1 @@ +a"},
		{"far apart", "a\n1\n2\n3\n4\n5\n6\n7\n8\nb\n", "x\n1\n2\n3\n4\n5\n6\n7\n8\ny\n", "@@ -1 +1 @@ -a +x; @@ -10 +10 @@ -b +y"},
		{"no end of line", "a\nb", "a\nc", "@@ -2 +2 @@ -b +c"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, h := range unified.Hunks([]byte(test.old), []byte(test.new)) {
				got = append(got, h.String()+" "+strings.Join(h.Lines, " "))
			}
			if diff := cmp.Diff(test.want, strings.Join(got, "; ")); diff != "" {
				t.Errorf("hunks (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPatchApplies makes git apply patches of many texts, under names that git
// quotes.
func TestPatchApplies(t *testing.T) {
	dir := t.TempDir()
	names := []string{"a.go", "with blank.go", `quote".go`, "ünï/ß.go", "tab\t.go"}
	r := rand.New(rand.NewPCG(1, 2))
	var patch []byte
	want := make(map[string]string)
	for i, name := range names {
		old, new := text(r), text(r)
		want[name] = new
		if i == len(names)-1 {
			patch = append(patch, unified.Patch(name, nil, []byte(new))...)
			continue
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(old), 0o666); err != nil {
			t.Fatal(err)
		}
		patch = append(patch, unified.Patch(name, []byte(old), []byte(new))...)
	}
	cmd := exec.Command("git", "apply", "-")
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(string(patch))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git apply: %v\n%s\n%s", err, out, patch)
	}
	for name, text := range want {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(text, string(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func text(r *rand.Rand) string {
	var b strings.Builder
	for range 1 + r.IntN(40) {
		fmt.Fprintf(&b, "line %d\r\n"[:8+r.IntN(2)]+"\n", r.IntN(20))
	}
	return strings.TrimSuffix(b.String(), "\n"[:r.IntN(2)])
}
