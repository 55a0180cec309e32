package diffsrc

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/sourcegraph/go-diff/diff"

	"github.com/goat-trace/goat/diffsrc/internal/compare"
	"github.com/goat-trace/goat/diffsrc/internal/git"
)

// changedFile is a .go file that differs between the base and the work tree.
type changedFile struct {
	path    string // in the work tree; "" for a deleted file
	oldPath string // in the base; "" for a new file
	oldOID  string
	newOID  string
	hunks   []compare.Hunk

	old, new []byte
	change   *compare.File
}

func (f *changedFile) renamed() bool { return f.oldPath != "" && f.path != "" && f.oldPath != f.path }

// renameLimit bounds how many files are compared with each other when renames
// are looked for: its square, in pairs.
const renameLimit = "2000"

// diffArgs pins everything about a diff that configuration or a newer git
// could change.
func diffArgs(renames bool) []string {
	args := []string{
		"diff-tree", "-r", "--raw", "--patch", "--no-abbrev", "--full-index", "--unified=0", "--inter-hunk-context=0",
		"--diff-algorithm=myers", "--indent-heuristic", "--ignore-cr-at-eol", "--text", "--no-color", "--no-color-moved",
		"--no-ext-diff", "--no-textconv", "--src-prefix=a/", "--dst-prefix=b/", "--ignore-submodules=all",
	}
	if renames {
		return append(args, "--find-renames=50%", "-l"+renameLimit)
	}
	return append(args, "--no-renames")
}

// diffTrees compares two trees of a scratch repository with git.
func diffTrees(ctx context.Context, s *git.Scratch, old, new string, renames bool) ([]*changedFile, error) {
	if old == new {
		return nil, nil
	}
	out, err := s.Git.Run(ctx, nil, append(diffArgs(renames), old, new)...)
	if err != nil {
		return nil, fmt.Errorf("comparing the base with the work tree: %w", err)
	}
	return parseDiff(out)
}

// parseDiff reads what git diff-tree --raw --patch prints: one line for each
// file, a blank line, and the patches.
func parseDiff(out []byte) ([]*changedFile, error) {
	var files []*changedFile
	for bytes.HasPrefix(out, []byte{':'}) {
		var record []byte
		record, out, _ = bytes.Cut(out, []byte{'\n'})
		f, err := parseRaw(string(record))
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	hunks := make(map[[2]string][]compare.Hunk)
	// What a file's text makes unreadable here, compare.Compare finds out.
	patches, _ := diff.ParseMultiFileDiffOptions(bytes.TrimPrefix(out, []byte{'\n'}), diff.ParseOptions{KeepCR: true})
	for _, p := range patches {
		key := [2]string{patchPath(p.OrigName, "a/"), patchPath(p.NewName, "b/")}
		hunks[key] = append(hunks[key], bareHunks(p.Hunks)...)
	}
	for _, f := range files {
		f.hunks = hunks[[2]string{f.oldPath, f.path}]
	}
	return files, nil
}

// parseRaw reads ":<mode> <mode> <oid> <oid> <status>\t<path>[\t<path>]".
func parseRaw(record string) (*changedFile, error) {
	head, names, _ := strings.Cut(record, "\t")
	fields := strings.Fields(head)
	paths := strings.Split(names, "\t")
	for i := range paths {
		name, err := git.Unquote(paths[i])
		if err != nil {
			return nil, fmt.Errorf("parsing git's list of changes: %w", err)
		}
		paths[i] = name
	}
	if len(fields) != 5 || names == "" || (fields[4][0] == 'R') != (len(paths) == 2) {
		return nil, fmt.Errorf("parsing git's list of changes: unexpected line %q", record)
	}
	f := &changedFile{path: paths[len(paths)-1], oldPath: paths[0], oldOID: fields[2], newOID: fields[3]}
	switch fields[4][0] {
	case 'A':
		f.oldPath, f.oldOID = "", ""
	case 'D':
		f.path, f.newOID = "", ""
	case 'M', 'R', 'T':
	default:
		return nil, fmt.Errorf("parsing git's list of changes: unexpected status in %q", record)
	}
	return f, nil
}

// patchPath undoes quoting and takes the prefix from a name of a patch; ""
// stands for /dev/null.
func patchPath(name, prefix string) string {
	if plain, err := git.Unquote(name); err == nil {
		name = plain
	}
	if name == "/dev/null" {
		return ""
	}
	return strings.TrimPrefix(name, prefix)
}

// bareHunks takes the line numbers from hunks without context.
func bareHunks(list []*diff.Hunk) []compare.Hunk {
	hunks := make([]compare.Hunk, 0, len(list))
	for _, h := range list {
		hunks = append(hunks, compare.Hunk{
			Old: startLine(h.OrigStartLine, h.OrigLines), OldEnd: startLine(h.OrigStartLine, h.OrigLines) + int(h.OrigLines),
			New: startLine(h.NewStartLine, h.NewLines), NewEnd: startLine(h.NewStartLine, h.NewLines) + int(h.NewLines),
		})
	}
	return hunks
}

// startLine returns the line that a range begins before or at: a range of no
// lines is given by the line in front of it.
func startLine(start, count int32) int {
	if count == 0 {
		return int(start) + 1
	}
	return int(start)
}
