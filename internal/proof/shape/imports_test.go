package shape

import (
	"strings"
	"testing"
)

// TestProofsProveFromOutside holds the product apart from what proves it.
func TestProofsProveFromOutside(t *testing.T) {
	for _, p := range load(t) {
		if strings.HasPrefix(p.Path, "internal/proof/") {
			continue
		}
		for path := range p.Imports {
			if strings.Contains("/"+path+"/", "/internal/proof/") {
				t.Errorf("%s imports %s: what proves goat is no part of it", p.Path, path)
			}
		}
	}
}
