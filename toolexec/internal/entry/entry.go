package entry

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/goat-trace/goat/toolexec/internal/gotool"
	"github.com/goat-trace/goat/toolexec/internal/outputs"
)

// Entry is an entry package: the text of its only file, and the packages that
// it is compiled against.
type Entry struct {
	text     string
	packages map[string]string // import path → archive
}

// Empty is the entry that a main package is compiled against.
func Empty() Entry { return Entry{text: (parts{}).text()} }

// EmptyFor is the entry for a binary that is linked without the runtime.
func EmptyFor(cfg gotool.ImportConfig) Entry {
	var p parts
	packages := make(map[string]string)
	p.addHook(cfg, packages)
	return Entry{p.text(), packages}
}

// RealFor is the entry for a binary that is linked with the runtime in
// archives, of which runtime is started. tracer is the Go expression of the
// settings of recordings, or "" for a binary that records nothing.
func RealFor(cfg gotool.ImportConfig, runtime, tracer string, archives map[string]string) Entry {
	p := parts{runtime: runtime, tracer: tracer}
	packages := make(map[string]string)
	maps.Copy(packages, archives)
	p.addLogger(cfg, packages)
	p.addHook(cfg, packages)
	p.addCounters(cfg, packages)
	return Entry{p.text(), packages}
}

// Packages returns what the linker needs besides the application: the entry in
// archive, and the packages that it was compiled against.
func (e Entry) Packages(archive string) map[string]string {
	all := map[string]string{Path: archive}
	maps.Copy(all, e.packages)
	return all
}

// sharedFlags are the compiler's flags that must be the same for all packages
// of a binary.
var sharedFlags = map[string]bool{"-shared": true, "-dynlink": true, "-race": true, "-msan": true, "-asan": true, "-linkshared": true}

// SharedFlags returns those of a compile's flags that must be the same for all
// packages of a binary.
func SharedFlags(args gotool.Args) []string {
	return slices.DeleteFunc(slices.Clone(args.Flags()), func(f string) bool { return !sharedFlags[f] })
}

// Compile compiles the entry in a folder of the build's work directory and
// returns the archive. call may be any of the toolchain's.
func (e Entry) Compile(call gotool.Call, dir string, flags []string) (string, error) {
	file := filepath.Join(dir, "entry.go")
	archive := filepath.Join(dir, "entry.a")
	config := filepath.Join(dir, "entry.importcfg")
	if err := os.WriteFile(file, []byte(e.text), 0o666); err != nil {
		return "", fmt.Errorf("writing the runtime's entry: %w", err)
	}
	if err := (gotool.ImportConfig{}).Write(config, e.packages); err != nil {
		return "", err
	}
	args := []string{"-o", archive, "-trimpath", dir + "=>" + Path, "-p", Path, "-complete", "-importcfg", config, "-pack"}
	r, err := outputs.Try(call.Sibling("compile", slices.Concat(args, flags, []string{file})...))
	if err == nil {
		err = r.Check("compiling the runtime's entry")
	}
	if err != nil {
		return "", err
	}
	return archive, nil
}

// SetFingerprint gives a compiled entry the fingerprint of the one that main
// was compiled against.
func SetFingerprint(archive string, main gotool.ObjectHead) error {
	data, err := os.ReadFile(archive)
	if err == nil {
		err = gotool.SetFingerprint(data, main.Imports[Path])
	}
	if err == nil {
		err = os.WriteFile(archive, data, 0o666)
	}
	if err != nil {
		return fmt.Errorf("preparing the runtime's entry: %w", err)
	}
	return nil
}

// Check checks that a link will be able to exchange the entry of a main
// package: the fingerprint that main's object recorded must be the one in the
// entry's own object. main is the archive, and config the import config that it
// was compiled with.
func Check(main, config string) error {
	cfg, err := gotool.ReadImportConfig(config)
	archive, ok := cfg.Packages[Path]
	if err != nil || !ok {
		return nil
	}
	importer, err := gotool.ReadObjectHead(main)
	if err != nil {
		return err
	}
	own, err := gotool.ReadObjectHead(archive)
	if err != nil {
		return err
	}
	if seen, ok := importer.Imports[Path]; !ok || seen != own.Fingerprint {
		return gotool.ErrObjectFormat
	}
	return nil
}
