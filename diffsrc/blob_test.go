package diffsrc

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestBlobOfPartialClone reads single files of a base, as goat does with go.mod
// files and symbolic links.
func TestBlobOfPartialClone(t *testing.T) {
	dir := t.TempDir()
	script := `set -e
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.com GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.com GIT_CONFIG_GLOBAL=/dev/null
git init -q up; cd up
git config uploadpack.allowFilter true; git config uploadpack.allowAnySHA1InWant true
echo old >go.mod; ln -s target.go link.go; echo 'package p' >target.go
git add -A; git commit -q -m base; git tag v1
echo new >go.mod; rm link.go target.go; echo 'package q' >p.go
git add -A; git commit -q -m more; cd ..
git clone -q -o a.b --filter=blob:none "file://$PWD/up" clone
`
	cmd := exec.Command("sh", "-c", script)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	r, err := openRepository(t.Context(), filepath.Join(dir, "clone"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if content, found, err := r.Blob(t.Context(), "v1:go.mod"); err != nil || !found || string(content) != "old\n" {
		t.Errorf("go.mod: got %q, %v and %v, want the base's", content, found, err)
	}
	if _, found, err := r.Blob(t.Context(), "v1:none"); err != nil || found {
		t.Errorf("a file that the base does not have: got %v and %v", found, err)
	}
	tree, err := r.readBase(t.Context(), "v1", func(string) bool { return false })
	if err != nil || tree.files["link.go"] != tree.files["target.go"] {
		t.Errorf("a symbolic link: got %v and %v, want the blob of its target", tree, err)
	}
	if err := os.RemoveAll(filepath.Join(dir, "up")); err != nil {
		t.Fatal(err)
	}
	if _, found, err := r.Blob(t.Context(), "v1:target.go"); err == nil || !found || !strings.Contains(err.Error(), "git fetch a.b") {
		t.Errorf("a file that cannot be had: got %v and %v, want what to do", found, err)
	}
}
