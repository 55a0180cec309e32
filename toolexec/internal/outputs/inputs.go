package outputs

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/goat-trace/goat/toolexec/internal/gotool"
)

// errNotBorrowable says that a tool has an input or effect that the key would
// not cover.
var errNotBorrowable = errors.New("not to be borrowed")

// flagUse says what a flag of a tool means for the key of its run. A flag that
// is in no table may read or write anything, so the outputs of a run with it
// are not borrowed.
type flagUse int

const (
	useSwitch     flagUse = iota + 1 // it takes no value of its own
	useValue                         // only its value matters
	useNothing                       // it does not affect the output
	useFile                          // it names an input
	useImports                       // it names an import config
	useEmbed                         // it names a list of embedded files
	useHeader                        // it names an output
	useOutput                        // it names the archive
	useIdentifier                    // it is the archive's build ID
)

// nextFlag removes the first flag from a tool's arguments.
func nextFlag(uses map[string]flagUse, args []string) (name, value string, rest []string, err error) {
	name, value, hasValue := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(args[0], "-"), "-"), "=")
	use, ok := uses[name]
	if !ok || !strings.HasPrefix(args[0], "-") {
		return "", "", nil, fmt.Errorf("%w: unknown flag %s", errNotBorrowable, args[0])
	}
	rest = args[1:]
	if use != useSwitch && !hasValue {
		if len(rest) == 0 {
			return "", "", nil, fmt.Errorf("%w: %s has no value", errNotBorrowable, args[0])
		}
		value, rest = rest[0], rest[1:]
	}
	return name, value, rest, nil
}

// inputs writes the inputs of one run of a tool into its key.
type inputs struct {
	h    io.Writer
	work string
	uses map[string]flagUse
}

func (in inputs) flag(name, value string) error {
	use := in.uses[name]
	switch {
	case use == useOutput, use == useIdentifier, use == useNothing:
		return nil
	case name == "d" && strings.Contains(value, "dump"):
		return fmt.Errorf("%w: -d=%s writes files", errNotBorrowable, value)
	}
	fmt.Fprintf(in.h, "-%s=%s\x00", name, in.neutral(value))
	switch use {
	case useFile:
		return in.file(value)
	case useImports:
		return in.imports(value)
	case useEmbed:
		return in.embedded(value)
	}
	return nil
}

// neutral removes the name of the work directory from text.
func (in inputs) neutral(text string) string { return strings.ReplaceAll(text, in.work, "$WORK") }

// file writes a file's name and content. If the file is in the work directory,
// its text names other such files, so the directory's name is removed from it.
func (in inputs) file(name string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("reading an input: %w", err)
	}
	if strings.HasPrefix(name, in.work) && strings.HasSuffix(name, "cfg") {
		data = []byte(in.neutral(string(data)))
	}
	in.content(name, data)
	return nil
}

func (in inputs) content(name string, data []byte) {
	fmt.Fprintf(in.h, "%s\x00%x\x00", in.neutral(name), sha256.Sum256(data))
}

// imports writes the content IDs of the imported packages' archives.
func (in inputs) imports(file string) error {
	cfg, err := gotool.ReadImportConfig(file)
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(cfg.Text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "packagefile ") {
			fmt.Fprintf(in.h, "%s\x00", in.neutral(line))
		}
	}
	for _, path := range slices.Sorted(maps.Keys(cfg.Packages)) {
		archive := cfg.Packages[path]
		id, err := gotool.ArchiveBuildID(archive)
		switch {
		case err != nil:
			return err
		case id == "":
			return fmt.Errorf("finding the build ID of %s: %w", archive, errNotBorrowable)
		case gotool.IsProvisional(id):
			return fmt.Errorf("%w: the build ID of %s says nothing of what it holds", errNotBorrowable, path)
		}
		fmt.Fprintf(in.h, "%s=%s\x00", path, gotool.ContentID(id))
	}
	return nil
}

// embedded writes the files of an -embedcfg (cmd/compile/internal/base:
// readEmbedCfg).
func (in inputs) embedded(file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("reading the list of embedded files: %w", err)
	}
	var cfg struct {
		Patterns map[string][]string
		Files    map[string]string
	}
	if err := json.Unmarshal(data, &cfg); err != nil {
		return fmt.Errorf("reading the list of embedded files: %w", err)
	}
	fmt.Fprintf(in.h, "%s\x00", in.neutral(string(data)))
	for _, name := range slices.Sorted(maps.Keys(cfg.Files)) {
		if err := in.file(cfg.Files[name]); err != nil {
			return err
		}
	}
	return nil
}
