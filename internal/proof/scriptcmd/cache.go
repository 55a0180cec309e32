package scriptcmd

import (
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// Cache returns a cache directory of goat's for a test. It is new, except for the
// archives of packages that goat does not change, which all test runs on a machine
// share. These are found by everything that went into them, like the go command's
// own.
func Cache(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	user, err := os.UserCacheDir()
	if err != nil {
		return dir
	}
	shared := filepath.Join(user, "goat-test", "outputs")
	if os.MkdirAll(shared, 0o777) == nil {
		os.Symlink(shared, filepath.Join(dir, "outputs")) // if this fails, they are compiled
	}
	return dir
}

// flip changes a bit of each file below a directory, at a position in percent of
// its length. It does not follow links.
func flip(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "flip DIR PERCENT")
	percent, err := strconv.Atoi(args[1])
	ts.Check(err)
	flipped := 0
	ts.Check(filepath.WalkDir(ts.MkAbs(args[0]), func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil || len(data) == 0 {
			return err
		}
		data[(len(data)-1)*percent/100] ^= 1
		flipped++
		return os.WriteFile(name, data, 0o666)
	}))
	if flipped == 0 {
		ts.Fatalf("%s holds no file with bytes", args[0])
	}
}
