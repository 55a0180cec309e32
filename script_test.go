package goat_test

import (
	"flag"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/goat-trace/goat/internal/proof/scriptcmd"
)

var update = flag.Bool("update", false, "rewrite what the scripts in testdata/script compare with")

// TestScripts runs goat's commands as users do. Package scriptcmd describes
// the scripts' commands.
func TestScripts(t *testing.T) {
	p := scriptcmd.Params(t, ".", "testdata/script")
	p.UpdateScripts = *update
	testscript.Run(t, p)
}
