package source

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/goat-trace/goat/diffsrc"
	"github.com/goat-trace/goat/hub/report"
)

// diffArgs set every option of a diff that settings or a newer git could
// change.
var diffArgs = []string{
	"diff-tree", "-r", "--patch", "--unified=0", "--inter-hunk-context=0", "--diff-algorithm=myers", "--indent-heuristic",
	"--ignore-cr-at-eol", "--no-color", "--no-color-moved", "--no-ext-diff", "--no-textconv", "--src-prefix=a/", "--dst-prefix=b/",
	"--ignore-submodules=all", "--find-renames=50%", "-l2000",
}

// maxChanged limits how many files of a diff are read.
const maxChanged = 100_000

// Changes returns the lines of a tree that its base, a commit given by its full
// id, does not have. It compares renamed files with their old versions, and
// counts the same lines as changed as goat's builds do, see
// diffsrc.CompareTexts. The names belong to the tree's modules.
func (t *Tree) Changes(ctx context.Context, base string) (*report.Changes, error) {
	full, err := t.mirror.Commit(ctx, base)
	if err != nil {
		return nil, err
	}
	c := &report.Changes{Base: full, Head: t.commit}
	if full == t.commit {
		return c, nil
	}
	files, err := t.diff(ctx, full)
	if err == nil {
		err = t.findEffective(ctx, full, files)
	}
	if err != nil {
		return nil, fmt.Errorf("comparing %.12s with %.12s: %w", t.commit, full, err)
	}
	for _, f := range files {
		if f.Path != "" && len(f.Diff)+len(f.Lines) > 0 {
			f.Name = t.Name(f.Path)
			c.Files = append(c.Files, f)
		}
	}
	return c, nil
}

// diff lists the files that differ, with the lines that are new according to
// git.
func (t *Tree) diff(ctx context.Context, base string) (files []report.ChangedFile, err error) {
	ctx, cancel := t.mirror.readTime(ctx)
	defer cancel()
	err = t.mirror.git.Stream(ctx, func(r io.Reader) (err error) {
		files, err = readDiff(r)
		return err
	}, append(diffArgs[:len(diffArgs):len(diffArgs)], base, t.commit)...)
	return files, err
}

// findEffective finds the lines of Go files that hold changed code. If a file
// cannot be read because it is too large, git's lines stay.
func (t *Tree) findEffective(ctx context.Context, base string, files []report.ChangedFile) error {
	var texts []diffsrc.Texts
	var of []*report.ChangedFile
	for i := range files {
		f := &files[i]
		if f.Lines = f.Diff; !strings.HasSuffix(cmp.Or(f.Path, f.OldPath), ".go") {
			continue
		}
		text := diffsrc.Texts{Path: f.Path, OldPath: f.OldPath}
		var errOld, errNew error
		text.Old, errOld = t.side(ctx, base, f.OldPath)
		text.New, errNew = t.side(ctx, t.commit, f.Path)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if errOld == nil && errNew == nil {
			texts, of = append(texts, text), append(of, f)
		}
	}
	for i, lines := range diffsrc.CompareTexts(texts) {
		of[i].Lines = lines
	}
	return nil
}

// side reads one state of a file; it returns nothing for a state that does not
// exist.
func (t *Tree) side(ctx context.Context, commit, name string) ([]byte, error) {
	if name == "" || !strings.HasSuffix(name, ".go") {
		return nil, nil
	}
	return t.read(ctx, commit, name)
}

// readDiff reads names and new lines from a diff without context lines.
func readDiff(r io.Reader) (files []report.ChangedFile, err error) {
	d := diffReader{in: bufio.NewReaderSize(r, 64<<10)}
	for {
		line, err := d.line()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if err := d.read(line); err != nil {
			return nil, err
		}
		if len(d.files) > maxChanged {
			return nil, fmt.Errorf("more than %d files differ: give a nearer base", maxChanged)
		}
	}
	return d.files, nil
}

type diffReader struct {
	in    *bufio.Reader
	files []report.ChangedFile
	rest  int // lines of the hunk that still have to come
}

// line returns the beginning of a line, at least as much as any header has.
func (d *diffReader) line() (string, error) {
	line, err := d.in.ReadSlice('\n')
	text := string(line[:min(len(line), 16<<10)])
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = d.in.ReadSlice('\n')
	}
	return strings.TrimSuffix(text, "\n"), err
}

// read reads one line. It counts the lines of hunks, because a removed line
// that begins with "-- a/" looks like a header.
func (d *diffReader) read(line string) error {
	switch {
	case d.rest > 0:
		if !strings.HasPrefix(line, `\`) { // "\ No newline at end of file"
			d.rest--
		}
		return nil
	case strings.HasPrefix(line, "diff --git "):
		d.files = append(d.files, report.ChangedFile{})
		return nil
	case len(d.files) == 0:
		return nil
	}
	f := &d.files[len(d.files)-1]
	var err error
	switch {
	case strings.HasPrefix(line, "--- "):
		f.OldPath, err = diffName(line[4:], "a/")
	case strings.HasPrefix(line, "+++ "):
		f.Path, err = diffName(line[4:], "b/")
	case strings.HasPrefix(line, "@@ "):
		d.rest, err = addHunk(f, line)
	}
	return err
}

// diffName unquotes the name in a header; "" means /dev/null. A tab follows a
// name with spaces.
func diffName(s, prefix string) (string, error) {
	s = strings.TrimSuffix(s, "\t")
	if strings.HasPrefix(s, `"`) {
		plain, err := strconv.Unquote(s)
		if err != nil {
			return "", fmt.Errorf("reading the name %.200s of a diff: %w", s, err)
		}
		s = plain
	}
	if s == "/dev/null" {
		return "", nil
	}
	return strings.TrimPrefix(s, prefix), nil
}

// addHunk reads "@@ -OLD[,COUNT] +NEW[,COUNT] @@" and returns how many lines
// follow.
func addHunk(f *report.ChangedFile, line string) (rest int, err error) {
	fields := strings.Fields(line)
	if len(fields) < 4 {
		return 0, fmt.Errorf("reading the hunk %.80q of a diff", line)
	}
	_, removed, err1 := hunkRange(fields[1], "-")
	start, added, err2 := hunkRange(fields[2], "+")
	if err := errors.Join(err1, err2); err != nil {
		return 0, fmt.Errorf("reading the hunk %.80q of a diff: %w", line, err)
	}
	if added > 0 {
		if n := len(f.Diff); n > 0 && f.Diff[n-1][1]+1 >= start {
			f.Diff[n-1][1] = start + added - 1
		} else {
			f.Diff = append(f.Diff, [2]int{start, start + added - 1})
		}
	}
	return removed + added, nil
}

func hunkRange(s, sign string) (start, count int, err error) {
	first, rest, ok := strings.Cut(strings.TrimPrefix(s, sign), ",")
	count = 1
	if ok {
		if count, err = strconv.Atoi(rest); err != nil {
			return 0, 0, err
		}
	}
	start, err = strconv.Atoi(first)
	return start, count, err
}
