package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/goat-trace/goat/internal/terminal"
)

// position names lines of a file: "a/b.go:3" or "a/b.go:3-5".
func position(file string, line, endLine int) string {
	text := file + ":" + strconv.Itoa(line)
	if endLine > line {
		text += "-" + strconv.Itoa(endLine)
	}
	return text
}

// inModule names a file of a required module as a build with -trimpath does:
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

// indentedJSON returns a value as JSON that is safe for a terminal, with a line
// end. All lines but the first begin with a prefix.
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
