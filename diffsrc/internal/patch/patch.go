package patch

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/sourcegraph/go-diff/diff"

	"github.com/goat-trace/goat/diffsrc/internal/git"
)

// File is the patch of one file. Old and New are its names as the patch spells
// them, or "" for /dev/null.
type File struct {
	Old, New string
	hunks    []hunk
}

// hunk is a hunk with its lines. newStart is the line of the work tree's file
// where its first line is, or before which it is if it has no new lines.
type hunk struct {
	header   string
	newStart int
	lines    []line
	ends     lineEnds
}

// lineEnds says which line ends occur in a hunk's changed lines.
type lineEnds struct{ lf, crlf bool }

// ChangesEnds reports whether the patch changes line ends. Then its hunks hold
// lines that only differ in their ends.
func (p *File) ChangesEnds() bool {
	var all lineEnds
	for _, h := range p.hunks {
		all.lf, all.crlf = all.lf || h.ends.lf, all.crlf || h.ends.crlf
	}
	return all.lf && all.crlf
}

// line is one line of a hunk: ' ' context, '-' old, '+' new.
type line struct {
	kind byte
	text string // without its line end
}

// Parse reads all files of a patch and skips text around them.
func Parse(data []byte) ([]File, error) {
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
	var list []File
	for _, f := range files {
		p := File{Old: name(f.OrigName), New: name(f.NewName)}
		for _, h := range f.Hunks {
			parsed, err := parseHunk(h)
			if err != nil {
				return nil, fmt.Errorf("file %s: %w", f.NewName, err)
			}
			p.hunks = append(p.hunks, parsed)
		}
		list = append(list, p)
	}
	return list, nil
}

// name unquotes a name. It returns "" for /dev/null.
func name(s string) string {
	s = strings.TrimSuffix(s, "\r")
	if plain, err := git.Unquote(s); err == nil {
		s = plain
	}
	if s == "/dev/null" {
		return ""
	}
	return s
}

// parseHunk reads as many lines of a hunk as its header announces. Anything
// after them (such as a mail's signature) is not part of the patch.
func parseHunk(h *diff.Hunk) (hunk, error) {
	p := hunk{
		header:   fmt.Sprintf("@@ -%d,%d +%d,%d @@", h.OrigStartLine, h.OrigLines, h.NewStartLine, h.NewLines),
		newStart: startLine(h.NewStartLine, h.NewLines),
	}
	if h.OrigStartLine < 0 || h.NewStartLine < 0 || h.OrigLines < 0 || h.NewLines < 0 {
		return hunk{}, fmt.Errorf("hunk %s: negative line numbers", p.header)
	}
	old, new := int(h.OrigLines), int(h.NewLines)
	for raw := range bytes.Lines(h.Body) {
		if old == 0 && new == 0 {
			break
		}
		text := strings.TrimRight(string(raw), "\r\n")
		kind := byte(' ') // some mailers strip the blank of an empty line
		if text != "" {
			kind, text = text[0], text[1:]
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
		p.lines = append(p.lines, line{kind, text})
	}
	if old != 0 || new != 0 {
		return hunk{}, fmt.Errorf("hunk %s: its lines are not as many as the header says", p.header)
	}
	return p, nil
}

// startLine returns the line where a range begins. The header of an empty range
// gives the line before it.
func startLine(start, count int32) int {
	if count == 0 {
		return int(start) + 1
	}
	return int(start)
}
