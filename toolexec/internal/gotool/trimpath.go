package gotool

import (
	"path/filepath"
	"strings"
)

// A -trimpath of the compiler's is a list of rules "from=>to;…", by which paths
// are shortened in what it writes. The go command puts there its own work
// directory, what go build -trimpath asks for, and the files of go build
// -overlay.

// Untrim undoes the rules on a file name, "" where none of them fits.
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

// TrimsPaths reports whether go build -trimpath is on: whether a rule does more
// than leave out the go command's work directory, or name what -overlay
// replaces.
func TrimsPaths(trimpath string) bool {
	for rule := range strings.SplitSeq(trimpath, ";") {
		if _, to, ok := strings.Cut(rule, "=>"); ok && to != "" && !filepath.IsAbs(to) {
			return true
		}
	}
	return false
}

// Overlay says for which of the user's files the compiler is given another
// one, as go build -overlay wants it: the file that stands in → the file that is
// replaced. The go command tells the compiler, so that messages name the latter
// (cmd/go/internal/work: Action.trimpath).
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

// Replaced returns the file that another one stands in for; the file itself
// where it stands for itself. What cover makes of a file already names the
// replaced one: cover does not know of overlays.
func (o Overlay) Replaced(file string) string {
	if replaced, ok := o[file]; ok {
		return replaced
	}
	return file
}
