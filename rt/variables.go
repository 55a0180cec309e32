package rt

import (
	"os"
	"strconv"
	"strings"
	"sync"
)

// variables are those of the environment that concern all of the runtime.
type variables struct {
	off     bool
	commit  string // GOAT_COMMIT
	version string // GOAT_APP_VERSION
}

// ownVariables returns them as they were at the first call, which is Start's:
// afterwards the program may change its environment. A privileged program has none.
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

// Off reports whether the program was started with GOAT=off, 0, false or no: the
// runtime then does nothing, and reports are of a program without points.
// Counters are set all the same.
func Off() bool { return ownVariables().off }

// Boolean reads a variable that is true or false: what strconv.ParseBool takes,
// and the words of YAML, on, off, yes, no, y and n, in upper and lower case.
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
