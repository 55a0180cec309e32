package modules_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/diffsrc/modules"
)

func TestFind(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "go.work"), "go 1.22\n\nuse (\n\t./one\n\t./two\n)\n")
	writeFile(t, filepath.Join(dir, "one/go.mod"), "module example.com/one\n\ngo 1.22\n")
	writeFile(t, filepath.Join(dir, "two/go.mod"), "module example.com/two\n\ngo 1.22\n")
	writeFile(t, filepath.Join(dir, "one/alt.mod"), "module example.com/alt\n\ngo 1.22\n")
	one := filepath.Join(dir, "one")
	environ := func(kv ...string) []string { return append(os.Environ(), append([]string{"GOFLAGS="}, kv...)...) }
	tests := []struct {
		name string
		q    modules.Query
		want []string
	}{
		{"workspace", modules.Query{Dir: one, Env: environ("GOWORK=")}, []string{"example.com/one one", "example.com/two two"}},
		{"workspace off", modules.Query{Dir: one, Env: environ("GOWORK=off")}, []string{"example.com/one one"}},
		{"modfile", modules.Query{Dir: one, Env: environ("GOWORK=off"), Modfile: "alt.mod"}, []string{"example.com/alt one"}},
		{"modules off", modules.Query{Dir: one, Env: environ("GO111MODULE=off", "GOWORK=off")}, nil},
		{"outside", modules.Query{Dir: t.TempDir(), Env: environ("GOWORK=off")}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found, err := tt.q.Find(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, m := range found {
				got = append(got, m.Path+" "+filepath.Base(m.Dir))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("modules: got +, want -:\n%s", diff)
			}
		})
	}
	if err := os.Remove(filepath.Join(dir, "two/go.mod")); err != nil {
		t.Fatal(err)
	}
	if got, err := (modules.Query{Dir: one, Env: environ("GOWORK="), Go: "go"}).Find(context.Background()); !errors.Is(err, modules.ErrUnread) {
		t.Errorf("got modules %v, want an error about two/go.mod", got)
	}
}

func TestGoAtLeast(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]bool{"": false, "1.9": false, "1.16": false, "1.17": true, "1.21rc1": true, "1.26.8": true} {
		if got := modules.GoAtLeast(version, "1.17"); got != want {
			t.Errorf("go %s is 1.17 or newer: got %t, want %t", version, got, want)
		}
	}
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
