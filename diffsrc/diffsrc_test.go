package diffsrc_test

import (
	"testing"
)

func TestWorkTreeStates(t *testing.T) {
	t.Parallel()
	r := newRepo(t, map[string]string{
		"committed.go": function("committed", 3), "staged.go": function("staged", 3),
		"unstaged.go": function("unstaged", 3), "same.go": function("same", 3), "deleted.go": function("deleted", 3),
		".gitignore": "ignored.go\n",
	})
	edit := func(name string) { r.write(map[string]string{name + ".go": function(name, 4)}) }
	edit("committed")
	r.commit("second")
	edit("staged")
	r.git("add", "staged.go")
	edit("unstaged")
	edit("untracked")
	edit("ignored")
	r.remove("deleted.go")
	before := digest(t, r.dir)
	for precision := 1; precision <= 3; precision++ {
		o := r.options()
		o.Precision = precision
		wantLines(t, compute(t, o), map[string]string{
			"committed.go": "4-7", "staged.go": "4-7", "unstaged.go": "4-7", "untracked.go": "3-7",
		})
	}
	if after := digest(t, r.dir); len(after) != len(before) {
		t.Errorf("got %d files after, want %d", len(after), len(before))
	}
}
