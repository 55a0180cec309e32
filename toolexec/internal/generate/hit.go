package generate

import (
	"bytes"
	"fmt"
	"io"
	"strconv"

	"github.com/goat-trace/goat/toolexec/internal/entry"
)

// hits writes the code that counts.
type hits struct {
	prefix    string // starts each of goat's names; occurs nowhere in the package
	element   string // the predeclared type of a counter
	countData bool
	race      bool
	address   bool // the package does not redeclare uintptr
	// marker is an array that the compiler lets code assign to at no cost, or
	// "".
	marker string
}

// style is how a hit counts.
type style uint8

const (
	// marked hits go through the marker, which costs nothing of the budget for
	// inlining. Without a marker they are checked hits.
	marked style = iota
	// checked hits store only where nothing is stored yet. They are for functions that
	// other packages compile (generic.go), where the marker is an ordinary variable and
	// assigning to it costs more, and for crowded ones (crowded.go), where the marker gains
	// nothing.
	checked
	// stored hits store each time, as cmd/cover's do. They are for huge functions.
	stored
)

// statement returns the statement that counts at point i of the package. It uses
// only names of goat's, because the user may have redeclared any predeclared name.
func (g hits) statement(i int, s style) string {
	switch {
	case g.marker != "" && s == marked:
		return fmt.Sprintf("%s[0]=%sHit(%d)", g.marker, g.prefix, i)
	case g.countData:
		return fmt.Sprintf("%s[0][%d].Add(1)", g.prefix, i)
	case g.race:
		return fmt.Sprintf("%sHit(%d)", g.prefix, i)
	case s == stored:
		return fmt.Sprintf("%s[%d]=1", g.prefix, i)
	}
	return fmt.Sprintf("if %s[%d]==0{%s[%d]=1}", g.prefix, i, g.prefix, i)
}

// CountersName is the file that goat puts before a package's own.
//
// It must be the first. Package-level variables are initialised in the order of
// their declarations as far as dependencies allow (Go spec, "Package
// initialization"), and whatever calls a function with a hit depends on the
// counters. The compiler treats a variable without an initialiser as one that has
// to wait for its turn. If the counters were declared last, everything that depends
// on them would be initialised later than it should be.
const CountersName = "goat_counters.go"

// declare declares what hits refer to. Nothing of it has an initialiser: one
// that calls something would keep the compiler from initialising the user's
// variables statically.
func (g hits) declare(b *bytes.Buffer, n int) {
	if g.countData {
		fmt.Fprintf(b, "\nimport %sAtomic \"sync/atomic\"\n", g.prefix)
	}
	array, _, _ := g.counters(n)
	fmt.Fprintf(b, "\nvar %s %s\n", g.prefix, array)
	if g.marker != "" {
		fmt.Fprintf(b, "\nvar %s [1]struct{}\n", g.marker)
	}
}

// countShards is how many words an exact count is spread over.
const countShards = 16

// counters returns the array type for n points' counters, the number of shards
// (0 if there are none) and the distance between them (rt: counters). A cache
// line of 64 bytes separates the last word of a shard from the first of the
// next, wherever the array begins.
func (g hits) counters(n int) (array string, shards, stride int) {
	if !g.countData {
		return fmt.Sprintf("[%d]%s", n, g.element), 0, 0
	}
	stride = n + 7
	return fmt.Sprintf("[%d][%d]%sAtomic.Uint64", countShards, stride, g.prefix), countShards, stride
}

// register passes the counters to the runtime, if it is linked (rt:
// registerHooksV4).
func (g hits) register(b *bytes.Buffer, n int, blob []byte) {
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
`, g.prefix, entry.RegisterSymbol, n, shards, stride, strconv.QuoteToASCII(string(blob)))
}

// writeHit writes the function that counts, unless hits are plain. It is small
// enough to be inlined into functions of any size (below 20 of the compiler's
// nodes), except where it must be hidden from the race detector: a set-once store
// needs no order with what reads it.
//
// An exact count is added to a shard that is chosen by the stack's address, because
// each goroutine has its own stack of at least 2 KB. Two goroutines that share a
// shard are slower and count no less.
func (g hits) writeHit(b *bytes.Buffer) {
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
