package gotool

import (
	"os"
	"path/filepath"
	"strings"
)

// Command is the command line of a tool as the go command gave it.
type Command struct {
	Self    []string // goat-exec's own flags
	Wrapper []string // another -toolexec wrapper and its arguments, in front of the tool
	Tool    string   // path of the tool
	Name    string   // the tool's name: "compile", "link", …; "" if it is not a known tool
	Args    Args
}

// toolNames are the programs in GOROOT/pkg/tool that the go command runs
// through -toolexec.
var toolNames = map[string]bool{
	"addr2line": true, "asm": true, "buildid": true, "cgo": true, "compile": true, "cover": true, "covdata": true,
	"fix": true, "link": true, "nm": true, "pack": true, "preprofile": true, "vet": true,
}

// ParseCommand finds the tool after any other wrapper. Without a known tool
// (cgo asks a bare gcc for its version) the first word is the tool.
func ParseCommand(words []string) Command {
	for i, w := range words {
		name := strings.TrimSuffix(filepath.Base(w), ".exe")
		if toolNames[name] && (i == 0 || filepath.IsAbs(w)) {
			return Command{Wrapper: words[:i], Tool: w, Name: name, Args: ParseArgs(words[i+1:])}
		}
	}
	return Command{Tool: words[0], Args: ParseArgs(words[1:])}
}

func (c Command) argv() []string {
	argv := make([]string, 0, len(c.Wrapper)+1+len(c.Args.list))
	argv = append(append(argv, c.Wrapper...), c.Tool)
	return append(argv, c.Args.list...)
}

// IsVersion reports whether the go command asks for the tool's ID.
func (c Command) IsVersion() bool { return len(c.Args.list) == 1 && c.Args.list[0] == "-V=full" }

// GOROOT returns the GOROOT of the tool, from its path
// GOROOT/pkg/tool/GOOS_GOARCH, or "" if the tool is elsewhere.
func (c Command) GOROOT() string {
	root, ok := strings.CutSuffix(filepath.ToSlash(filepath.Dir(filepath.Dir(c.Tool))), "/pkg/tool")
	if !ok {
		return ""
	}
	return filepath.FromSlash(root)
}

// GoCommand returns the go command whose tools are running: the one in the
// GOROOT of the tool's path, otherwise the first in PATH.
func (c Command) GoCommand() string {
	if root := c.GOROOT(); root != "" {
		name := filepath.Join(root, "bin", "go")
		for _, name := range []string{name, name + ".exe"} {
			if _, err := os.Stat(name); err == nil {
				return name
			}
		}
	}
	return "go"
}
