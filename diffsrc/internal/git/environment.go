package git

import (
	"os"
	"path/filepath"
	"strings"
)

// ForUser returns a git for a user's repository. It reads and never writes:
// no optional locks, no replaced objects. And it starts no program that the
// repository's files name: no file system monitor, no hook, no transport to
// fetch a missing object (fetch.go does that, with what may be trusted), and no
// repository that is found without a .git (a directory with the files of a bare
// one can come with any download). Filters and diff drivers are not among the
// settings because no command that is used here would start one.
//
// A hook runs with GIT_DIR, GIT_INDEX_FILE and more set for the command that
// it hooks; they are dropped because the work tree decides here, wherever the
// build was started. With keepLocation they stay, for repositories that are
// only found by them.
func ForUser(dir string, environ []string, keepLocation bool) Git {
	env := append(userEnv(environ, keepLocation), "GIT_ALLOW_PROTOCOL="+noProtocol, "GIT_NO_LAZY_FETCH=1")
	return Git{dir: dir, env: env, located: keepLocation,
		args: []string{"--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=" + os.DevNull,
			"-c", "safe.bareRepository=explicit", "-c", "core.quotePath=true", "-c", "color.ui=false"}}
}

// noProtocol is the only protocol that git may use where it must use none. A
// name would not do: a repository's configuration could have an alias for the
// helper of that name. No alias can have a newline.
const noProtocol = "\n"

// userEnv leaves of an environment what git needs to open a user's repository
// and to fetch as the user does.
func userEnv(environ []string, keepLocation bool) []string {
	env := make([]string, 0, len(environ)+8)
	for _, kv := range environ {
		if !droppedVariable(kv, keepLocation) {
			env = append(env, kv)
		}
	}
	// The file of grafts is one that cannot be there: git has something to say
	// of every other.
	return append(env, "LC_ALL=C", "LANGUAGE=C", "GIT_OPTIONAL_LOCKS=0", "GIT_NO_REPLACE_OBJECTS=1",
		"GIT_GRAFT_FILE="+filepath.Join(os.DevNull, "none"), "GIT_TERMINAL_PROMPT=0", "GIT_ADVICE=0")
}

// droppedVariable reports whether a variable must not reach git.
func droppedVariable(kv string, keepLocation bool) bool {
	name, _, _ := strings.Cut(kv, "=")
	switch name {
	case "LC_ALL", "LANGUAGE":
		return true
	case "GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH":
		return !keepLocation
	case "GIT_EXEC_PATH", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_ASKPASS":
		return false
	}
	if strings.HasPrefix(name, "GIT_CONFIG") || strings.HasPrefix(name, "GIT_SSH") || strings.HasPrefix(name, "GIT_HTTP") || strings.HasPrefix(name, "GIT_SSL") {
		return false // safe.directory, and what a partial clone needs to fetch a blob
	}
	return strings.HasPrefix(name, "GIT_")
}
