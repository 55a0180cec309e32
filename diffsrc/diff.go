package diffsrc

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/goat-trace/goat/diffsrc/internal/compare"
	"github.com/goat-trace/goat/diffsrc/internal/git"
	"github.com/goat-trace/goat/diffsrc/internal/patch"
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

// renameLimit limits how many files git compares with each other when it looks
// for renames. The number of pairs is its square.
const renameLimit = "2000"

// diffArgs sets every option of git diff that the user's configuration or a
// newer git could change.
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

// diffTrees has git compare two trees of a scratch repository.
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
	for _, p := range patch.Bare(bytes.TrimPrefix(out, []byte{'\n'})) {
		key := [2]string{strings.TrimPrefix(p.Old, "a/"), strings.TrimPrefix(p.New, "b/")}
		hunks[key] = append(hunks[key], p.Hunks...)
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
