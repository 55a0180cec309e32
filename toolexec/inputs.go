package toolexec

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// flagUse says what a flag of a tool means for the key of its run.
// Flags that are not in the table are not known here: what they read or write
// is not looked at, and the outputs of such a run are not borrowed.
type flagUse int

const (
	useSwitch     flagUse = iota + 1 // takes no value of its own
	useValue                         // the value is all there is to it
	useNothing                       // of no consequence for the output
	useFile                          // names an input
	useImports                       // names an import config
	useEmbed                         // names a list of embedded files
	useHeader                        // names an output
	useOutput                        // names the archive
	useIdentifier                    // the archive's build ID
)

// compileFlagUses are the flags of cmd/compile (cmd/compile/internal/base:
// CmdFlags) that the go command passes, or that people give with -gcflags.
var compileFlagUses = map[string]flagUse{
	"o": useOutput, "buildid": useIdentifier, "c": useNothing,
	"asmhdr": useHeader, "symabis": useFile, "pgoprofile": useFile, "coveragecfg": useFile, "importcfg": useImports, "embedcfg": useEmbed,
	"p": useValue, "lang": useValue, "goversion": useValue, "trimpath": useValue, "D": useValue, "installsuffix": useValue,
	"d": useValue, "spectre": useValue, "gendwarfinl": useValue,
	"std": useSwitch, "+": useSwitch, "complete": useSwitch, "pack": useSwitch, "nolocalimports": useSwitch,
	"race": useSwitch, "msan": useSwitch, "asan": useSwitch, "shared": useSwitch, "dynlink": useSwitch, "linkshared": useSwitch,
	"N": useSwitch, "l": useSwitch, "B": useSwitch, "C": useSwitch, "L": useSwitch, "e": useSwitch, "wb": useSwitch,
	"dwarf": useSwitch, "dwarfbasentries": useSwitch, "dwarflocationlists": useSwitch, "smallframes": useSwitch,
}

// compileEnv are the variables that change what the compiler makes of the same
// arguments.
var compileEnv = []string{
	"GOOS", "GOARCH", "GO386", "GOAMD64", "GOARM", "GOARM64", "GOMIPS", "GOMIPS64", "GOPPC64", "GORISCV64", "GOWASM",
	"GOEXPERIMENT", "GOFIPS140", "GOROOT", "GODEBUG", "GOCOMPILEDEBUG",
}

// hashTool writes what identifies the tool and its surroundings.
func (r *runner) hashTool(h io.Writer) error {
	tool, err := os.Stat(r.cmd.Tool)
	if err != nil {
		return fmt.Errorf("looking at the tool: %w", err)
	}
	if r.getenv("GOSSAFUNC") != "" {
		return fmt.Errorf("%w: GOSSAFUNC asks for a report", errNotBorrowable)
	}
	fmt.Fprintf(h, "2\x00%s\x00%d\x00%d\x00", r.cmd.Tool, tool.Size(), tool.ModTime().UnixNano())
	for _, name := range compileEnv {
		fmt.Fprintf(h, "%s=%s\x00", name, r.getenv(name))
	}
	return nil
}

// hashCompile writes all that decides a compile's output, and notes where the
// outputs go. The go command's directory for the package has a new name in
// each build, which is not in the output.
func (b *borrowing) hashCompile(h io.Writer, args []string) error {
	flags, files := goFiles(args)
	output := flagValue(flags, "-o")
	b.buildID = flagValue(flags, "-buildid")
	if output == "" || len(files) == 0 {
		return fmt.Errorf("%w: no archive of a build", errNotBorrowable)
	}
	b.outputs = []string{output}
	in := inputs{h: h, work: filepath.Dir(output), uses: compileFlagUses}
	for len(flags) > 0 {
		name, value, rest, err := nextFlag(compileFlagUses, flags)
		if err != nil {
			return err
		}
		flags = rest
		if compileFlagUses[name] == useHeader {
			b.outputs = append(b.outputs, value)
		}
		if err := in.flag(name, value); err != nil {
			return err
		}
	}
	for _, file := range files {
		if !filepath.IsAbs(file) {
			return fmt.Errorf("%w: %s is relative", errNotBorrowable, file)
		}
		if err := in.file(file); err != nil {
			return err
		}
	}
	return nil
}

// nextFlag takes the first flag off a tool's arguments.
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

// neutral takes the name of the work directory out.
func (in inputs) neutral(text string) string { return strings.ReplaceAll(text, in.work, "$WORK") }

// file writes a file's name and content. Of a file in the work directory,
// which names other such files, the directory's name is left out.
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
	cfg, err := readImportConfig(file)
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(cfg.text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "packagefile ") {
			fmt.Fprintf(in.h, "%s\x00", in.neutral(line))
		}
	}
	for _, path := range slices.Sorted(maps.Keys(cfg.packages)) {
		id, err := archiveBuildID(cfg.packages[path])
		if err != nil {
			return err
		}
		if strings.HasPrefix(id, unkeptID) {
			return fmt.Errorf("%w: the build ID of %s says nothing of what it holds", errNotBorrowable, path)
		}
		fmt.Fprintf(in.h, "%s=%s\x00", path, contentID(id))
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

// archiveBuildID reads the build ID at the start of a package's archive:
// "actionID/contentID" (cmd/internal/buildid: ReadFile).
func archiveBuildID(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", fmt.Errorf("reading an imported package: %w", err)
	}
	defer f.Close()
	head := make([]byte, headSize)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", fmt.Errorf("reading an imported package: %w", err)
	}
	id, ok := headBuildID(head[:n])
	if !ok {
		return "", fmt.Errorf("finding the build ID of %s: %w", file, errNotBorrowable)
	}
	return id, nil
}
