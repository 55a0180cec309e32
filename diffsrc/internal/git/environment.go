package git

import (
	"os"
	"path/filepath"
	"strings"
)

// ForUser returns a git for a user's repository. It reads and never writes: it
// takes no optional locks and follows no replaced objects. It starts no program
// that the repository's files name: no file system monitor, no hook, no
// transport for a missing object (fetch.go fetches those, with trusted settings
// only). It opens no repository that is found without a .git, since any
// download can contain the files of a bare one. No settings are needed against
// filters and diff drivers, because no command that goat uses would start them.
//
// A git hook runs with GIT_DIR, GIT_INDEX_FILE and more set for the command it
// belongs to. ForUser drops them, because the work tree decides here, wherever
// the build was started. With keepLocation it keeps them, for repositories that
// cannot be found otherwise.
func ForUser(dir string, environ []string, keepLocation bool) Git {
	env := append(userEnv(environ, keepLocation), "GIT_ALLOW_PROTOCOL="+noProtocol, "GIT_NO_LAZY_FETCH=1")
	return Git{dir: dir, env: env, located: keepLocation,
		args: []string{"--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=" + os.DevNull,
			"-c", "safe.bareRepository=explicit", "-c", "core.quotePath=true", "-c", "color.ui=false"}}
}

// noProtocol is the only allowed protocol where git must use none. It is a
// newline, because a repository's configuration could alias the helper of any
// protocol with a proper name.
const noProtocol = "\n"

// userEnv returns the part of an environment that git needs to open a user's
// repository and to fetch as the user does.
func userEnv(environ []string, keepLocation bool) []string {
	env := make([]string, 0, len(environ)+8)
	for _, kv := range environ {
		if !droppedVariable(kv, keepLocation) {
			env = append(env, kv)
		}
	}
	// The grafts file is one that cannot exist, because git prints a warning
	// about any other.
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
