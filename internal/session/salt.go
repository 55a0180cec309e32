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

// salt digests what decides the compilers' inputs, the files' own bytes
// aside: the go command hashes those itself.
func salt(tool string, s *Session, set *diffsrc.LineSet) string {
	h := sha256.New()
	// What was given up without GOAT_STRICT=1 must be tried again with it.
	fmt.Fprintf(h, "%s\x00%s\x00%s\x00%v\x00", formatVersion, tool, s.Config.ID(), s.Config.Strict)
	if s.Reason == "" {
		fmt.Fprintf(h, "lines\x00")
	}
	fmt.Fprintf(h, "%s\x00", set.ID())
	var located []string
	for _, m := range s.Modules {
		located = append(located, m.Path+"\x00"+dirInRepository(s, m))
	}
	slices.Sort(located) // the order of a go.work does not matter
	fmt.Fprintf(h, "%q", located)
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// dirInRepository returns a module's directory relative to the repository, which
// is the same in each of its work trees. The salt needs it: with -trimpath the go
// command tells packages apart by import path and bytes alone, but two modules of
// one path in a repository have each a base of its own.
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

// PackageSalt digests what decides how the package in a directory is
// instrumented, its files' own bytes aside: the go command hashes those. It is
// narrower than ID: other packages' changes and the base's name leave it alone.
func (s *Session) PackageSalt(module, dir string) (string, error) {
	lines, err := s.Lines(module, dir)
	if err != nil {
		return "", err
	}
	if len(lines) == 0 {
		lines = nil // a session that has been read has no map, one that was computed an empty one
	}
	text, err := json.Marshal(lines)
	if err != nil {
		return "", fmt.Errorf("digesting the lines of %s: %w", filepath.Join(module, dir), err)
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00%s\x00%s\x00%v\x00%v\x00%s\x00%s\x00%s\x00%s", formatVersion, s.Tool, s.Config.PackageID(), s.Config.Strict, s.All, module, s.version(module), dir, text)
	return hex.EncodeToString(h.Sum(nil))[:16], nil
}

// MainSalt digests what decides how main packages are compiled and binaries
// are linked: all that ID covers and what the manifest says of the base.
func (s *Session) MainSalt() string {
	h := sha256.New()
	base := s.Base()
	fmt.Fprintf(h, "%s\x00%s\x00%s\x00%s", s.ID, base.Ref, base.Used, base.Mode)
	return hex.EncodeToString(h.Sum(nil))[:16]
}
