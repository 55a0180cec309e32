package toolexec

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// fit says why the linker would refuse the packages that goat adds to a link,
// or would join what does not belong together. The linker says it too, but with
// words that point nowhere, and after its work.
//
// The packages of the runtime that the application has, too, come from the
// application's build. They are the same only when both were compiled with the
// same flags.
func (l linking) fit(cfg importConfig, packages map[string]string) error {
	heads := make(map[string]objectHead)
	for path, archive := range packages {
		h, err := readObjectHead(archive)
		if err != nil {
			return err
		}
		heads[path] = h
	}
	for _, path := range slices.Sorted(maps.Keys(heads)) {
		h := heads[path]
		if _, ok := cfg.packages[path]; ok {
			continue // the application's own
		}
		if h.toolchain != l.main.toolchain {
			return fmt.Errorf("the runtime's package %s was compiled for %q and the application for %q: %w", path, h.toolchain, l.main.toolchain, errOtherFlags)
		}
		if h.shared != l.main.shared {
			return fmt.Errorf("the runtime's package %s and the application differ in position independence (-buildmode): %w", path, errOtherFlags)
		}
		for _, imported := range slices.Sorted(maps.Keys(h.imports)) {
			if target, ok := heads[imported]; ok && target.fingerprint != h.imports[imported] {
				return fmt.Errorf("the runtime's package %s was compiled against another %s than the application's: %w", path, imported, errOtherFlags)
			}
		}
	}
	return nil
}

var errOtherFlags = errors.New("the application was built with flags that goat does not know of; set GOAT_BUILDFLAGS to the go command's build flags")
