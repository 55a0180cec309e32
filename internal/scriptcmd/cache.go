package scriptcmd

import (
	"os"
	"path/filepath"
	"testing"
)

// Cache returns a cache directory of goat's for a test. It is new but for the
// archives of packages that goat leaves alone, which all runs of the tests on
// a machine share: they are looked up by all that went into them, as the go
// command's own are.
func Cache(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	user, err := os.UserCacheDir()
	if err != nil {
		return dir
	}
	shared := filepath.Join(user, "goat-test", "outputs")
	if os.MkdirAll(shared, 0o777) == nil {
		os.Symlink(shared, filepath.Join(dir, "outputs")) // without it, they are compiled
	}
	return dir
}
