package reports

import (
	"strings"
	"testing"

	"github.com/goat-trace/goat/hub/store/source"
)

// Whatever a service is called, its directory is directly below the hub's, and is
// none of the hub's own.
func TestFolderNames(t *testing.T) {
	for name, want := range map[string]string{
		"shop": "shop", "shop-2.v1_x": "shop-2.v1_x", "": "_", "..": "_.", ".git": "_git", "../../etc": "_._.._etc", "a/b": "a_b", "blobs": "blobs_", "SQLITE.DB": "SQLITE.DB_",
		"käse\x00": "k_se_", strings.Repeat("x", 300): strings.Repeat("x", 100),
	} {
		if got := folderName(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

// A name gets the source of the longest module that is a prefix of it. Modules of
// one repository share its mirror; modules that only have the same last element do
// not.
func TestRepositories(t *testing.T) {
	r, err := OpenRepositories(t.TempDir(), []string{"example.com/shop=/srv/shop.git", "example.com/shop/sub=/srv/sub.git", "example.org/shop=/srv/other.git", "example.com/tools=/srv/shop.git"}, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"example.com/shop": "/srv/shop.git", "example.com/shop/ledger/a.go": "/srv/shop.git", "example.com/shop/sub/a.go": "/srv/sub.git", "example.org/shop/x": "/srv/other.git",
		"example.com/shopping/a.go": "", "": "",
	} {
		got := ""
		if repo := r.of(name); repo != nil {
			got = repo.mirror.Address()
		}
		if got != want || r.Known(name) != (want != "") {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if a, b := r.of("example.com/shop"), r.of("example.org/shop"); a.folder == b.folder {
		t.Errorf("two repositories have the directory %s", a.folder)
	}
	if a, b := r.of("example.com/shop"), r.of("example.com/tools"); a.folder != b.folder || a.mirror != b.mirror {
		t.Errorf("one repository has the directories %s and %s", a.folder, b.folder)
	}
	if _, err := OpenRepositories(t.TempDir(), []string{"a=/x", "a=/y"}, source.Options{}); err == nil {
		t.Error("a module was named twice, and that was no error")
	}
}
