package session

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// Dir is a directory of a module that holds changed files.
type Dir struct {
	Module string // path
	Dir    string // relative to the module, with slashes; "." for its own
}

// Prepare computes a session for a go command that does not run yet and keeps
// it under a name, with which the tools of that command find it: see Prepared.
// An error that is errors.Is ErrNotKept comes with a session that is good but
// could not be kept.
func Prepare(ctx context.Context, in Input) (*Session, string, error) {
	st := openStore(in.Getenv, in.Log)
	s, name, err := st.find(ctx, in)
	if err == nil {
		st.sessions.Use(name)
		st.cache.Expire()
	}
	return s, name, err
}

// Prepared returns the session that Prepare has kept under a name. Where it is
// gone, it is computed anew.
func Prepared(ctx context.Context, in Input, name string) (*Session, error) {
	st := openStore(in.Getenv, in.Log)
	if s, err := st.read(name); err == nil {
		return s.mending(ctx, in), nil
	}
	s, _, err := Compute(ctx, in)
	return s, err
}

// Dirs returns the directories that hold changed files, in the order of module
// paths and directories.
func (s *Session) Dirs() []Dir {
	return s.dirs
}

func dirsOf(keys map[string]string) []Dir {
	var dirs []Dir
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		module, dir, _ := strings.Cut(key, "\x00")
		dirs = append(dirs, Dir{Module: module, Dir: dir})
	}
	return dirs
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
