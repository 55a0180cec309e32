package toolexec

import (
	"path/filepath"
	"strings"
)

// command is the command line of a tool as the go command gave it.
type command struct {
	Self    []string // goat-exec's own flags
	Wrapper []string // another -toolexec wrapper and its arguments, put before the tool
	Tool    string   // path of the tool
	Name    string   // the tool's name: "compile", "link", …; "" when there is no known tool
	Args    []string
}

// toolNames are the programs of GOROOT/pkg/tool that the go command runs
// through -toolexec.
var toolNames = map[string]bool{
	"addr2line": true, "asm": true, "buildid": true, "cgo": true, "compile": true, "cover": true, "covdata": true,
	"fix": true, "link": true, "nm": true, "pack": true, "preprofile": true, "vet": true,
}

// parseCommand finds the tool behind any other wrapper. Without a known tool
// (cgo asks a bare gcc for its version) the first word is the tool.
func parseCommand(words []string) command {
	for i, w := range words {
		name := strings.TrimSuffix(filepath.Base(w), ".exe")
		if toolNames[name] && (i == 0 || filepath.IsAbs(w)) {
			return command{Wrapper: words[:i], Tool: w, Name: name, Args: words[i+1:]}
		}
	}
	return command{Tool: words[0], Args: words[1:]}
}

func (c command) argv() []string {
	argv := make([]string, 0, len(c.Wrapper)+1+len(c.Args))
	argv = append(append(argv, c.Wrapper...), c.Tool)
	return append(argv, c.Args...)
}

// with returns the command with other arguments for the tool.
func (c command) with(args []string) command {
	c.Args = args
	return c
}

func (c command) isVersion() bool { return len(c.Args) == 1 && c.Args[0] == "-V=full" }

// hasFlag reports whether a boolean flag is on.
func hasFlag(args []string, flag string) bool {
	for _, a := range args {
		if a == flag || a == flag+"=true" {
			return true
		}
	}
	return false
}

// flagValue returns the last value of "-flag value" or "-flag=value".
func flagValue(args []string, flag string) string {
	value := ""
	for i, a := range args {
		if a == flag && i+1 < len(args) {
			value = args[i+1]
		} else if v, ok := strings.CutPrefix(a, flag+"="); ok {
			value = v
		}
	}
	return value
}

// replaceFlag returns args with another value for a flag that they hold.
func replaceFlag(args []string, flag, value string) []string {
	out := append([]string(nil), args...)
	for i, a := range out {
		if a == flag && i+1 < len(out) {
			out[i+1] = value
		} else if strings.HasPrefix(a, flag+"=") {
			out[i] = flag + "=" + value
		}
	}
	return out
}

// goFiles splits a compile's arguments: the files are the last ones.
func goFiles(args []string) (flags, files []string) {
	i := len(args)
	for i > 0 && strings.HasSuffix(args[i-1], ".go") && !strings.HasPrefix(args[i-1], "-") {
		i--
	}
	return args[:i], args[i:]
}
