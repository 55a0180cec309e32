package outputs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"github.com/goat-trace/goat/toolexec/internal/gotool"
)

// assembleFlagUses are the flags of cmd/asm (cmd/asm/internal/flags) that the
// go command passes.
var assembleFlagUses = map[string]flagUse{
	"o": useOutput, "I": useValue, "D": useValue, "p": useValue, "trimpath": useValue, "spectre": useValue,
	"gensymabis": useSwitch, "shared": useSwitch, "dynlink": useSwitch, "linkshared": useSwitch, "e": useSwitch,
}

// hashAssemble writes everything that decides the assembler's output: its
// flags, its files, and the files that these include.
func hashAssemble(h io.Writer, args gotool.Args) (product, error) {
	output := args.Value("-o")
	if output == "" {
		return product{}, fmt.Errorf("%w: no output", errNotBorrowable)
	}
	p := product{files: []string{output}}
	in := assembly{inputs: inputs{h: h, work: filepath.Dir(output), uses: assembleFlagUses}, seen: make(map[string]bool)}
	list := args.List()
	for len(list) > 0 && strings.HasPrefix(list[0], "-") {
		name, value, rest, err := nextFlag(assembleFlagUses, list)
		if err != nil {
			return p, err
		}
		list = rest
		if name == "I" {
			in.dirs = append(in.dirs, value)
		}
		if err := in.flag(name, value); err != nil {
			return p, err
		}
	}
	for _, file := range list {
		if !filepath.IsAbs(file) {
			return p, fmt.Errorf("%w: %s is relative", errNotBorrowable, file)
		}
		if err := in.source(file); err != nil {
			return p, err
		}
	}
	return p, nil
}

// assembly is the input of one run of the assembler.
type assembly struct {
	inputs
	dirs []string
	seen map[string]bool
}

// include matches an include directive and, in the usual form, its name. If it
// matches without a name, the name is not known.
var include = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`#\s*include\b(?:[ \t]*"([^"\\\n]+)")?`) })

// source writes a file and the files that it includes.
func (in assembly) source(file string) error {
	if in.seen[file] {
		return nil
	}
	in.seen[file] = true
	data, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("reading an input: %w", err)
	}
	in.content(file, data)
	if !bytes.Contains(data, []byte("include")) {
		return nil
	}
	for _, m := range include().FindAllSubmatch(data, -1) {
		if len(m[1]) == 0 {
			return fmt.Errorf("%w: %q in %s", errNotBorrowable, m[0], file)
		}
		if err := in.included(string(m[1])); err != nil {
			return err
		}
	}
	return nil
}

// included finds a file as the assembler does (cmd/asm/internal/lex: include):
// where it runs, then in each directory. The key also covers where the file was
// not found.
func (in assembly) included(name string) error {
	candidates := []string{name}
	if !filepath.IsAbs(name) {
		cwd, err := os.Getwd()
		if err != nil {
			return fmt.Errorf("finding the assembler's directory: %w", err)
		}
		candidates[0] = filepath.Join(cwd, name)
		for _, dir := range in.dirs {
			candidates = append(candidates, filepath.Join(dir, name))
		}
	}
	for _, candidate := range candidates {
		err := in.source(candidate)
		if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		fmt.Fprintf(in.h, "no %s\x00", in.neutral(candidate))
	}
	return fmt.Errorf("%w: %s is not found", errNotBorrowable, name)
}
