package scriptcmd

import "github.com/rogpeppe/go-internal/testscript"

// command is one of the scripts' commands.
type command = func(ts *testscript.TestScript, neg bool, args []string)

// need ends the script unless the command has at least n arguments and is not
// negated.
func need(ts *testscript.TestScript, neg bool, args []string, n int, usage string) {
	if neg || len(args) < n {
		ts.Fatalf("usage: %s", usage)
	}
}
