package gotool

import (
	"path/filepath"
	"strings"
)

// The compiler's -trimpath is a list of rules "from=>to;…" that shorten paths
// in its output. The go command lists its own work directory, what go build
// -trimpath asks for, and the files of go build -overlay.

// Untrim reverses the rules for a file name. It returns "" if no rule fits.
func Untrim(name, trimpath string) string {
	if filepath.IsAbs(name) {
		return name
	}
	for rule := range strings.SplitSeq(trimpath, ";") {
		from, to, ok := strings.Cut(rule, "=>")
		if !ok || to == "" {
			continue
		}
		if rest, ok := strings.CutPrefix(name, to); ok && strings.HasPrefix(rest, "/") {
			return filepath.Join(from, filepath.FromSlash(rest))
		}
		if name == to {
			return from
		}
	}
	return ""
}

// TrimsPaths reports whether go build -trimpath is on. It is, if a rule does
// more than remove the go command's work directory or name what -overlay
// replaces.
func TrimsPaths(trimpath string) bool {
	for rule := range strings.SplitSeq(trimpath, ";") {
		if _, to, ok := strings.Cut(rule, "=>"); ok && to != "" && !filepath.IsAbs(to) {
			return true
		}
	}
	return false
}

// Overlay maps files that go build -overlay puts in place of others to the
// files that they replace. The go command passes these rules to the compiler,
// so that messages name the replaced file (cmd/go/internal/work:
// Action.trimpath).
type Overlay map[string]string

// ReadOverlay reads the overlay in a -trimpath.
func ReadOverlay(trimpath string) Overlay {
	o := make(Overlay)
	for rule := range strings.SplitSeq(trimpath, ";") {
		from, to, ok := strings.Cut(rule, "=>")
		if !ok || !strings.HasSuffix(from, ".go") {
			continue
		}
		if replaced := Untrim(to, trimpath); replaced != "" {
			o[from] = replaced
		}
	}
	return o
}

// Replaced returns the file that another one replaces, or the file itself. The
// output of cover already names the replaced file, because cover does not know
// of overlays.
func (o Overlay) Replaced(file string) string {
	if replaced, ok := o[file]; ok {
		return replaced
	}
	return file
}
