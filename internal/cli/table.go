package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goat-trace/goat/internal/terminal"
)

// columns are those of a table. Its head, if any, stands above it, or alone where
// there are no rows.
type columns struct {
	head   string
	titles []string
	right  []int // those aligned to the right
}

// addRow adds a row to a table. style is an escape sequence, "" for none.
type addRow func(style string, cells ...string)

// maxWidth bounds what one long cell does to all rows.
const maxWidth = 160

// printTable lays text out in columns. rows is called twice, to measure and to
// print, so that no table need be held in memory; an error of its first call
// comes before anything is printed.
func printTable(out io.Writer, c columns, rows func(add addRow) error) error {
	widths, count := make([]int, len(c.titles)), -1 // without the titles
	measure := func(_ string, cells ...string) {
		count++
		for i, cell := range cells {
			widths[i] = min(max(widths[i], utf8.RuneCountInString(terminal.Word(cell))), maxWidth)
		}
	}
	measure("", c.titles...)
	if err := rows(measure); err != nil {
		return err
	}
	w := bufio.NewWriter(out)
	defer w.Flush()
	w.WriteString(c.head)
	if count == 0 {
		return nil
	}
	if c.head != "" {
		w.WriteString("\n")
	}
	print := func(style string, cells ...string) {
		var line strings.Builder
		for i, cell := range cells {
			cell = terminal.Word(cell)
			pad := strings.Repeat(" ", max(widths[i]-utf8.RuneCountInString(cell), 0))
			if i > 0 {
				line.WriteString("  ")
			}
			if slices.Contains(c.right, i) {
				line.WriteString(pad + cell)
			} else {
				line.WriteString(cell + pad)
			}
		}
		text := strings.TrimRight(line.String(), " ")
		if style != "" {
			text = style + text + styleOff
		}
		fmt.Fprintln(w, text)
	}
	print("", c.titles...)
	return rows(print)
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
	f, ok := p.stdout.Unwrap().(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
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
	text, err := indentedJSON(value, "")
	if err != nil {
		return err
	}
	_, err = io.WriteString(p.stdout, text)
	return err
}

// indentedJSON returns a value as JSON fit for a terminal, with an end of line.
// All lines but the first begin with a prefix.
func indentedJSON(value any, prefix string) (string, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent(prefix, "  ")
	if err := encoder.Encode(value); err != nil {
		return "", fmt.Errorf("encoding JSON: %w", err)
	}
	return string(terminal.JSON(text.Bytes())), nil
}
