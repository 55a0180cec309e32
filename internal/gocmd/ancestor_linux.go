package gocmd

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
)

func parentPID() int { return os.Getppid() }

// ancestor reads a process from /proc (proc(5): stat fields 2, 4 and 22). In a
// container the go command is often process 1. The parent of that one, 0, is in
// another namespace.
func ancestor(pid int) (process, bool) {
	if pid <= 0 {
		return process{}, false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return process{}, false
	}
	// The command name is in parentheses and may hold spaces and parentheses.
	open, end := bytes.IndexByte(stat, '('), bytes.LastIndexByte(stat, ')')
	if open < 0 || end < open {
		return process{}, false
	}
	rest := strings.Fields(string(stat[end+1:]))
	if len(rest) < 20 {
		return process{}, false
	}
	p := process{comm: string(stat[open+1 : end])}
	p.PID = pid
	p.parent, _ = strconv.Atoi(rest[1])
	p.Start = rest[19] + namespace()
	if cmdline, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid)); err == nil && len(cmdline) > 0 {
		p.Args = strings.Split(strings.TrimSuffix(string(cmdline), "\x00"), "\x00")
	}
	return p, true
}

// namespace names the namespace of process IDs (pid_namespaces(7)). In containers
// that share goat's cache, processes may have the same ID and start time.
func namespace() string {
	name, err := os.Readlink("/proc/self/ns/pid")
	if err != nil {
		return ""
	}
	return "-" + strings.Trim(name, "pid:[]")
}
