package gocmd

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzSplit splits words and, quoted again, gets the same ones.
func FuzzSplit(f *testing.F) {
	for _, s := range []string{"", " ", "-race", "'-gcflags=-N -l' -tags=a,b", `"-ldflags=-X 'a=b'"`, `a'b "c`, "'", "\t-x\r\n-y", `''`, `-o='a b'`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		words, err := Split(s)
		if err != nil {
			return
		}
		quoted := make([]string, len(words))
		for i, w := range words {
			switch {
			case !strings.Contains(w, "'"):
				quoted[i] = "'" + w + "'"
			case !strings.Contains(w, `"`):
				quoted[i] = `"` + w + `"`
			case strings.ContainsAny(w, " \t\n\r") || strings.ContainsRune(`'"`, rune(w[0])):
				return // cannot be written
			default:
				quoted[i] = w
			}
		}
		again, err := Split(strings.Join(quoted, " "))
		if err != nil {
			t.Fatalf("splitting %q: %v", quoted, err)
		}
		if diff := cmp.Diff(words, again); diff != "" {
			t.Errorf("words of %q (-once +twice):\n%s", s, diff)
		}
	})
}

// FuzzParse reads a GOFLAGS value and a command line. What goes on to other
// go commands holds nothing that was not said.
func FuzzParse(f *testing.F) {
	f.Add("-race '-gcflags=-N -l'", "go build -tags a -o x ./... -v")
	f.Add("", "go test -run=X -cover ./a -args -race")
	f.Add("-mod=vendor", "go -C dir run -trimpath . -x")
	f.Add("--tags=a", "go vet -- -x")
	f.Fuzz(func(t *testing.T, goflags, line string) {
		flags, err := Parse(strings.Split(line, " "), goflags)
		if err != nil {
			return
		}
		for _, list := range [][]string{flags.All(), flags.Compile(), flags.Loading()} {
			for _, arg := range list {
				name, value, _ := cutFlag(arg)
				if !strings.HasPrefix(arg, "-") {
					continue // the value of the flag before it
				}
				if !strings.Contains(goflags, name) && !strings.Contains(line, name) {
					t.Errorf("got %q, which is neither in %q nor in %q", arg, goflags, line)
				}
				if !strings.Contains(goflags, value) && !strings.Contains(line, value) && value != "true" {
					t.Errorf("got %q, which is neither in %q nor in %q", arg, goflags, line)
				}
			}
		}
	})
}
