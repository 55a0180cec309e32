package report_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/internal/report"
)

func read(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile("testdata/diffcover." + name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// What diff_cover says of a tracefile and a diff. The diff that it was given had 41
// added lines of other files.
func TestDiffCover(t *testing.T) {
	t.Parallel()
	measured, err := report.ReadLCOV(bytes.NewReader(read(t, "info")))
	if err != nil {
		t.Fatal(err)
	}
	added, err := report.AddedLines(bytes.NewReader(read(t, "diff")))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 41 {
		added["README.md"] = append(added["README.md"], i+1)
	}
	d := report.NewDiffCover("LCOV", "main...HEAD, staged and unstaged changes", measured, added)
	var got bytes.Buffer
	if err := d.Write(&got, "json"); err != nil {
		t.Fatal(err)
	}
	var gotJSON, wantJSON any
	if err := json.Unmarshal(got.Bytes(), &gotJSON); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(read(t, "json"), &wantJSON); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wantJSON, gotJSON); diff != "" {
		t.Errorf("JSON (-diff_cover +got):\n%s", diff)
	}
	got.Reset()
	if err := d.Write(&got, "markdown"); err != nil {
		t.Fatal(err)
	}
	summary, _, _ := strings.Cut(string(read(t, "md")), "\n\n\n") // the source follows, which goat's own Markdown has not
	if diff := cmp.Diff(summary, strings.ReplaceAll(strings.TrimSpace(got.String()), "main&#46;&#46;&#46;HEAD", "main...HEAD")); diff != "" {
		t.Errorf("Markdown (-diff_cover +got):\n%s", diff)
	}
}

func TestDiffCoverOfNothing(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "x", "SF:a\nDA:x,1\n", "DA:1,1\n", "SF:a\nDA:0,1\n"} {
		if _, err := report.ReadLCOV(strings.NewReader(text)); err == nil {
			t.Errorf("LCOV %q: got no error", text)
		}
	}
	for _, text := range []string{"", "x", "@@ -1 +1 @@\n", "+++ b/a\n@@ x\n", "+++ b/a\n@@ -1,-1 +1 @@\n"} {
		if _, err := report.AddedLines(strings.NewReader(text)); err == nil {
			t.Errorf("diff %q: got no error", text)
		}
	}
	added, err := report.AddedLines(strings.NewReader("--- a/x\n+++ b/x\n@@ -1,3 +1,4 @@\n a\n-b\n+++ c\n+d\n e\n\\ No newline\n"))
	if diff := cmp.Diff(map[string][]int{"x": {2, 3}}, added); diff != "" || err != nil {
		t.Errorf("%v; a line that looks like a heading (-want +got):\n%s", err, diff)
	}
	if d := report.NewDiffCover("", "", nil, added); d.Percent != 100 || d.Lines != 0 || d.Changed != 2 {
		t.Errorf("nothing measured: got %+v", d)
	}
}
