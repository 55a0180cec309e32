package scriptcmd

import (
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"
)

// fixture commits testdata/fixture as v1 in a repository in a directory. Then it
// adds the missing files to the work tree. What the script has put there before is
// the change since v1.
func (h host) fixture(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1, "fixture DIR")
	dir := ts.MkAbs(args[0])
	base := filepath.Join(h.root, "testdata", "fixture")
	ts.Check(os.MkdirAll(dir, 0o777))
	git(ts, dir, "init", "-q", "-b", "main")
	git(ts, dir, "--work-tree="+base, "add", "-A")
	git(ts, dir, "commit", "-q", "-m", "base")
	git(ts, dir, "tag", "v1")
	ts.Check(filepath.WalkDir(base, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(base, name)
		if err != nil {
			return err
		}
		target := filepath.Join(dir, rel)
		if _, err := os.Stat(target); err == nil {
			return nil
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(target), 0o777); err != nil {
			return err
		}
		return os.WriteFile(target, data, 0o666)
	}))
}

func repo(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1, "repo DIR")
	dir := ts.MkAbs(args[0])
	git(ts, dir, "init", "-q", "-b", "main")
	commit(ts, neg, []string{args[0], "v1"})
}

func commit(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "commit DIR TAG")
	dir := ts.MkAbs(args[0])
	git(ts, dir, "add", "-A")
	git(ts, dir, "commit", "-q", "--allow-empty", "-m", args[1])
	git(ts, dir, "tag", args[1])
}

func git(ts *testscript.TestScript, dir string, args ...string) {
	ts.Check(ts.Exec("git", append([]string{"-C", dir}, args...)...))
}
