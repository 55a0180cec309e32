package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// table lays text out in columns.
type table struct {
	rows  [][]string
	style []string // escape sequence of each row, "" for none
	right []int    // columns aligned to the right
}

func newTable(titles ...string) *table {
	return &table{rows: [][]string{titles}, style: []string{""}}
}

func (t *table) add(cells ...string) { t.addStyled("", cells...) }

func (t *table) addStyled(style string, cells ...string) {
	for i, c := range cells {
		cells[i] = printable(c)
	}
	t.rows = append(t.rows, cells)
	t.style = append(t.style, style)
}

func (t *table) alignRight(column int) { t.right = append(t.right, column) }

func (t *table) print(w io.Writer) {
	widths := make([]int, len(t.rows[0]))
	for _, row := range t.rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for r, row := range t.rows {
		var line strings.Builder
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i > 0 {
				line.WriteString("  ")
			}
			if slices.Contains(t.right, i) {
				line.WriteString(pad + cell)
			} else {
				line.WriteString(cell + pad)
			}
		}
		text := strings.TrimRight(line.String(), " ")
		if t.style[r] != "" {
			text = t.style[r] + text + styleOff
		}
		fmt.Fprintln(w, text)
	}
}

// Escape sequences of terminals (ECMA-48, SGR).
const (
	styleGreen = "\x1b[32m"
	styleRed   = "\x1b[31m"
	styleOff   = "\x1b[0m"
)

// colours reports whether standard output is a terminal that may show colours
// (no-color.org).
func (p *program) colours() bool {
	if p.getenv("NO_COLOR") != "" || p.getenv("TERM") == "dumb" {
		return false
	}
	f, ok := p.stdout.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// printable quotes text that a terminal would not show as it is.
func printable(text string) string {
	if strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.Quote(text)
	}
	return text
}

// position names lines of a file: "a/b.go:3" or "a/b.go:3-5".
func position(file string, line, endLine int) string {
	text := file + ":" + strconv.Itoa(line)
	if endLine > line {
		text += "-" + strconv.Itoa(endLine)
	}
	return text
}

// inModule names a file of a required module as a build with -trimpath does,
// "path@version/file". Other files have no version.
func inModule(module, version, file string) string {
	switch {
	case version == "":
		return file
	case strings.HasPrefix(version, ".") || strings.HasPrefix(version, "/"):
		return module + "/" + file // replaced by a directory
	}
	return module + "@" + version[strings.LastIndexByte(version, '@')+1:] + "/" + file
}

// printJSON prints indented JSON.
func (p *program) printJSON(value any) error {
	encoder := json.NewEncoder(p.stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return fmt.Errorf("writing JSON: %w; check standard output", err)
	}
	return nil
}
