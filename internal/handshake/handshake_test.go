package handshake

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRestoreBuildInfo takes out what MainFlags has put in.
func TestRestoreBuildInfo(t *testing.T) {
	line := func(settings string) string {
		return "packagefile fmt=/x.a\n" + fmt.Sprintf("modinfo %q\n", "path\texample.com/app\n"+settings+"build\tGOOS=linux\n")
	}
	for _, tt := range []struct {
		user  string
		given bool
		want  string
	}{
		{"", false, ""}, {"", true, ""}, {"-N", true, "build\t-gcflags=-N\n"}, {"all=-N -l", true, "build\t-gcflags=\"all=-N -l\"\n"},
	} {
		got, err := RestoreBuildInfo(line("build\t-gcflags=" + MainFlags("0123", tt.user, tt.given) + "\n"))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(line(tt.want), got); diff != "" {
			t.Errorf("%q, %v (-want +got):\n%s", tt.user, tt.given, diff)
		}
	}
	own := line("build\t-gcflags=-N\n")
	if got, err := RestoreBuildInfo(own); err != nil || got != own {
		t.Errorf("got %q, %v, want a plain build's unchanged", got, err)
	}
}

func TestWithoutSalts(t *testing.T) {
	got := WithoutSalts([]string{"-race", "-gcflags=./x=-N " + SaltFlag("1"), "-gcflags=" + MainFlags("2", "", false), "-gcflags=-l"})
	if diff := cmp.Diff([]string{"-race", "-gcflags=-l"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
