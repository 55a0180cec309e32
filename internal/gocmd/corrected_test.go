package gocmd

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCorrected(t *testing.T) {
	tests := []struct {
		name     string
		args     string
		recorded map[string]string
		want     []string
		wrong    []string
	}{
		{"they agree", "go build -race -tags=a,b .", map[string]string{"-race": "true", "-tags": "a,b", "-buildmode": "exe"},
			[]string{"-race=true", "-tags=a,b"}, nil},
		{"another process' command line", "make all", map[string]string{"-trimpath": "true", "-tags": "x", "-buildmode": "pie"},
			[]string{"-buildmode=pie", "-tags=x", "-trimpath=true"}, []string{"-buildmode", "-tags", "-trimpath"}},
		{"a flag that did not take effect", "go build -race .", nil, []string{"-race=true", "-race=false"}, []string{"-race"}},
		{"what is not recorded stays", "go build -overlay=o.json .", nil, []string{"-overlay=o.json"}, nil},
		{"the last of several is recorded", "go build -gcflags=a=-N -gcflags=b=-l .", map[string]string{"-gcflags": "b=-l"},
			[]string{"-gcflags=a=-N", "-gcflags=b=-l"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := Parse(strings.Fields(tt.args), "")
			if err != nil {
				t.Fatal(err)
			}
			corrected, wrong := f.Corrected(tt.recorded)
			if diff := cmp.Diff(tt.want, corrected.Compile()); diff != "" {
				t.Errorf("flags (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.wrong, wrong); diff != "" {
				t.Errorf("wrong ones (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFrom(t *testing.T) {
	f, err := Parse(strings.Fields("go build -overlay=o.json -pkgdir=/abs -pgo=auto -tags=x"), "")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"-overlay=/dir/o.json", "-pkgdir=/abs", "-pgo=auto", "-tags=x"}
	if diff := cmp.Diff(want, f.From("/dir").Compile()); diff != "" {
		t.Errorf("flags (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("auto", f.With("pgo", "off").list[2].value); diff != "" {
		t.Errorf("the flags before (-want +got):\n%s", diff)
	}
}
