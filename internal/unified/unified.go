package unified

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
)

// Hunk is a run of lines that differ, without context. Old and New are the first
// lines on both sides, 1-based. If a side has no lines, it is the line before.
type Hunk struct {
	Old, OldCount int
	New, NewCount int
	Lines         []string // with "-" or "+" in front, without ends of lines
}

// String is the hunk's header, as diff -U0 has it.
func (h Hunk) String() string {
	return fmt.Sprintf("@@ -%s +%s @@", span(h.Old, h.OldCount), span(h.New, h.NewCount))
}

func span(first, count int) string {
	if count == 1 {
		return strconv.Itoa(first)
	}
	return fmt.Sprintf("%d,%d", first, count)
}

// Hunks returns the differences, in order. Windows' line ends count as equal to
// others.
func Hunks(old, new []byte) []Hunk {
	old, new = bytes.ReplaceAll(old, []byte("\r\n"), []byte("\n")), bytes.ReplaceAll(new, []byte("\r\n"), []byte("\n"))
	var hunks []Hunk
	o, n := 0, 0 // the last lines that were read
	open := false
	for line := range strings.Lines(string(body(diff.Diff("old", old, "new", new)))) {
		line = strings.TrimSuffix(line, "\n")
		if rest, ok := strings.CutPrefix(line, "@@ "); ok {
			o, n = starts(rest)
			open = false
			continue
		}
		switch {
		case line == "" || line[0] == ' ':
			o, n, open = o+1, n+1, false
			continue
		case line[0] == '\\':
			continue
		}
		if !open {
			hunks = append(hunks, Hunk{Old: o, New: n})
			open = true
		}
		h := &hunks[len(hunks)-1]
		h.Lines = append(h.Lines, line)
		if line[0] == '-' {
			o++
			if h.OldCount++; h.OldCount == 1 {
				h.Old = o
			}
		} else {
			n++
			if h.NewCount++; h.NewCount == 1 {
				h.New = n
			}
		}
	}
	return hunks
}

// starts reads "-12,3 +14,5 @@" and returns the lines before both.
func starts(header string) (old, new int) {
	for word := range strings.FieldsSeq(header) {
		first, count, many := strings.Cut(word[1:], ",")
		n, err := strconv.Atoi(first)
		if err != nil {
			continue
		}
		if !many || count != "0" {
			n-- // without lines it is already the line before
		}
		switch word[0] {
		case '-':
			old = n
		case '+':
			new = n
		}
	}
	return old, new
}

// body returns what follows the three lines with the names of the files.
func body(text []byte) []byte {
	for range 3 {
		_, text, _ = bytes.Cut(text, []byte("\n"))
	}
	return text
}

// Patch returns the change of a file as git writes it, nil if there is none. The
// name has slashes. If old is nil the file is new.
func Patch(name string, old, new []byte) []byte {
	if old != nil && bytes.Equal(old, new) {
		return nil
	}
	before, after := quote("a/"+name), quote("b/"+name)
	var out bytes.Buffer
	fmt.Fprintf(&out, "diff --git %s %s\n", before, after)
	if old == nil {
		out.WriteString("new file mode 100644\n")
		before = "/dev/null"
	}
	fmt.Fprintf(&out, "--- %s\n+++ %s\n", ended(before), ended(after))
	out.Write(body(diff.Diff("old", old, "new", new)))
	return out.Bytes()
}

// ended marks the end of a name that has blanks, as git does.
func ended(name string) string {
	if strings.ContainsAny(name, " ") && name[0] != '"' {
		return name + "\t"
	}
	return name
}

// quote writes a name as git does: in quotes, with C's escapes, if a byte of it
// would end the name or is not ASCII.
func quote(name string) string {
	if !strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r >= 0x7f || r == '"' || r == '\\' }) {
		return name
	}
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(name) {
		switch c := name[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c >= 0x7f:
			fmt.Fprintf(&b, "\\%03o", c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// Colour gives a line of a patch the colours that git gives it, if colours are
// wanted. They are among the first eight, which are readable on light and dark.
func Colour(line string, wanted bool) string {
	if !wanted || line == "" {
		return line
	}
	code := ""
	switch {
	case strings.HasPrefix(line, "+++ "), strings.HasPrefix(line, "--- "), strings.HasPrefix(line, "diff "), strings.HasPrefix(line, "new file "):
		code = "1"
	case line[0] == '+':
		code = "32"
	case line[0] == '-':
		code = "31"
	case strings.HasPrefix(line, "@@"):
		code = "36"
	default:
		return line
	}
	return "\x1b[" + code + "m" + line + "\x1b[m"
}
