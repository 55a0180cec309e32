package toolexec

import (
	"bytes"
	"fmt"
	"go/ast"
	"io"
	"slices"
	"strconv"
)

// generator writes the code that goat adds.
type generator struct {
	prefix    string // starts each name; occurs nowhere in the package
	element   string // the predeclared type of a counter
	countData bool
	race      bool
	address   bool // the package has not given uintptr another meaning
	// marker is an array to which the compiler lets assign for nothing; "" where
	// there is none.
	marker string
}

// freeType returns a predeclared type of four bytes, an integer, that the
// package has not given another meaning.
func freeType(files []*inputFile) string {
	for _, name := range []string{"uint32", "int32", "rune"} {
		if !declares(files, name) {
			return name
		}
	}
	return "uint32" // will not compile; the package keeps its own files
}

// declares reports whether a package-level declaration has a name.
func declares(files []*inputFile, name string) bool {
	for _, f := range files {
		if f.syntax == nil {
			continue
		}
		for _, d := range f.syntax.Decls {
			if slices.Contains(declaredNames(d), name) {
				return true
			}
		}
	}
	return false
}

func declaredNames(d ast.Decl) []string {
	var names []string
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			names = append(names, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				names = append(names, spec.Name.Name)
			case *ast.ValueSpec:
				for _, id := range spec.Names {
					names = append(names, id.Name)
				}
			}
		}
	}
	return names
}

// freePrefix returns an identifier that occurs in no file of the package, so
// that nothing of the user's can hide or meet a name of goat's.
func freePrefix(files []*inputFile) string {
	for n := 0; ; n++ {
		prefix := "goatTrack"
		if n > 0 {
			prefix += strconv.Itoa(n)
		}
		free := true
		for _, f := range files {
			free = free && !bytes.Contains(f.src, []byte(prefix)) && !f.compile.Holds(prefix)
		}
		if free {
			return prefix
		}
	}
}

// hit returns the statement that counts at point i of the package. It names
// nothing but goat's own: the user may have redeclared any predeclared name.
//
// In a function that other packages compile (generic.go) the marker is a
// variable like others there, and a hit through it costs more than one that
// stands for itself. In a crowded function (crowded.go) it has nothing to give.
// Both count plainly.
func (g generator) hit(i int, plainly bool) string {
	switch {
	case g.marker != "" && !plainly:
		return fmt.Sprintf("%s[0]=%sHit(%d)", g.marker, g.prefix, i)
	case g.countData:
		return fmt.Sprintf("%s[0][%d].Add(1)", g.prefix, i)
	case g.race:
		return fmt.Sprintf("%sHit(%d)", g.prefix, i)
	}
	return fmt.Sprintf("if %s[%d]==0{%s[%d]=1}", g.prefix, i, g.prefix, i)
}

// writeCounters passes the counters on to the runtime, if there is one (rt:
// registerHooksV4).
func (g generator) writeCounters(b *bytes.Buffer, n int, blob []byte) {
	_, shards, stride := g.counters(n)
	fmt.Fprintf(b, "import %sUnsafe \"unsafe\"\n", g.prefix)
	g.writeHit(b)
	fmt.Fprintf(b, `
var %[1]sCount, %[1]sShards, %[1]sStride, %[1]sMeta = %[3]d, %[4]d, %[5]d, %[6]s

var %[1]sInfo = [5]%[1]sUnsafe.Pointer{%[1]sUnsafe.Pointer(&%[1]s), %[1]sUnsafe.Pointer(&%[1]sCount), %[1]sUnsafe.Pointer(&%[1]sMeta), %[1]sUnsafe.Pointer(&%[1]sShards), %[1]sUnsafe.Pointer(&%[1]sStride)}

//go:linkname %[1]sRegister %[2]s
var %[1]sRegister []func(%[1]sUnsafe.Pointer)

var _ = %[1]sInit()

func %[1]sInit() (done struct{}) {
	for _, %[1]sHook := range %[1]sRegister {
		%[1]sHook(%[1]sUnsafe.Pointer(&%[1]sInfo))
	}
	return
}
`, g.prefix, registerSymbol, n, shards, stride, strconv.QuoteToASCII(string(blob)))
}

// writeHit writes the function that counts, where hits do not do so themselves.
// Small as it is, it is inlined into functions of any size (below 20 of the
// compiler's nodes), but never where it must be hidden from the race detector:
// a set-once store needs no order with what reads it.
//
// An exact count is added to a shard that the stack's address chooses: each
// goroutine has a stack of its own, of 2 KB at least. Two that share a shard
// are slower and count no less.
func (g generator) writeHit(b *bytes.Buffer) {
	count := "if %[1]s[i]==0{%[1]s[i]=1}"
	switch {
	case g.countData && g.address:
		count = "here:=0;%[1]s[uintptr(%[1]sUnsafe.Pointer(&here))>>11*0x9e3779b1>>28&15][i].Add(1)"
	case g.countData:
		count = "%[1]s[0][i].Add(1)"
	case g.race:
		io.WriteString(b, "\n//go:norace")
	}
	if g.marker == "" && (g.countData || !g.race) {
		return
	}
	fmt.Fprintf(b, "\nfunc %[1]sHit(i %[2]s)(_ struct{}){"+count+";return}\n", g.prefix, g.element)
}
