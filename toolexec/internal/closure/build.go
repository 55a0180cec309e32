package closure

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/goat-trace/goat/diffsrc/modules"
	"github.com/goat-trace/goat/internal/gocmd"
	"github.com/goat-trace/goat/toolexec/internal/gotool"
)

// Build is the user's build for which archives are wanted.
type Build struct {
	gotool.Call        // the compile or link that wants them
	Salt        string // of what is compiled for them; "" for what a plain build would have
	Driven      bool   // the driver runs the build
	Work        string // a folder in the go command's work directory, if there is no cache
}

// Link is the link of a binary that wants the runtime.
type Link struct {
	Build
	Packages []string // of the runtime, see entry.RuntimePackages
	Modules  []modules.Module
	Config   gotool.ImportConfig
	Main     gotool.ObjectHead // of the main package
}

// profile returns the profile that the build was optimised with, or "". With
// -trimpath the binary only records its name. The file is then the one that
// -pgo names or, by default, the one in the main package's directory.
func (l Link) profile(rec gotool.BuildRecord, flags gocmd.Flags, dir string) (string, error) {
	name := rec.Settings["-pgo"]
	if name == "" || filepath.IsAbs(name) {
		return name, nil
	}
	var candidates []string
	if file, _ := flags.Lookup("pgo"); filepath.Base(file) == name {
		if !filepath.IsAbs(file) {
			file = filepath.Join(dir, file)
		}
		candidates = append(candidates, file)
	}
	for _, m := range l.Modules {
		if rel, ok := strings.CutPrefix(rec.Package, m.Path); ok && path.Join(m.Path, rel) == rec.Package {
			candidates = append(candidates, filepath.Join(m.Dir, filepath.FromSlash(rel), name))
		}
	}
	for _, arg := range gocmd.Find().Args { // go run DIR/main.go
		if strings.HasSuffix(arg, ".go") && rec.Package == "command-line-arguments" {
			candidates = append(candidates, filepath.Join(dir, filepath.Dir(arg), name), filepath.Join(filepath.Dir(arg), name))
		}
	}
	for _, file := range candidates {
		if _, err := os.Stat(file); err == nil && filepath.IsAbs(file) {
			return file, nil
		}
	}
	return "", fmt.Errorf("finding the profile %s of %s, which the runtime must be optimised with too: it is in none of %q; name it with -pgo=FILE", name, rec.Package, candidates)
}

// flags returns the build's flags for a link: those of the go command above,
// corrected by what the go command recorded of its build.
func (l Link) flags(goflags string) (gocmd.Flags, error) {
	dir, err := l.WorkingDir()
	if err != nil {
		return gocmd.Flags{}, err
	}
	flags, err := l.buildFlags(goflags)
	if err != nil {
		return gocmd.Flags{}, err
	}
	rec, ok := l.Config.BuildRecord()
	if !ok {
		return flags.From(dir), nil
	}
	right, wrong := flags.Corrected(rec.Settings)
	if len(wrong) > 0 {
		l.Log.Info("taking build flags from what the go command records of its build", "flags", wrong)
	}
	profile, err := l.profile(rec, flags, dir)
	if err != nil {
		return gocmd.Flags{}, err
	}
	if profile == "" {
		profile = "off"
	}
	return right.From(dir).With("pgo", profile), nil
}

// compileFlags returns the build's flags for a compile, corrected by the
// compiler's own flags.
func (b Build) compileFlags(goflags string) (gocmd.Flags, error) {
	dir, err := b.WorkingDir()
	if err != nil {
		return gocmd.Flags{}, err
	}
	flags, err := b.buildFlags(goflags)
	if err != nil {
		return gocmd.Flags{}, err
	}
	flags = flags.From(dir)
	for _, name := range []string{"race", "msan", "asan"} {
		if on := b.Args.On("-" + name); on != flags.Bool(name) {
			flags = flags.With(name, strconv.FormatBool(on))
		}
	}
	if trimmed := gotool.TrimsPaths(b.Args.Value("-trimpath")); trimmed != flags.Bool("trimpath") {
		flags = flags.With("trimpath", strconv.FormatBool(trimmed))
	}
	return flags, nil
}

// buildFlags returns the flags in GOFLAGS and then those of the go command
// above this process. GOAT_BUILDFLAGS is used instead if that command line
// cannot be read or belongs to another command.
func (b Build) buildFlags(goflags string) (gocmd.Flags, error) {
	args := gocmd.Find().Args
	if own := b.Getenv("GOAT_BUILDFLAGS"); own != "" || args == nil {
		words, err := gocmd.Split(own)
		if err != nil {
			return gocmd.Flags{}, fmt.Errorf("splitting GOAT_BUILDFLAGS: %w", err)
		}
		args = append([]string{"go", "build"}, words...)
	}
	return gocmd.Parse(args, goflags)
}

// absoluteOverlay copies a file for -overlay to target and makes its paths
// absolute. They are relative to where the go command runs, and the nested one
// runs elsewhere, where "go.mod" would be another file.
func absoluteOverlay(file, dir, target string) error {
	data, err := os.ReadFile(file)
	var content struct{ Replace map[string]string }
	if err == nil {
		err = json.Unmarshal(data, &content)
	}
	if err != nil {
		return fmt.Errorf("reading the overlay: %w", err)
	}
	absolute := func(name string) string {
		if name == "" || filepath.IsAbs(name) { // "" as a replacement deletes the file
			return name
		}
		return filepath.Join(dir, name)
	}
	replace := make(map[string]string, len(content.Replace))
	for from, to := range content.Replace {
		replace[absolute(from)] = absolute(to)
	}
	content.Replace = replace
	if data, err = json.Marshal(content); err == nil {
		err = os.WriteFile(target, data, 0o666)
	}
	if err != nil {
		return fmt.Errorf("copying the overlay: %w", err)
	}
	return nil
}
