package outputs

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/goat-trace/goat/toolexec/internal/gotool"
)

// compileFlagUses are the flags of cmd/compile (cmd/compile/internal/base:
// CmdFlags) that the go command passes or that people use in -gcflags.
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

// hashCompile writes everything that decides a compile's output, and records
// where the outputs go. The go command's directory for the package has a new
// name in each build, but that name is not in the output.
func hashCompile(h io.Writer, args gotool.Args) (product, error) {
	output := args.Value("-o")
	if output == "" || len(args.Files()) == 0 {
		return product{}, fmt.Errorf("%w: no archive of a build", errNotBorrowable)
	}
	p := product{files: []string{output}, buildID: args.Value("-buildid")}
	in := inputs{h: h, work: filepath.Dir(output), uses: compileFlagUses}
	for flags := args.Flags(); len(flags) > 0; {
		name, value, rest, err := nextFlag(compileFlagUses, flags)
		if err != nil {
			return p, err
		}
		flags = rest
		if compileFlagUses[name] == useHeader {
			p.files = append(p.files, value)
		}
		if err := in.flag(name, value); err != nil {
			return p, err
		}
	}
	for _, file := range args.Files() {
		if !filepath.IsAbs(file) {
			return p, fmt.Errorf("%w: %s is relative", errNotBorrowable, file)
		}
		if err := in.file(file); err != nil {
			return p, err
		}
	}
	return p, nil
}
