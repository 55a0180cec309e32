package generate

import (
	"bytes"
	"fmt"
	"io"
	"strconv"

	"github.com/goat-trace/goat/toolexec/internal/entry"
)

// hits writes the code by which points count.
type hits struct {
	prefix    string // starts each name; is nowhere in the package
	element   string // the predeclared type of a counter
	countData bool
	race      bool
	address   bool // the package has not given uintptr another meaning
	// marker is an array to which the compiler lets assign for nothing; "" where
	// there is none.
	marker string
}

// statement returns the statement that counts at point i of the package. It names
// nothing but goat's own: the user may have redeclared any predeclared name.
//
// A hit counts plainly, without the marker, in two kinds of functions: those that
// other packages compile (generic.go), where the marker is a variable like others
// and a hit through it costs more; and crowded ones (crowded.go), where the marker
// gains nothing.
func (g hits) statement(i int, plainly bool) string {
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

// CountersName is the file that goat puts before a package's own.
//
// It must be the first one. Package-level variables are initialised in the
// order of their declarations as far as dependencies let them (Go spec,
// "Package initialization"), and whatever calls a function with a hit in it
// depends on the counters. The compiler counts a variable without an
// initialiser as one that has to wait for its turn: declared last, the counters
// would put off all that depends on them, behind what does not.
const CountersName = "goat_counters.go"

// declare declares what hits refer to. Nothing of it is initialised: an initialiser
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

// counters returns the type that holds n points' counters, the number of
// shards, 0 where there are none, and the distance between them (rt:
// counters). A cache line of 64 bytes lies between the last word of a shard and
// the first of the next, wherever the array begins.
func (g hits) counters(n int) (array string, shards, stride int) {
	if !g.countData {
		return fmt.Sprintf("[%d]%s", n, g.element), 0, 0
	}
	stride = n + 7
	return fmt.Sprintf("[%d][%d]%sAtomic.Uint64", countShards, stride, g.prefix), countShards, stride
}

// register passes the counters on to the runtime, if there is one (rt:
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

// writeHit writes the function that counts, where hits do not do so themselves.
// Small as it is, it is inlined into functions of any size (below 20 of the
// compiler's nodes), but never where it must be hidden from the race detector:
// a set-once store needs no order with what reads it.
//
// An exact count is added to a shard that the stack's address chooses: each
// goroutine has a stack of its own, of 2 KB at least. Two that share a shard
// are slower and count no less.
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
