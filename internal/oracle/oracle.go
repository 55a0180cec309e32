package oracle

import (
	"fmt"
	"sort"

	"golang.org/x/tools/cover"
)

// Verdict is the comparison of one run's two counts.
type Verdict struct {
	Points   int // compared with a block
	Hit      int // of these
	Early    int // of these, in a block that may be left early
	Apart    int // points without a block: an else or default that is not written
	Problems []string
}

// Judge compares the points of packages with a text profile of the same run.
// dir and patterns name the packages, which must be built with base INIT at
// line granularity.
func Judge(dir string, patterns []string, items []Item, profile string) (Verdict, error) {
	pkgs, err := list(dir, patterns...)
	if err != nil {
		return Verdict{}, err
	}
	blocks, err := readProfile(profile)
	if err != nil {
		return Verdict{}, err
	}
	var v Verdict
	byPackage := make(map[string]map[string]site)
	for _, p := range pkgs {
		if byPackage[p.ImportPath], err = p.sites(); err != nil {
			return Verdict{}, err
		}
	}
	seen := make(map[string]int)
	for _, item := range items {
		sites, ok := byPackage[item.Package]
		if !ok {
			continue
		}
		if s, ok := sites[item.StableID]; ok {
			seen[item.Package]++
			v.compare(item, s, blocks[s.file])
		}
	}
	for path, n := range seen {
		if want := len(byPackage[path]); n != want {
			v.problem("%s: got %d points, want %d", path, n, want)
		}
	}
	sort.Strings(v.Problems)
	return v, nil
}

func (v *Verdict) problem(format string, args ...any) {
	v.Problems = append(v.Problems, fmt.Sprintf(format, args...))
}

func (v *Verdict) compare(item Item, s site, blocks []cover.ProfileBlock) {
	if s.Line != item.Line || s.Func != item.Func || string(s.Kind) != item.Kind {
		v.problem("%s: got the stable id of %s", item, s.Point)
		return
	}
	if s.line == 0 {
		v.Apart++
		return
	}
	b, ok := blockAt(blocks, s.line, s.col)
	if !ok {
		v.problem("%s: no block of cover's holds %s:%d:%d", item, s.file, s.line, s.col)
		return
	}
	v.Points++
	goat, covered, early := item.Count > 0, b.Count > 0, s.leavesEarly(b)
	if early {
		v.Early++
	}
	if goat {
		v.Hit++
	}
	switch {
	case goat && !covered:
		v.problem("%s: hit, but its block %d.%d,%d.%d is not", item, b.StartLine, b.StartCol, b.EndLine, b.EndCol)
	case !goat && covered && !early:
		v.problem("%s: not hit, but its block %d.%d,%d.%d is", item, b.StartLine, b.StartCol, b.EndLine, b.EndCol)
	}
}

func (s site) leavesEarly(b cover.ProfileBlock) bool {
	for line := b.StartLine; line <= b.EndLine; line++ {
		if s.early[line] {
			return true
		}
	}
	return false
}

func readProfile(name string) (map[string][]cover.ProfileBlock, error) {
	profiles, err := cover.ParseProfiles(name)
	if err != nil {
		return nil, fmt.Errorf("reading the coverage profile: %w", err)
	}
	blocks := make(map[string][]cover.ProfileBlock)
	for _, p := range profiles {
		blocks[p.FileName] = p.Blocks
	}
	return blocks, nil
}

// blockAt returns the last block that begins at or before a position and does
// not end before it. The block of an empty list may be empty itself.
func blockAt(blocks []cover.ProfileBlock, line, col int) (cover.ProfileBlock, bool) {
	var best cover.ProfileBlock
	found := false
	for _, b := range blocks {
		begins := b.StartLine < line || b.StartLine == line && b.StartCol <= col
		ends := b.EndLine < line || b.EndLine == line && b.EndCol <= col
		if begins && (!ends || b.StartLine == line && b.StartCol == col) {
			best, found = b, true
		}
	}
	return best, found
}
