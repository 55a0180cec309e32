package closure

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/goat-trace/goat/toolexec/internal/gotool"
)

// fit returns an error if the linker would refuse the packages that goat adds
// to a link, or would join packages that do not belong together. The linker
// would report it too, but only after its work and without a way out.
//
// Packages that both the runtime and the application import come from the
// application's build. They are the same only if both were compiled with the
// same flags.
func (l Link) fit(packages map[string]string) error {
	heads := make(map[string]gotool.ObjectHead)
	for path, archive := range packages {
		h, err := gotool.ReadObjectHead(archive)
		if err != nil {
			return err
		}
		heads[path] = h
	}
	for _, path := range slices.Sorted(maps.Keys(heads)) {
		h := heads[path]
		if _, ok := l.Config.Packages[path]; ok {
			continue // from the application's build
		}
		if h.Toolchain != l.Main.Toolchain {
			return fmt.Errorf("the runtime's package %s was compiled for %q and the application for %q: %w", path, h.Toolchain, l.Main.Toolchain, errOtherFlags)
		}
		if h.Shared != l.Main.Shared {
			return fmt.Errorf("the runtime's package %s and the application differ in position independence (-buildmode): %w", path, errOtherFlags)
		}
		for _, imported := range slices.Sorted(maps.Keys(h.Imports)) {
			if target, ok := heads[imported]; ok && target.Fingerprint != h.Imports[imported] {
				return fmt.Errorf("the runtime's package %s was compiled against another %s than the application's: %w", path, imported, errOtherFlags)
			}
		}
	}
	return nil
}

var errOtherFlags = errors.New("the application was built with flags that goat does not know of; set GOAT_BUILDFLAGS to the go command's build flags")

// atomic is the package that exact counts need.
const atomic = "sync/atomic"

// checkAtomic compares the archive with the one that the package's imports were
// compiled against. The linker would notice a wrong one too late to do without
// it.
func checkAtomic(archive string, config gotool.ImportConfig) error {
	found, err := gotool.ReadObjectHead(archive)
	if err != nil {
		return err
	}
	for _, imported := range config.Packages {
		h, err := gotool.ReadObjectHead(imported)
		if err != nil {
			continue // an assembly-only or foreign archive
		}
		if want, ok := h.Imports[atomic]; ok && want != found.Fingerprint {
			return fmt.Errorf("resolving %s: %w", atomic, errOtherFlags)
		}
	}
	return nil
}
