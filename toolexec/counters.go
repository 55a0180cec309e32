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
	element := g.element
	if g.countData {
		fmt.Fprintf(&b, "\nimport %sAtomic \"sync/atomic\"\n", g.prefix)
		element = g.prefix + "Atomic.Uint32"
	}
	fmt.Fprintf(&b, "\nvar %s [%d]%s\n", g.prefix, p.count(), element)
	if g.marker != "" {
		fmt.Fprintf(&b, "\nvar %s [1]struct{}\n", g.marker)
	}
	if err := os.WriteFile(filepath.Join(dir, countersName), b.Bytes(), 0o666); err != nil {
		return fmt.Errorf("writing the counters' file: %w", err)
	}
	r.keep(u, countersName, b.Bytes())
	return nil
}
