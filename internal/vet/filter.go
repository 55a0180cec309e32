package vet

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/goat-trace/goat/internal/terminal"
)

// Unitchecker prints diagnostics to the process's own standard error, with the
// names that //line directives give, and ends the process. For a package with a
// name that a terminal would act upon this process therefore runs itself again,
// and prints what that one said.

// filteredEnv marks a process whose output another one filters.
const filteredEnv = "GOAT_VET_FILTERED"

// needsFilter reports whether the package of a vet configuration has such
// names. What cannot be read is left to unitchecker.
func needsFilter(args []string, getenv func(string) string) bool {
	name := args[len(args)-1]
	if !strings.HasSuffix(name, ".cfg") || getenv(filteredEnv) != "" {
		return false
	}
	data, err := os.ReadFile(name)
	var cfg struct {
		VetxOnly bool // nothing is printed
		GoFiles  []string
	}
	if err != nil || json.Unmarshal(data, &cfg) != nil || cfg.VetxOnly {
		return false
	}
	for _, file := range cfg.GoFiles {
		if !plain(file) || !plainDirectives(file) {
			return true
		}
	}
	return false
}

// plainDirectives reports whether all lines of a file in which there may be a
// line directive are printable.
func plainDirectives(file string) bool {
	src, err := os.ReadFile(file)
	if err != nil {
		return true
	}
	for line := range bytes.Lines(src) {
		if (bytes.Contains(line, []byte("//line ")) || bytes.Contains(line, []byte("/*line "))) && !plain(string(line)) {
			return false
		}
	}
	return true
}

// plain reports whether text is fit for a terminal, an end of line such as
// Windows has aside.
func plain(text string) bool {
	text = strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")
	return terminal.Text(text) == text
}

// filtered runs this program again and passes on what it prints, made fit for
// a terminal.
func filtered(args []string, stdout, stderr io.Writer) (int, error) {
	exe, err := os.Executable()
	if err != nil {
		return 0, err
	}
	var out, errs bytes.Buffer
	c := exec.Command(exe, args...)
	c.Env = append(os.Environ(), filteredEnv+"=1")
	c.Stdout, c.Stderr = &out, &errs
	err = c.Run()
	_, _ = stdout.Write(terminal.JSON(out.Bytes()))
	_, _ = io.WriteString(stderr, terminal.Text(errs.String()))
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() >= 0 {
		return exit.ExitCode(), nil
	}
	return 0, err
}
