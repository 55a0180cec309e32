package diffsrc

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/goat-trace/goat/diffsrc/modules"
)

// idVersion changes when the same inputs would give other lines.
const idVersion = "goat lines 3"

// ID returns a hex digest of everything that fixes the lines of any file with
// given bytes: how they are found, the base's .go files, the rename and copy
// pairs, which repositories are compared, what git ignores and which directories
// are modules of their own. It does not depend on which files are changed now, so an edit leaves
// it alone unless it makes or breaks a pair. Lines that were given (patch
// file, index) are part of the digest themselves.
func (s *LineSet) ID() string {
	key := struct {
		Version, Source string
		All             bool
		Trees           []string
		Pairs           []Pair
		Given           map[string]ModuleLines
		Required        []string `json:",omitempty"`
		Ignored, Nested []string
	}{Version: idVersion, Source: s.Source, All: s.All, Pairs: s.Pairs, Ignored: s.Ignored, Nested: s.Nested}
	for _, b := range s.Bases {
		rel, err := filepath.Rel(s.Bases[0].Dir, b.Dir)
		if err != nil {
			rel = b.Dir
		}
		key.Trees = append(key.Trees, b.GoTree, filepath.ToSlash(rel))
	}
	for _, d := range s.Dependencies {
		key.Required = append(key.Required, dependencyID(d))
	}
	if s.Source == SourcePatchfile || s.Source == SourceIndex {
		key.Given = s.Modules
	}
	data, err := json.Marshal(key)
	if err != nil {
		data = fmt.Appendf(nil, "%v", key) // strings that are no UTF-8 aside, nothing can go wrong
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// id is what the lines of any file of the module depend on.
func dependencyID(d modules.Dependency) string {
	return fmt.Sprintf("%s %s %s %s %t", d.Path, d.Version, d.Old, d.Digest, d.Reason == "")
}
