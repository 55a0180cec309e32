package toolexec

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
)

// countersName is the file that goat puts before a package's own.
//
// It must be the first one. Package-level variables are initialised in the
// order of their declarations as far as dependencies let them (Go spec,
// "Package initialization"), and whatever calls a function with a hit in it
// depends on the counters. The compiler counts a variable without an
// initialiser as one that has to wait for its turn: declared last, the counters
// would put off all that depends on them, behind what does not.
const countersName = "goat_counters.go"

// declareCounters writes the file that declares what hits refer to. Nothing in
// it is initialised: an initialiser that calls something would keep the
// compiler from initialising the user's variables statically.
func (r *runner) declareCounters(u unit, p *pkgPoints, g generator, dir string) error {
	name, err := packageName(u)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "package %s\n", name)
	g.declare(&b, p.count())
	if err := os.WriteFile(filepath.Join(dir, countersName), b.Bytes(), 0o666); err != nil {
		return fmt.Errorf("writing the counters' file: %w", err)
	}
	r.keep(u, countersName, b.Bytes())
	return nil
}

func (g generator) declare(b *bytes.Buffer, n int) {
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
func (g generator) counters(n int) (array string, shards, stride int) {
	if !g.countData {
		return fmt.Sprintf("[%d]%s", n, g.element), 0, 0
	}
	stride = n + 7
	return fmt.Sprintf("[%d][%d]%sAtomic.Uint64", countShards, stride, g.prefix), countShards, stride
}
