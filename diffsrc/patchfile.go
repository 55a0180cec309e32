package diffsrc

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/sourcegraph/go-diff/diff"

	"github.com/goat-trace/goat/diffsrc/internal/compare"
	"github.com/goat-trace/goat/diffsrc/internal/git"
	"github.com/goat-trace/goat/internal/bounded"
	"github.com/goat-trace/goat/internal/source"
)

// maxPatch bounds a patch file.
const maxPatch = 128 << 20

// computePatch takes the changes from a unified diff. The old state of each
// file is what the work tree's file is without the patch; then the lines
// are found as for a diff of git's own making.
func computePatch(ctx context.Context, o Options) (*LineSet, error) {
	data, err := bounded.ReadFile(o.Patchfile, maxPatch)
	if err != nil {
		return nil, fmt.Errorf("reading patchfile: %w: set -patchfile or GOAT_PATCHFILE to a unified diff", err)
	}
	patches, err := parsePatch(data)
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

// filePatch is the patch of one file: its hunks, and its names as the patch
// spells them, "" for /dev/null.
type filePatch struct {
	old, new string
	hunks    []patchHunk
}

// patchHunk is a hunk with its lines. newStart is the line of the work tree's
// file that the first of them is, or stands before.
type patchHunk struct {
	header   string
	newStart int
	lines    []patchLine
	ends     lineEnds
}

// lineEnds says which ends of lines a hunk's changed lines have.
type lineEnds struct{ lf, crlf bool }

// changesEnds reports whether the patch changes ends of lines. Its hunks then
// hold lines that are the same but for that.
func (p *filePatch) changesEnds() bool {
	var all lineEnds
	for _, h := range p.hunks {
		all.lf, all.crlf = all.lf || h.ends.lf, all.crlf || h.ends.crlf
	}
	return all.lf && all.crlf
}

// patchLine is a line of a hunk: ' ' context, '-' old, '+' new.
type patchLine struct {
	kind byte
	text string // without its end
}

// parsePatch reads every file of a patch. Text around it is skipped.
func parsePatch(data []byte) ([]filePatch, error) {
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, nil
	}
	if bytes.HasPrefix(data, []byte("@@@ ")) || bytes.Contains(data, []byte("\n@@@ ")) {
		return nil, fmt.Errorf("it is a combined diff of a merge")
	}
	files, err := diff.ParseMultiFileDiffOptions(data, diff.ParseOptions{KeepCR: true})
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("it holds no unified diff")
	}
	var list []filePatch
	for _, f := range files {
		p := filePatch{old: patchName(f.OrigName), new: patchName(f.NewName)}
		for _, h := range f.Hunks {
			hunk, err := parseHunk(h)
			if err != nil {
				return nil, fmt.Errorf("file %s: %w", f.NewName, err)
			}
			p.hunks = append(p.hunks, hunk)
		}
		list = append(list, p)
	}
	return list, nil
}

func patchName(name string) string {
	name = strings.TrimSuffix(name, "\r")
	if plain, err := git.Unquote(name); err == nil {
		name = plain
	}
	if name == "/dev/null" {
		return ""
	}
	return name
}

// parseHunk takes as many lines from a hunk as its header announces; what
// follows them (a mail's signature) is not part of the patch.
func parseHunk(h *diff.Hunk) (patchHunk, error) {
	p := patchHunk{
		header:   fmt.Sprintf("@@ -%d,%d +%d,%d @@", h.OrigStartLine, h.OrigLines, h.NewStartLine, h.NewLines),
		newStart: startLine(h.NewStartLine, h.NewLines),
	}
	if h.OrigStartLine < 0 || h.NewStartLine < 0 || h.OrigLines < 0 || h.NewLines < 0 {
		return patchHunk{}, fmt.Errorf("hunk %s: negative line numbers", p.header)
	}
	old, new := int(h.OrigLines), int(h.NewLines)
	for raw := range bytes.Lines(h.Body) {
		if old == 0 && new == 0 {
			break
		}
		line := strings.TrimRight(string(raw), "\r\n")
		kind := byte(' ') // mailers strip the blank of an empty line
		if line != "" {
			kind, line = line[0], line[1:]
		}
		if kind == '-' || kind == '+' {
			crlf := bytes.HasSuffix(raw, []byte("\r\n"))
			p.ends.lf, p.ends.crlf = p.ends.lf || !crlf, p.ends.crlf || crlf
		}
		switch kind {
		case '\\':
			continue
		case '-':
			old--
		case '+':
			new--
		default:
			old, new = old-1, new-1
		}
		p.lines = append(p.lines, patchLine{kind, line})
	}
	if old != 0 || new != 0 {
		return patchHunk{}, fmt.Errorf("hunk %s: its lines are not as many as the header says", p.header)
	}
	return p, nil
}

// patch adds the lines of one file.
func (c *comparison) patch(p filePatch, places *places, seen map[string]bool) error {
	if p.new == "" || !source.IsGo(p.new) {
		return nil
	}
	found, err := places.find(p, c.owner)
	if err != nil || found == nil {
		return err
	}
	if seen[found.file] {
		return fmt.Errorf("file %s: the patch changes it twice: make one patch with `git diff BASE`", p.new)
	}
	seen[found.file] = true
	if old := oldName(p, found.name); old != "" && old != found.name {
		c.set.Pairs = append(c.set.Pairs, Pair{Repo: ".", New: found.name, Old: old})
	}
	hunks := found.hunks
	if p.changesEnds() {
		hunks = nil // package compare finds those without
	}
	c.add(found.module, found.rel, found.new, compare.Compare(found.old, found.new, hunks))
	return nil
}

// oldName returns the old name of a .go file as the repository has it, "" for
// none. It has a prefix if the new one, whose place is known, has.
func oldName(p filePatch, found string) string {
	if !source.IsGo(p.old) {
		return ""
	}
	if found != p.new && hasPrefix(p.old) {
		return p.old[2:]
	}
	return p.old
}
