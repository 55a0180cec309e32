package diffsrc

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"
)

// Blame runs on commits made for it. The parent holds a file's own state in
// the base and its possible sources, the child the file as it is now. So
// neither history nor dates nor the number of the base's files matter, and
// the names need no quoting.
const (
	blamedName = "file.go"
	sourceName = "source%06d.go"
	baseTitle  = "base"
	workTitle  = "work"
)

func blameRef(i int) string { return fmt.Sprintf("refs/goat/blame%d", i) }

// commits adds the job's two commits.
func (j *blameJob) commits(im *importer, i int) {
	var parent []treeFile
	if j.file.oldPath != "" {
		parent = append(parent, treeFile{path: blamedName, oid: j.file.oldOID})
	}
	for k, src := range j.sources {
		parent = append(parent, treeFile{path: fmt.Sprintf(sourceName, k), oid: src.oid})
	}
	im.commit(blameRef(i), baseTitle, parent)
	im.commit(blameRef(i), workTitle, []treeFile{{path: blamedName, oid: j.file.newOID}})
}

// blameArgs: move and copy detection as decided, and no more of the rest than
// the line numbers. A scratch repository has no configuration to fear.
func blameArgs(ref string, ranges [][2]int) []string {
	args := []string{"blame", "--incremental", "-M", "-C", "-C", "-w"}
	if len(ranges) <= 5000 { // else blame everything: command lines have an end
		for _, r := range ranges {
			args = append(args, fmt.Sprintf("-L%d,%d", r[0], r[1]))
		}
	}
	return append(args, ref, "--", blamedName)
}

// blame asks git where lines of a file come from.
func (s *scratch) blame(ctx context.Context, ref string, ranges [][2]int) ([]origin, error) {
	out, err := s.git.run(ctx, nil, blameArgs(ref, ranges)...)
	if err != nil {
		return nil, err
	}
	return parseBlame(out)
}

// parseBlame reads the output of git blame --incremental and keeps what
// is attributed to the base. An entry is "<oid> <source line> <line> <count>",
// headers (a commit's only at its first entry), and "filename <name>".
func parseBlame(out []byte) ([]origin, error) {
	var list []origin
	title := make(map[string]string) // by commit
	var commit string
	var o origin
	inEntry := false
	for raw := range bytes.Lines(out) {
		line := strings.TrimSuffix(string(raw), "\n")
		key, value, _ := strings.Cut(line, " ")
		switch {
		case !inEntry:
			var err error
			if o, err = parseOrigin(value); err != nil {
				return nil, fmt.Errorf("parsing git blame's line %q: %w", line, err)
			}
			commit, inEntry = key, true
		case key == "summary":
			title[commit] = value
		case key == "filename":
			inEntry = false
			if title[commit] != baseTitle {
				continue
			}
			number, err := sourceNumber(value)
			if err != nil {
				return nil, err
			}
			o.Source = number
			list = append(list, o)
		}
	}
	if inEntry {
		return nil, fmt.Errorf("parsing git blame's output: it ends within an entry of %s", commit)
	}
	return list, nil
}

func parseOrigin(s string) (origin, error) {
	fields := strings.Fields(s)
	if len(fields) != 3 {
		return origin{}, fmt.Errorf("got %d numbers, want 3", len(fields))
	}
	var n [3]int
	for i, f := range fields {
		v, err := strconv.Atoi(f)
		if err != nil || v < 1 || v > 1<<30 {
			return origin{}, fmt.Errorf("%q is no line number", f)
		}
		n[i] = v
	}
	return origin{SourceLine: n[0], Line: n[1], Count: n[2]}, nil
}

// sourceNumber undoes the naming of commits.
func sourceNumber(name string) (int, error) {
	if name == blamedName {
		return -1, nil
	}
	digits := strings.TrimSuffix(strings.TrimPrefix(name, "source"), ".go")
	number, err := strconv.Atoi(digits)
	if err != nil || number < 0 {
		return 0, fmt.Errorf("parsing git blame's output: unexpected file name %q", name)
	}
	return number, nil
}
