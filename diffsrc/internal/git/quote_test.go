package git

import (
	"strings"
	"testing"
)

func FuzzNames(f *testing.F) {
	f.Add("a\tb\"c\\d\n")
	f.Add("\"")
	f.Fuzz(func(t *testing.T, name string) {
		if strings.HasPrefix(name, `"`) {
			Unquote(name)
		}
		if got, err := Unquote(Quote(name)); err != nil || got != name {
			t.Errorf("got %q, %v, want %q", got, err, name)
		}
	})
}
