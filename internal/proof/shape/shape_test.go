package shape

import (
	"flag"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

const here = "../../.."

var (
	directory = flag.String("dir", here, "the module to look at")
	only      = flag.String("package", "", "look at the package in this directory alone, and show all that was found")
)

// loaded are the packages of -dir, or the one of -package. All tests share them.
var loaded = sync.OnceValues(func() ([]Package, error) {
	if *only != "" {
		return LoadOne(*directory, *only)
	}
	return LoadAll(*directory)
})

func chosen(t *testing.T) []Package {
	t.Helper()
	// The go command keeps a test's result until a file or folder changes that
	// the test opened. go list opens files for this one: look at the folders here.
	if _, err := moduleDirs(*directory); err != nil {
		t.Fatal(err)
	}
	packages, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return packages
}

// whole is what chosen is, for a test that needs all packages of this module.
func whole(t *testing.T) []Package {
	t.Helper()
	if *only != "" || *directory != here {
		t.Skip("needs all packages of this module: take off -package and -dir")
	}
	return chosen(t)
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
	packages, err := LoadAll(dir)
	if err != nil {
		t.Fatal(err)
	}
	return packages
}
