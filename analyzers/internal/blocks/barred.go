package blocks

import (
	"go/ast"
	"go/token"
	"strings"
)

// barredOf collects a file's pragmas that keep counters out of functions.
func barredOf(file *ast.File) barred {
	var b barred
	for _, group := range file.Comments {
		for _, c := range group.List {
			switch name, arg := directive(c.Text); {
			case name == "//go:linkname":
				if local, _, _ := strings.Cut(arg, " "); local != "" {
					b.add(local)
				}
			case noCounters(name):
				b.pragmas = append(b.pragmas, c.Pos())
			}
		}
	}
	return b
}

// barred says which functions take no counter. These are functions that run
// without a stack check, on the system stack or where write barriers are
// forbidden, functions that cgo's pragmas export, and linknamed functions,
// because the runtime may call them. A function that //export offers to C is an
// ordinary one: C calls it through a wrapper that cgo writes.
// function: C enters it through one that cgo writes.
type barred struct {
	linknames map[string]bool
	pragmas   []token.Pos
}

func (b *barred) add(local string) {
	if b.linknames == nil {
		b.linknames = make(map[string]bool)
	}
	b.linknames[local] = true
}

// bars reports whether d takes no counter. prev is the end of the declaration
// before d: the compiler gives a pragma to the next declaration, whether or not
// there are blank lines between them.
func (b *barred) bars(d *ast.FuncDecl, prev token.Pos) bool {
	if d.Recv == nil && b.linknames[d.Name.Name] {
		return true
	}
	for _, pos := range b.pragmas {
		if prev < pos && pos < d.Pos() {
			return true
		}
	}
	return false
}

func directive(text string) (name, arg string) {
	if !strings.HasPrefix(text, "//go:") {
		return "", ""
	}
	text = strings.ReplaceAll(strings.TrimRight(text, "\r"), "\t", " ")
	name, arg, _ = strings.Cut(text, " ")
	return name, strings.TrimSpace(arg)
}

func noCounters(name string) bool {
	switch name {
	case "//go:nosplit", "//go:systemstack", "//go:nowritebarrier", "//go:nowritebarrierrec", "//go:yeswritebarrierrec",
		"//go:cgo_export_static", "//go:cgo_export_dynamic":
		return true
	}
	return false
}
