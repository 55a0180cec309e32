package git

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Protocols are those that git itself speaks. Every other one is a program, and
// ext:: is any.
var Protocols = []string{"file", "git", "http", "https", "ssh"}

// noProtocol is the only protocol that git may use where it must use none. No
// alias of a helper can have a newline.
const noProtocol = "\n"

// commonEnv says where the mirror is, and keeps git quiet and out of
// everything that could change what it answers. The file of grafts is one that
// cannot be there.
func commonEnv(dir string) []string {
	return []string{"GIT_DIR=" + dir, "LC_ALL=C", "LANGUAGE=C", "GIT_OPTIONAL_LOCKS=0", "GIT_NO_REPLACE_OBJECTS=1", "GIT_NO_LAZY_FETCH=1",
		"GIT_GRAFT_FILE=" + filepath.Join(os.DevNull, "none"), "GIT_TERMINAL_PROMPT=0", "GIT_ADVICE=0", "GIT_ATTR_NOSYSTEM=1"}
}

// readEnv is for what only reads a mirror.
func readEnv(environ []string, dir string) []string {
	env := keepVariables(environ, func(name string) bool { return name == "GIT_EXEC_PATH" })
	return append(append(env, commonEnv(dir)...), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_ALLOW_PROTOCOL="+noProtocol)
}

// fetchEnv is for a fetch: what the hub's user has set for ssh, http and
// credentials counts.
func fetchEnv(environ []string, dir string) []string {
	env := keepVariables(environ, func(name string) bool {
		return name == "GIT_EXEC_PATH" || name == "GIT_ASKPASS" || strings.HasPrefix(name, "GIT_CONFIG") ||
			strings.HasPrefix(name, "GIT_SSH") || strings.HasPrefix(name, "GIT_HTTP") || strings.HasPrefix(name, "GIT_SSL")
	})
	return append(append(env, commonEnv(dir)...), "GIT_ALLOW_PROTOCOL="+allowedProtocols(environ))
}

// keepVariables drops git's variables but those that keep names: where the hub
// was started from must make no difference.
func keepVariables(environ []string, keep func(name string) bool) []string {
	env := make([]string, 0, len(environ)+16)
	for _, kv := range environ {
		name, _, _ := strings.Cut(kv, "=")
		if name != "LC_ALL" && name != "LANGUAGE" && (!strings.HasPrefix(name, "GIT_") || keep(name)) {
			env = append(env, kv)
		}
	}
	return env
}

// allowedProtocols are git's own, or those of them that the user's list allows.
func allowedProtocols(environ []string) string {
	own := lookEnv(environ, "GIT_ALLOW_PROTOCOL")
	if own == "" {
		return strings.Join(Protocols, ":")
	}
	list := slices.DeleteFunc(slices.Clone(Protocols), func(p string) bool { return !slices.Contains(strings.Split(own, ":"), p) })
	if len(list) == 0 {
		return noProtocol
	}
	return strings.Join(list, ":")
}

func lookEnv(environ []string, name string) (value string) {
	for _, kv := range environ {
		if v, ok := strings.CutPrefix(kv, name+"="); ok {
			value = v
		}
	}
	return value
}
