package session

import (
	"path/filepath"
	"testing"
)

// TestCacheDir must not lead to a directory that another user could have made,
// nor to one in the work tree.
func TestCacheDir(t *testing.T) {
	own, gocache, home := t.TempDir(), t.TempDir(), t.TempDir()
	for _, name := range []string{"XDG_CACHE_HOME", "HOME", "LocalAppData"} {
		t.Setenv(name, "")
	}
	getenv := func(vars map[string]string) func(string) string {
		return func(name string) string { return vars[name] }
	}
	for want, vars := range map[string]map[string]string{
		own:                            {"GOAT_CACHE": own, "GOCACHE": gocache},
		filepath.Join(gocache, "goat"): {"GOAT_CACHE": "relative", "GOCACHE": gocache},
	} {
		if got := CacheDir(getenv(vars)); got != want {
			t.Errorf("%v: got %s, want %s", vars, got, want)
		}
	}
	if err := WriteAtomic(filepath.Join(CacheDir(getenv(nil)), "file"), nil); err == nil {
		t.Error("got a file kept where there is no cache directory, want an error")
	}
	t.Setenv("XDG_CACHE_HOME", home)
	if got, want := CacheDir(getenv(map[string]string{"GOCACHE": gocache})), filepath.Join(home, "goat"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
