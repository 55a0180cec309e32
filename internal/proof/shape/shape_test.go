package shape

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

var (
	directory = flag.String("dir", "../../..", "the module to look at")
	only      = flag.String("package", "", "look at this package alone, named by its path below the module's, and show all that was found")
)

// loaded is the module of -dir, or the package of -package. All tests share it.
var loaded = sync.OnceValues(func() ([]Package, error) {
	pattern := "./..."
	if *only != "" {
		pattern = "./" + *only
	}
	return Load(*directory, pattern)
})

func load(t *testing.T) []Package {
	t.Helper()
	watch(t, *directory)
	packages, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return packages
}

// watch opens the directories below dir. The go command keeps a test's result
// until something changes that the test opened, and it does not see what go
// list opened for it, such as the folder that a new file is in.
func watch(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && path != dir && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// write makes a module of the files, which are named by their paths, and loads
// its packages.
func write(t *testing.T, files map[string]string) []Package {
	t.Helper()
	dir := t.TempDir()
	files["go.mod"] = "module example.com/small\n\ngo 1.26\n"
	for name, text := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("GOFLAGS", "")
	t.Setenv("GOWORK", "off")
	packages, err := Load(dir, "./...")
	if err != nil {
		t.Fatal(err)
	}
	return packages
}
