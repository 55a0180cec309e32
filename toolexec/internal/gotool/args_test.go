package gotool

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestArgs(t *testing.T) {
	a := ParseArgs(strings.Fields("-o x.a -p=main -race -asan=false -p other -importcfg cfg -buildid id a.go b.go"))
	if diff := cmp.Diff([]string{"a.go", "b.go"}, a.Files()); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	for flag, want := range map[string]string{"-o": "x.a", "-p": "other", "-importcfg": "cfg", "-lang": ""} {
		if got := a.Value(flag); got != want {
			t.Errorf("%s: got %q, want %q", flag, got, want)
		}
	}
	for flag, want := range map[string]bool{"-race": true, "-asan": false, "-msan": false} {
		if got := a.On(flag); got != want {
			t.Errorf("%s: got %v, want %v", flag, got, want)
		}
	}
	b := a.Replace("-p", "q").With([]string{"-N"}, []string{"c.go"})
	want := "-o x.a -p=q -race -asan=false -p q -importcfg cfg -buildid id -N c.go"
	if got := strings.Join(b.List(), " "); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if a.Value("-p") != "other" {
		t.Error("the arguments that others were made from have changed")
	}
	if id := a.Provisional().Value("-buildid"); !IsProvisional(id) || IsProvisional(a.Value("-buildid")) {
		t.Errorf("got build ID %q, want a provisional one instead of id", id)
	}
}

func TestResultCheck(t *testing.T) {
	tests := []struct {
		r            Result
		fails, kills bool
	}{
		{Result{Stdout: []byte("note")}, false, false},
		{Result{Code: 2, Stderr: []byte("x.go:1:1: syntax error")}, true, false},
		{Result{Code: 2, Stderr: []byte("fatal error: runtime: out of memory\n")}, true, true},
	}
	for _, tt := range tests {
		err := tt.r.Check("compiling")
		if (err != nil) != tt.fails || IsKilled(err) != tt.kills {
			t.Errorf("%q: got %v, killed %v, want an error %v, killed %v", tt.r.Output(), err, IsKilled(err), tt.fails, tt.kills)
		}
	}
}
