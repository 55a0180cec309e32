package diffsrc

import (
	"context"
	"fmt"
	"slices"

	"github.com/goat-trace/goat/diffsrc/internal/compare"
	"github.com/goat-trace/goat/diffsrc/internal/patch"
	"github.com/goat-trace/goat/internal/bounded"
	"github.com/goat-trace/goat/internal/gofile"
)

// maxPatch is the largest patch file that is read.
const maxPatch = 128 << 20

// computePatch takes the changes from a unified diff. It reverses the patch on
// the work tree's files to get their old state, and then finds lines as it does
// for a diff from git.
func computePatch(ctx context.Context, o Options) (*LineSet, error) {
	data, err := bounded.ReadFile(o.Patchfile, maxPatch)
	if err != nil {
		return nil, fmt.Errorf("reading patchfile: %w: set -patchfile or GOAT_PATCHFILE to a unified diff", err)
	}
	patches, err := patch.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("parsing patchfile %s: %w: make it with `git diff BASE`", o.Patchfile, err)
	}
	c := &comparison{Options: o, owner: o.owner(), set: &LineSet{Source: SourcePatchfile, Modules: map[string]ModuleLines{}}}
	places := newPlaces(o)
	seen := make(map[string]bool)
	for _, p := range patches {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err := c.patch(p, places, seen); err != nil {
			return nil, fmt.Errorf("applying patchfile %s: %w", o.Patchfile, err)
		}
	}
	slices.SortFunc(c.set.Pairs, comparePairs)
	c.set.Pairs = slices.Compact(c.set.Pairs)
	return c.set, nil
}

// patch adds the lines of one file.
func (c *comparison) patch(p patch.File, places *places, seen map[string]bool) error {
	if p.New == "" || !gofile.IsGo(p.New) {
		return nil
	}
	found, err := places.find(p, c.owner)
	if err != nil || found == nil {
		return err
	}
	if seen[found.file] {
		return fmt.Errorf("file %s: the patch changes it twice: make one patch with `git diff BASE`", p.New)
	}
	seen[found.file] = true
	if old := oldName(p, found.name); old != "" && old != found.name {
		c.set.Pairs = append(c.set.Pairs, Pair{Repo: ".", New: found.name, Old: old})
	}
	hunks := found.hunks
	if p.ChangesEnds() {
		hunks = nil // package compare diffs the lines itself
	}
	c.add(found.module, found.rel, found.new, compare.Compare(found.old, found.new, hunks))
	return nil
}

// oldName returns the old name of a .go file as in the repository, or "". It
// has a prefix if the new name, which was found in the work tree, has one.
func oldName(p patch.File, found string) string {
	if !gofile.IsGo(p.Old) {
		return ""
	}
	if found != p.New && hasPrefix(p.Old) {
		return p.Old[2:]
	}
	return p.Old
}
