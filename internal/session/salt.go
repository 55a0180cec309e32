package session

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/diffsrc/modules"
)

// salt is a digest of what decides the compilers' inputs, except for the files'
// own bytes, which the go command hashes itself.
func salt(tool string, s *Session, set *diffsrc.LineSet) string {
	h := sha256.New()
	// GOAT_STRICT=1 must retry what was given up without it.
	fmt.Fprintf(h, "%s\x00%s\x00%s\x00%v\x00", formatVersion, tool, s.Config.ID(), s.Config.Strict)
	if s.Reason == "" {
		fmt.Fprintf(h, "lines\x00")
	}
	fmt.Fprintf(h, "%s\x00", set.ID())
	var located []string
	for _, m := range s.Modules {
		located = append(located, m.Path+"\x00"+dirInRepository(s, m))
	}
	slices.Sort(located) // the order in a go.work does not matter
	fmt.Fprintf(h, "%q", located)
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// dirInRepository returns a module's directory relative to the repository, so
// it is the same in each of its work trees. The salt needs it because with
// -trimpath the go command identifies packages by import path and bytes only,
// while two modules with the same path in a repository have different bases.
func dirInRepository(s *Session, m modules.Module) string {
	top := s.Base().Dir
	dir, err := filepath.EvalSymlinks(m.Dir)
	if top == "" || err != nil {
		return ""
	}
	rel, err := filepath.Rel(top, dir)
	if err != nil {
		return dir
	}
	return filepath.ToSlash(rel)
}

// PackageSalt is a digest of what decides how the package in a directory is
// instrumented, except for its files' own bytes, which the go command hashes.
// Unlike ID, it does not change with other packages or with the base's name.
func (s *Session) PackageSalt(module, dir string) (string, error) {
	lines, err := s.Lines(module, dir)
	if err != nil {
		return "", err
	}
	if len(lines) == 0 {
		lines = nil // lines of a session from the cache are nil, computed ones an empty map
	}
	text, err := json.Marshal(lines)
	if err != nil {
		return "", fmt.Errorf("digesting the lines of %s: %w", filepath.Join(module, dir), err)
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00%s\x00%s\x00%v\x00%v\x00%s\x00%s\x00%s\x00%s", formatVersion, s.Tool, s.Config.PackageID(), s.Config.Strict, s.All, module, s.version(module), dir, text)
	return hex.EncodeToString(h.Sum(nil))[:16], nil
}

// MainSalt is a digest of what decides how main packages are compiled and
// binaries linked: what ID covers, and what the manifest says about the base.
func (s *Session) MainSalt() string {
	h := sha256.New()
	base := s.Base()
	fmt.Fprintf(h, "%s\x00%s\x00%s\x00%s", s.ID, base.Ref, base.Used, base.Mode)
	return hex.EncodeToString(h.Sum(nil))[:16]
}
