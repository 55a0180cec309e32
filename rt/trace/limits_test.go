package trace

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/goat-trace/goat/rt/manifest"
)

func growTo(n int) []atomic.Uint32 { return make([]atomic.Uint32, n) }

// TestSettingsAndVariables: a request has the last word, then the environment, then
// goat.yaml, then the defaults.
func TestSettingsAndVariables(t *testing.T) {
	l := inProduction()
	l.settle(Settings{Steps: 7, Depth: 8, For: time.Minute, Policy: "block", Every: 3})
	o, err := fromEnvironment(func(name string) string {
		return map[string]string{"GOAT_TRACE_STEPS": "0", "GOAT_TRACE_DEPTH": "9", "GOAT_TRACE_RATE": "77", "GOAT_TRACE_VALUES": "1"}[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	o.apply(&l)
	overrides{"depth": "10", "for": "0", "rounds": "5"}.apply(&l)
	want := limits{Options: Options{Values: true, Bytes: 64 << 20, Every: 3, Depth: 10, Rounds: 5, Rate: 77}, Policy: "block"}
	if l.Redact = nil; l.Options.Steps != want.Steps || l.Depth != want.Depth || l.For != 0 || l.Rate != want.Rate || l.Rounds != want.Rounds || l.Every != 3 || !l.Values || l.Policy != "block" || l.Bytes != want.Bytes {
		t.Errorf("got %+v, want %+v", l, want)
	}
	for name, text := range map[string]string{
		"steps": "many", "bytes": "-1", "for": "10", "every": "1.5", "rounds": "", "depth": "x", "rate": "1e9", "values": "perhaps", "policy": "wait", "other": "1",
	} {
		if next := new(limits).set(name, text); next == "" {
			t.Errorf("%s=%s: got it taken, want what to write", name, text)
		}
	}
	if _, err := fromEnvironment(func(name string) string {
		if name == "GOAT_TRACE_FOR" {
			return "soon"
		}
		return ""
	}); err == nil {
		t.Error("GOAT_TRACE_FOR=soon: got no error")
	}
}

// TestLaunch: a run of tests is a run of the test function that the command line names
// by its whole name.
func TestLaunch(t *testing.T) {
	main := manifest.Main{Package: "example.com/app/pay.test"}
	for _, c := range []struct {
		args []string
		want launch
	}{
		{[]string{"pay.test"}, launch{"test", "example.com/app/pay"}},
		{[]string{"pay.test", "-test.run=^TestRefund$", "-test.v"}, launch{"test", "example.com/app/pay.TestRefund"}},
		{[]string{"pay.test", "-test.run", "^(TestRefund)$"}, launch{"test", "example.com/app/pay.TestRefund"}},
		{[]string{"pay.test", "-test.run=Refund"}, launch{"test", "example.com/app/pay"}},
		{[]string{"pay.test", "-test.run=^TestA|TestB$"}, launch{"test", "example.com/app/pay"}},
		{[]string{"pay.test", "-test.run=^$", "-test.bench=^BenchmarkRefund$"}, launch{"benchmark", "example.com/app/pay.BenchmarkRefund"}},
		{[]string{"pay.test", "-test.bench=."}, launch{"benchmark", "example.com/app/pay"}},
		{nil, launch{"test", "example.com/app/pay"}},
	} {
		if got := launchOf(Settings{Launch: "test"}, main, c.args); got != c.want {
			t.Errorf("%q: got %+v, want %+v", c.args, got, c.want)
		}
	}
	if got := launchOf(Settings{Launch: "main"}, manifest.Main{Package: "example.com/app"}, []string{"app", "-test.run=^X$"}); got != (launch{"main", "example.com/app"}) {
		t.Errorf("got %+v, want the main package's launch", got)
	}
}
