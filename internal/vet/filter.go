package vet

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"

	"github.com/goat-trace/goat/internal/terminal"
)

// Unitchecker writes diagnostics, with the names that //line directives give,
// to the process's own standard error or, as JSON for the go command to print,
// to a file, and ends the process. For a package with a name that a terminal
// would act upon this process therefore runs itself again and sets right what
// that one wrote.

// filteredEnv marks a process whose output another one filters.
const filteredEnv = "GOAT_VET_FILTERED"

// vetConfig is the part of unitchecker's configuration of a package that matters
// here.
type vetConfig struct {
	VetxOnly bool // nothing is printed
	GoFiles  []string
	Stdout   string // the file for JSON, "" for standard output
}

// readVetConfig reads the configuration that is the last argument; ok is false
// where there is none, or it is unitchecker's to complain about.
func readVetConfig(args []string) (cfg vetConfig, ok bool) {
	name := args[len(args)-1]
	if !strings.HasSuffix(name, ".cfg") {
		return cfg, false
	}
	data, err := os.ReadFile(name)
	return cfg, err == nil && json.Unmarshal(data, &cfg) == nil
}

// needsFilter reports whether a package has such names.
func (cfg vetConfig) needsFilter(getenv func(string) string) bool {
	if cfg.VetxOnly || getenv(filteredEnv) != "" {
		return false
	}
	return slices.ContainsFunc(cfg.GoFiles, func(file string) bool { return !plain(file) || !plainDirectives(file) })
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

// filtered runs this program again and passes on what it says, made fit for a
// terminal.
func (cfg vetConfig) filtered(args []string, stdout, stderr io.Writer) (int, error) {
	exe, err := os.Executable()
	if err != nil {
		return 0, err
	}
	var out, errs bytes.Buffer
	c := exec.Command(exe, args...)
	c.Env = append(os.Environ(), filteredEnv+"=1")
	c.Stdout, c.Stderr = &out, &errs
	err = c.Run()
	_, _ = stdout.Write(literal(out.Bytes()))
	_, _ = io.WriteString(stderr, terminal.Text(errs.String()))
	if written, readErr := os.ReadFile(cfg.Stdout); readErr == nil {
		if err := os.WriteFile(cfg.Stdout, literal(written), 0o666); err != nil {
			return 0, err
		}
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() >= 0 {
		return exit.ExitCode(), nil
	}
	return 0, err
}

// literal makes strings of a JSON text hold what terminal.Text would make of
// them, for a reader that prints them as they are.
func literal(text []byte) []byte {
	var b bytes.Buffer
	for rest := string(terminal.JSON(text)); rest != ""; {
		switch {
		case len(rest) >= 6 && rest[0] == '\\' && rest[1] == 'u':
			if n, err := strconv.ParseUint(rest[2:6], 16, 16); err == nil && !plain(string(rune(n))) {
				b.WriteByte('\\')
			}
			b.WriteString(rest[:6])
			rest = rest[6:]
		case len(rest) >= 2 && rest[0] == '\\':
			if strings.IndexByte("bfr", rest[1]) >= 0 {
				b.WriteByte('\\')
			}
			b.WriteString(rest[:2])
			rest = rest[2:]
		default:
			b.WriteByte(rest[0])
			rest = rest[1:]
		}
	}
	return b.Bytes()
}
