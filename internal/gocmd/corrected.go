package gocmd

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// recordedFlags are the compile flags that the go command records in a binary
// (cmd/go/internal/load: setBuildInfo); the value is true for boolean ones. Of
// -gcflags and -asmflags, which may be given more than once, it records the
// last.
var recordedFlags = map[string]bool{
	"race": true, "msan": true, "asan": true, "trimpath": true,
	"tags": false, "gcflags": false, "asmflags": false, "buildmode": false,
}

// Corrected returns the flags with the values that the go command has recorded in
// the binary: recorded are the settings of debug.BuildInfo, which are complete for
// recordedFlags. wrong names the flags that had other values. A command
// line may be unknown, or another process's than the one that goat took it from.
func (f Flags) Corrected(recorded map[string]string) (corrected Flags, wrong []string) {
	corrected.list = slices.Clone(f.list)
	for _, name := range slices.Sorted(maps.Keys(recordedFlags)) {
		want, have := recorded["-"+name], ""
		if recordedFlags[name] {
			have = boolWord(f.Bool(name))
			want = boolWord(want == "true")
		} else {
			have, _ = f.Lookup(name)
		}
		switch name {
		case "tags":
			have = strings.Join(strings.FieldsFunc(have, func(r rune) bool { return r == ',' || r == ' ' }), ",")
		case "buildmode":
			have, want = buildMode(have), buildMode(want)
		}
		if have != want {
			wrong = append(wrong, "-"+name)
			corrected.list = append(corrected.list, setting{name, want})
		}
	}
	return corrected, wrong
}

// buildMode returns "default" for the default build mode under any of its names:
// without a -buildmode, the go command records exe for a program.
func buildMode(mode string) string {
	if mode == "" || mode == "exe" {
		return "default"
	}
	return mode
}

func boolWord(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// With returns the flags with another value for one of them.
func (f Flags) With(name, value string) Flags {
	return Flags{list: append(slices.Clone(f.list), setting{name, value})}
}

// pathFlags are the compile flags that name a file or directory.
var pathFlags = map[string]bool{"overlay": true, "pkgdir": true, "modfile": true, "pgo": true}

// From returns the flags with paths that are relative to a directory made
// absolute, for a go command that runs elsewhere.
func (f Flags) From(dir string) Flags {
	out := Flags{list: slices.Clone(f.list)}
	for i, s := range out.list {
		noFile := s.value == "" || s.name == "pgo" && (s.value == "auto" || s.value == "off")
		if pathFlags[s.name] && !noFile && !filepath.IsAbs(s.value) {
			out.list[i].value = filepath.Join(dir, s.value)
		}
	}
	return out
}
