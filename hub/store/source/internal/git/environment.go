package git

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Protocols are the protocols that git speaks itself. For any other one git
// starts a program, and ext:: starts an arbitrary one.
var Protocols = []string{"file", "git", "http", "https", "ssh"}

// noProtocol is the only allowed protocol where git must use none. It is a
// newline, because no alias of a helper can contain one.
const noProtocol = "\n"

// commonEnv says where the mirror is, and turns off everything that could
// change git's answers. The grafts file is one that cannot exist.
func commonEnv(dir string) []string {
	return []string{"GIT_DIR=" + dir, "LC_ALL=C", "LANGUAGE=C", "GIT_OPTIONAL_LOCKS=0", "GIT_NO_REPLACE_OBJECTS=1", "GIT_NO_LAZY_FETCH=1",
		"GIT_GRAFT_FILE=" + filepath.Join(os.DevNull, "none"), "GIT_TERMINAL_PROMPT=0", "GIT_ADVICE=0", "GIT_ATTR_NOSYSTEM=1"}
}

// readEnv is the environment for reading a mirror.
func readEnv(environ []string, dir string) []string {
	env := keepVariables(environ, func(name string) bool { return name == "GIT_EXEC_PATH" })
	return append(append(env, commonEnv(dir)...), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_ALLOW_PROTOCOL="+noProtocol)
}

// fetchEnv is the environment for a fetch. The user's settings for ssh, http
// and credentials count.
func fetchEnv(environ []string, dir string) []string {
	env := keepVariables(environ, func(name string) bool {
		return name == "GIT_EXEC_PATH" || name == "GIT_ASKPASS" || strings.HasPrefix(name, "GIT_CONFIG") ||
			strings.HasPrefix(name, "GIT_SSH") || strings.HasPrefix(name, "GIT_HTTP") || strings.HasPrefix(name, "GIT_SSL")
	})
	return append(append(env, commonEnv(dir)...), "GIT_ALLOW_PROTOCOL="+allowedProtocols(environ))
}

// keepVariables drops git's variables, except for those that keep accepts,
// because it must not matter where the hub was started from.
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

// allowedProtocols returns git's own protocols, or those of them that the
// user's list allows.
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
