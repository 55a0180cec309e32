package scriptcmd

import (
	"debug/elf"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// holds searches a file for texts. If negated, the file must have none of them.
func holds(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, false, args, 2, "[!] holds FILE TEXT...")
	data := ts.ReadFile(args[0])
	for _, text := range args[1:] {
		if i := strings.Index(data, text); (i >= 0) == neg {
			around := ""
			if i >= 0 {
				around = data[max(0, i-60):min(len(data), i+len(text)+60)]
			}
			ts.Fatalf("%s: got %q at byte %d, want it found: %v; around it: %q", args[0], text, i, !neg, around)
		}
	}
}

// elfKind says whether a program needs a dynamic linker.
func elfKind(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "elf static|dynamic FILE")
	f, err := elf.Open(ts.MkAbs(args[1]))
	ts.Check(err)
	defer f.Close()
	got := "static"
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			got = "dynamic"
		}
	}
	if got != args[0] {
		ts.Fatalf("%s: got %s, want %s", args[1], got, args[0])
	}
}
