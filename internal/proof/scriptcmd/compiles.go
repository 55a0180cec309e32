package scriptcmd

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// toolRun finds each compile and link in the go command's -x output: the rest of
// the line after the tool's name.
var toolRun = regexp.MustCompile(`(?m)(?:/tool/[^/\s]+/)(compile|link)(?:\.exe)?["']? (-o .*)$`)

// packageFlag finds the import path in a compile's arguments.
var packageFlag = regexp.MustCompile(` -p (\S+)`)

// compiles runs a command of the go command or of goat with -x. It prints one line
// for each package outside the standard library that the go command compiled
// ("compile PATH"), and for each link ("link"), sorted; "nothing" if there was
// none. It fails if the command does.
func compiles(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "compiles go|goat COMMAND [ARG...]")
	o := run(ts, args[0], append([]string{args[1], "-x"}, args[2:]...)...)
	if o.Code != 0 {
		ts.Fatalf("%s: exit code %d\n%s", strings.Join(args, " "), o.Code, o.Stderr)
	}
	var lines []string
	for _, m := range toolRun.FindAllStringSubmatch(o.Stderr, -1) {
		tool, arguments := m[1], m[2]
		path := packageFlag.FindStringSubmatch(arguments)
		switch {
		case tool == "link":
			lines = append(lines, "link")
		case path != nil && !strings.Contains(arguments, " -std "):
			lines = append(lines, "compile "+path[1])
		}
	}
	slices.Sort(lines)
	if len(lines) == 0 {
		lines = []string{"nothing"}
	}
	fmt.Fprintln(ts.Stdout(), strings.Join(lines, "\n"))
}
