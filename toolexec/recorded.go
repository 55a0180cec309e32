package toolexec

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/goat-trace/goat/internal/gocmd"
	"github.com/goat-trace/goat/internal/session"
)

// recorded is what the go command writes into a binary about its build. It
// stands in the linker's import config, and is the one place where the go
// command itself says what its flags came to, wherever they were set.
type recorded struct {
	pkg      string // import path of the main package
	settings map[string]string
}

// modinfoFrame is the length of the marks before and after the text, by which
// a binary's is found (cmd/go/internal/modload: ModInfoData).
const modinfoFrame = 16

// recordedBuild reads the import config's line `modinfo "…"`; ok is false
// without one.
func (c importConfig) recordedBuild() (rec recorded, ok bool) {
	for line := range strings.Lines(string(c.text)) {
		quoted, found := strings.CutPrefix(strings.TrimSpace(line), "modinfo ")
		if !found {
			continue
		}
		text, err := strconv.Unquote(quoted)
		if err != nil || len(text) < 2*modinfoFrame {
			return rec, false
		}
		info, err := debug.ParseBuildInfo(text[modinfoFrame : len(text)-modinfoFrame])
		if err != nil {
			return rec, false
		}
		rec = recorded{pkg: info.Path, settings: make(map[string]string)}
		for _, s := range info.Settings {
			rec.settings[s.Key] = s.Value
		}
		return rec, true
	}
	return rec, false
}

// profile returns the profile that the build was optimised with, "" without.
// With -trimpath only its name is recorded; the file is then where -pgo says or,
// by default, in the main package's directory.
func (r *runner) profile(s *session.Session, rec recorded, flags gocmd.Flags, dir string) (string, error) {
	name := rec.settings["-pgo"]
	if name == "" || filepath.IsAbs(name) {
		return name, nil
	}
	var places []string
	if file, _ := flags.Lookup("pgo"); filepath.Base(file) == name {
		if !filepath.IsAbs(file) {
			file = filepath.Join(dir, file)
		}
		places = append(places, file)
	}
	for _, m := range s.Modules {
		if rel, ok := strings.CutPrefix(rec.pkg, m.Path); ok && path.Join(m.Path, rel) == rec.pkg {
			places = append(places, filepath.Join(m.Dir, filepath.FromSlash(rel), name))
		}
	}
	for _, arg := range gocmd.Find().Args { // go run DIR/main.go
		if strings.HasSuffix(arg, ".go") && rec.pkg == "command-line-arguments" {
			places = append(places, filepath.Join(dir, filepath.Dir(arg), name), filepath.Join(filepath.Dir(arg), name))
		}
	}
	for _, file := range places {
		if _, err := os.Stat(file); err == nil && filepath.IsAbs(file) {
			return file, nil
		}
	}
	return "", fmt.Errorf("finding the profile %s of %s, which the runtime must be optimised with too: it is in none of %q; name it with -pgo=FILE", name, rec.pkg, places)
}

// settledFlags returns the build's flags as a link sees them: those of the go
// command above, set right by what it records.
func (l linking) settledFlags(s *session.Session, cfg importConfig, goflags string) (gocmd.Flags, error) {
	dir, err := l.workingDir()
	if err != nil {
		return gocmd.Flags{}, err
	}
	flags, err := l.buildFlags(goflags)
	if err != nil {
		return gocmd.Flags{}, err
	}
	rec, ok := cfg.recordedBuild()
	if !ok {
		return flags.From(dir), nil
	}
	settled, wrong := flags.Settled(rec.settings)
	if len(wrong) > 0 {
		l.log.Info("taking build flags from what the go command records of its build", "flags", wrong)
	}
	profile, err := l.profile(s, rec, flags, dir)
	if err != nil {
		return gocmd.Flags{}, err
	}
	if profile == "" {
		profile = "off"
	}
	return settled.From(dir).With("pgo", profile), nil
}

// compileFlags returns the build's flags as a compile sees them, set right by
// the compiler's own.
func (r *runner) compileFlags(u unit, goflags string) (gocmd.Flags, error) {
	dir, err := r.workingDir()
	if err != nil {
		return gocmd.Flags{}, err
	}
	flags, err := r.buildFlags(goflags)
	if err != nil {
		return gocmd.Flags{}, err
	}
	flags = flags.From(dir)
	for _, name := range []string{"race", "msan", "asan"} {
		if on := hasFlag(u.flags, "-"+name); on != flags.Bool(name) {
			flags = flags.With(name, strconv.FormatBool(on))
		}
	}
	if trimmed := trimsPaths(flagValue(u.flags, "-trimpath")); trimmed != flags.Bool("trimpath") {
		flags = flags.With("trimpath", strconv.FormatBool(trimmed))
	}
	return flags, nil
}

// trimsPaths reports whether the compiler's -trimpath list leaves out more than
// the go command's work directory and names more than what -overlay replaces:
// whether the go command's -trimpath is on.
func trimsPaths(list string) bool {
	for rule := range strings.SplitSeq(list, ";") {
		if _, to, ok := strings.Cut(rule, "=>"); ok && to != "" && !filepath.IsAbs(to) {
			return true
		}
	}
	return false
}
