package diffsrc_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/goat-trace/goat/diffsrc"
)

func TestSources(t *testing.T) {
	t.Parallel()
	repo := newRepo(t, map[string]string{"a.go": "package a\n", "sub/b.go": "package b\n"})
	first := repo.git("rev-parse", "HEAD")
	repo.write(map[string]string{"a.go": "package a // changed\n"})
	repo.commit("two")

	s, err := diffsrc.OpenSources(t.Context(), repo.dir)
	if err != nil {
		t.Fatal(err)
	}
	tree, err := s.At(t.Context(), first)
	if err != nil {
		t.Fatal(err)
	}
	got, err := tree.Read(t.Context(), []string{"a.go", "sub/b.go", "nowhere.go"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"a.go": "package a\n", "sub/b.go": "package b\n"}, got); diff != "" {
		t.Errorf("texts (-want +got):\n%s", diff)
	}
	for _, commit := range []string{"", "--output=x", "HEAD", "0123456789012345678901234567890123456789"} {
		if _, err := s.At(t.Context(), commit); err == nil {
			t.Errorf("%q: got no error, want one", commit)
		}
	}
}
