package source_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/hub/report"
	"github.com/goat-trace/goat/hub/report/profile"
)

// runGo runs the go command in a repository.
func (r *repo) runGo(args ...string) string {
	r.t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = r.dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-buildvcs=false")
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("go %q: %v\n%s", args, err, out)
	}
	return string(out)
}

// From commits and coverage to reports, for two modules of one repository.
func TestReports(t *testing.T) {
	r := newRepo(t)
	const shop = "package shop\n\nfunc Pay(n int) int {\n\tif n > 3 {\n\t\treturn n\n\t}\n\treturn -n\n}\n"
	r.write("-- sub/go.mod --\nmodule example.com/shop\n\ngo 1.26\n-- sub/pay/pay.go --\n" + shop +
		"-- sub/pay/pay_test.go --\npackage shop\n\nimport \"testing\"\n\nfunc Test(t *testing.T) { Pay(1) }\n-- go.mod --\nmodule example.com/top\n\ngo 1.26\n-- top.go --\npackage top\n")
	base := r.commit()
	r.file("sub/pay/pay.go", strings.Replace(shop, "return n\n", "return n + 1\n", 1)+"\nfunc Refund(n int) int {\n\tn++\n\treturn n\n}\n\nfunc never() { never() }\n")
	r.file("sub/pay/pay_test.go", "package shop\n\nimport \"testing\"\n\nfunc Test(t *testing.T) { Pay(1); Refund(1) }\n")
	r.file("top.go", "package top\n\nfunc top() { top() }\n")
	head := r.commit()
	out := filepath.Join(t.TempDir(), "cover.out")
	r.runGo("-C", "sub", "test", "-coverprofile="+out, "./...")
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	p, err := profile.Parse(text, profile.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	want := r.runGo("-C", "sub", "tool", "cover", "-func="+out)
	r.file("sub/pay/pay.go", "package other\n") // the mirror's commit counts, not the work tree
	r.commit()

	tree := open(t, newUser(t).mirror(t, r.dir), head)
	funcs, err := report.New(ctx, p, tree)
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	if err := funcs.WriteFuncs(&got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("func report (-go tool cover +got):\n%s", diff)
	}

	changes, err := tree.Changes(ctx, base)
	if err != nil {
		t.Fatal(err)
	}
	inc, err := report.Incremental(ctx, p, changes, tree)
	if err != nil {
		t.Fatal(err)
	}
	got.Reset()
	if err := inc.WriteText(&got); err != nil {
		t.Fatal(err)
	}
	wantText := "sub/pay/pay.go: 50.0% of 4 changed lines; missed 5,15\ntop.go: not measured, 1 changed lines; unmeasured 3\n" +
		"total: 50.0% of 4 changed lines, 1 not measured since " + base + "\n"
	if diff := cmp.Diff(wantText, got.String()); diff != "" {
		t.Errorf("incremental report (-want +got):\n%s", diff)
	}
}

// BenchmarkReportFromMirror reads the source of 100,000 lines from an existing
// mirror, and makes the func report.
func BenchmarkReportFromMirror(b *testing.B) {
	const target = time.Second
	r := newRepo(b)
	r.file("go.mod", "module example.com/large\n\ngo 1.26\n")
	var p strings.Builder
	p.WriteString("mode: count\n")
	for i := range 400 {
		var text strings.Builder
		fmt.Fprintf(&text, "package p%d\n\n", i)
		for f := range 25 {
			fmt.Fprintf(&text, "func (l *Ledger) Step%[1]d(id string, left int) (int, error) {\n\tentry, err := l.Find(id)\n\tif err != nil {\n\t\treturn 0, fmt.Errorf(\"step %[1]d of %%s: %%w\", id, err)\n\t}\n"+
				"\tl.total += left\n\tl.seen[id] = entry\n\treturn left * %[1]d, nil\n}\n\n", f)
			line := 3 + f*10
			fmt.Fprintf(&p, "example.com/large/p%d/p.go:%d.64,%d.16 2 %d\nexample.com/large/p%d/p.go:%d.16,%d.3 1 0\nexample.com/large/p%d/p.go:%d.2,%d.27 3 %d\n",
				i, line, line+2, f%2, i, line+2, line+4, i, line+5, line+7, f%2)
		}
		r.file(fmt.Sprintf("p%d/p.go", i), text.String())
	}
	commit := r.commit()
	m := newUser(b).mirror(b, r.dir)
	do := func() {
		parsed, err := profile.Parse([]byte(p.String()), profile.DefaultLimits)
		if err != nil {
			b.Fatal(err)
		}
		tree, err := m.Open(ctx, commit)
		if err != nil {
			b.Fatal(err)
		}
		defer tree.Close()
		if got, err := report.New(ctx, parsed, tree); err != nil || got.Missing > 0 || len(got.Files[0].Funcs) != 25 {
			b.Fatalf("got %+v, %v", got.Total, err)
		}
	}
	do()
	for b.Loop() {
		do()
	}
	took := b.Elapsed() / time.Duration(b.N)
	b.Logf("func report of 100,000 lines with the source from a mirror: %v, target %v", took.Round(time.Millisecond), target)
	b.ReportMetric(float64(target)/float64(took), "targets/op")
}
