package server

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"
)

// BenchmarkPusher compares a program of 10,000 points with a hub and without one over
// 30 seconds, in which a new point runs each second. Run it with -benchtime 1x.
func BenchmarkPusher(b *testing.B) {
	h := startProcess(b, b.TempDir())
	exe := buildMany(b, 10_000)
	for b.Loop() {
		cost := func(env ...string) time.Duration {
			a := startApplication(b, exe, env...)
			a.do("0") // it has started
			time.Sleep(30 * time.Second)
			a.end()
			usage, _ := a.cmd.ProcessState.SysUsage().(*syscall.Rusage)
			return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
		}
		without, with := cost(), cost("GOAT_HUB="+h.URL())
		b.ReportMetric(without.Seconds()*1000, "ms-without")
		b.ReportMetric(with.Seconds()*1000, "ms-with")
		b.ReportMetric(100*(with-without).Seconds()/30, "%core")
	}
}

// buildMany builds a program with many points, which runs a new one each second.
func buildMany(t testing.TB, points int) string {
	t.Helper()
	var text strings.Builder
	text.WriteString("package main\n\nimport (\n\t\"bufio\"\n\t\"fmt\"\n\t\"os\"\n\t\"time\"\n)\n\nfunc main() {\n\tgo func() {\n\t\tfor i := 1; ; i++ {\n\t\t\ttime.Sleep(time.Second)\n\t\t\tfs[i](1)\n\t\t}\n\t}()\n" +
		"\tfor s := bufio.NewScanner(os.Stdin); s.Scan(); {\n\t\tfmt.Println(s.Text())\n\t}\n}\n\nvar fs = []func(int) int{\n")
	for i := range points / 4 {
		fmt.Fprintf(&text, "\tf%d,\n", i)
	}
	text.WriteString("}\n")
	for i := range points / 4 { // a point for the function, each branch, and what follows
		fmt.Fprintf(&text, "\nfunc f%d(n int) int {\n\tif n > %d {\n\t\treturn n\n\t}\n\treturn n + 1\n}\n", i, i+2)
	}
	exe, err := buildModule(map[string]string{"go.mod": "module example.com/many\n\ngo 1.26\n", "main.go": text.String()}, "")
	if err != nil {
		t.Fatalf("building the program: %v", err)
	}
	return exe
}
