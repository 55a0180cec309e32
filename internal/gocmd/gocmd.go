package gocmd

import (
	"fmt"
	"path/filepath"
	"strings"
)

// Process is a running go command.
type Process struct {
	PID   int
	Start string   // when it started, in the host's own unit; "" where unknown
	Args  []string // its command line; nil where it cannot be read
}

// ID names the process so that no other one of this host, earlier or later,
// has the same name where start times are known.
func (p Process) ID() string { return fmt.Sprintf("%d-%s", p.PID, p.Start) }

// Unique reports whether start times are known, so that ID names no other
// process.
func (p Process) Unique() bool { return p.Start != "" }

// maxDepth bounds how far up Find looks: wrappers before goat-exec in a
// toolexec string add a level each.
const maxDepth = 8

// Find returns the nearest ancestor that is a go command; without one, the
// parent process.
func Find() Process {
	parent, ok := ancestor(parentPID())
	if !ok {
		return Process{PID: parentPID()}
	}
	for depth, p := 0, parent; depth < maxDepth; depth++ {
		if p.isGo() {
			return p.Process
		}
		if p, ok = ancestor(p.parent); !ok {
			break
		}
	}
	return parent.Process
}

// process is a Process and what is needed to walk up.
type process struct {
	Process
	parent int
	comm   string
}

func (p process) isGo() bool {
	if p.comm == "go" {
		return true
	}
	return len(p.Args) > 0 && strings.TrimSuffix(filepath.Base(p.Args[0]), ".exe") == "go"
}
