package toolexec

import (
	"fmt"
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
	archives, err := c.resolve()
	if err != nil {
		return "", err
	}
	archive, ok := archives["sync/atomic"]
	if !ok {
		return "", fmt.Errorf("go list knows no archive of sync/atomic")
	}
	return archive, nil
}
