package scriptcmd

import (
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// Params builds goat and returns the parameters of a run of the scripts in
// dir. root is the directory of goat's module.
func Params(t *testing.T, root, dir string) testscript.Params {
	t.Helper()
	root, err := filepath.Abs(root)
	if err != nil {
		t.Fatalf("finding goat's module: %v", err)
	}
	h := host{
		root: root,
		bin:  Build(t, root),
		// One for all scripts, so that goat resolves the runtime only once for each
		// salt.
		cache: Cache(t),
		env:   goEnv(t, "GOCACHE", "GOMODCACHE", "GOPATH", "GOROOT"),
	}
	return testscript.Params{Dir: dir, Setup: h.setup, Cmds: h.commands(), Condition: condition, RequireUniqueNames: true}
}

func (h host) commands() map[string]command {
	return map[string]command{
		"fixture": h.fixture, "repo": repo, "commit": commit, "modproxy": modProxy,
		"flip": flip, "same": same, "samerun": sameRun,
		"serve": serve, "quit": quit, "get": get, "listen": listen, "free": free,
		"track": track, "wants": wants, "points": points, "ids": ids, "union": union,
		"compiles": compiles, "tree": tree, "eq": eq, "holds": holds, "elf": elfKind,
	}
}
