package rt

import (
	"os"
	"strconv"
	"strings"
	"sync"
)

// variables are the environment variables that concern the whole runtime.
type variables struct {
	off     bool
	commit  string // GOAT_COMMIT
	version string // GOAT_APP_VERSION
}

// ownVariables returns the variables as they were at the first call, which
// Start makes, because the program may change its environment later. In a
// privileged program they are empty.
var ownVariables = sync.OnceValue(func() variables {
	if Privileged() {
		return variables{}
	}
	on, ok := Boolean(os.Getenv("GOAT"))
	return variables{
		off:     ok && !on,
		commit:  strings.TrimSpace(os.Getenv("GOAT_COMMIT")),
		version: strings.TrimSpace(os.Getenv("GOAT_APP_VERSION")),
	}
})

// Off reports whether the program was started with GOAT=off, 0, false or no.
// The runtime then does nothing, and reports have no points. Counters are set
// in any case.
func Off() bool { return ownVariables().off }

// Boolean reads a boolean variable: the words of strconv.ParseBool, and YAML's
// on, off, yes, no, y and n, in upper or lower case.
func Boolean(text string) (value, ok bool) {
	switch strings.ToLower(text) {
	case "on", "yes", "y":
		return true, true
	case "off", "no", "n":
		return false, true
	}
	value, err := strconv.ParseBool(text)
	return value, err == nil
}
