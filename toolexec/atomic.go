package toolexec

import (
	"fmt"

	"github.com/goat-trace/goat/internal/gocmd"
)

// atomicArchive returns the archive of sync/atomic, which count data needs in
// packages that may not import it.
func (r *runner) atomicArchive(u unit, work string) (string, error) {
	if name := flagValue(u.flags, "-importcfg"); name != "" {
		cfg, err := readImportConfig(name)
		if err != nil {
			return "", err
		}
		if archive, ok := cfg.packages["sync/atomic"]; ok {
			return archive, nil
		}
	}
	s, err := r.session()
	if err != nil {
		return "", err
	}
	c := closure{runner: r, pkg: "sync/atomic", salt: r.nestedSalt(s), work: work}
	c.flags = func(goflags string) (gocmd.Flags, error) { return r.compileFlags(u, goflags) }
	archives, err := c.resolve()
	if err != nil {
		return "", err
	}
	archive, ok := archives["sync/atomic"]
	if !ok {
		return "", fmt.Errorf("go list knows no archive of sync/atomic")
	}
	return archive, checkAtomic(u, archive)
}

// checkAtomic compares the archive with the one that the package's imports
// were compiled against. A wrong one would be found by the linker, when it is
// too late to do without.
func checkAtomic(u unit, archive string) error {
	name := flagValue(u.flags, "-importcfg")
	if name == "" {
		return nil
	}
	cfg, err := readImportConfig(name)
	if err != nil {
		return err
	}
	found, err := readObjectHead(archive)
	if err != nil {
		return err
	}
	for _, imported := range cfg.packages {
		h, err := readObjectHead(imported)
		if err != nil {
			continue // an assembly-only or a foreign archive
		}
		if want, ok := h.imports["sync/atomic"]; ok && want != found.fingerprint {
			return fmt.Errorf("resolving sync/atomic: %w", errOtherFlags)
		}
	}
	return nil
}
