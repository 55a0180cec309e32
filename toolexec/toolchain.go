package toolexec

import (
	"os"
	"path/filepath"
	"strings"
)

// toolchain is what goat makes use of in the Go release whose tools are
// running, beyond what the Go specification and the go command's documentation
// promise.
type toolchain struct {
	release string // as "go1.26"; "" where nothing says it
	marker  bool   // coverage counters cost nothing when inlining, see marker.go
}

// knownToolchain returns what is known of a release.
func knownToolchain(version string) toolchain {
	t := toolchain{release: release(version)}
	switch t.release {
	case "go1.26":
		t.marker = true
	}
	return t
}

// release takes minor number, prerelease and experiments off a version:
// "go1.26.8 X:aliastypeparams" is "go1.26".
func release(version string) string {
	rest, ok := strings.CutPrefix(version, "go1.")
	if !ok {
		return ""
	}
	digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
	if digits == 0 {
		return ""
	}
	return "go1." + rest[:digits]
}

// toolchain returns what is known of the tool's release. The file VERSION in
// its GOROOT says which one that is; without it nothing is taken for granted.
func (r *runner) toolchain() toolchain {
	data, err := os.ReadFile(filepath.Join(r.goroot(), "VERSION"))
	if err != nil {
		return toolchain{}
	}
	line, _, _ := strings.Cut(string(data), "\n")
	return knownToolchain(strings.TrimSpace(line))
}

// goroot returns the GOROOT of the tool's path, GOROOT/pkg/tool/GOOS_GOARCH;
// "" where the tool stands elsewhere.
func (r *runner) goroot() string {
	root, ok := strings.CutSuffix(filepath.ToSlash(filepath.Dir(filepath.Dir(r.cmd.Tool))), "/pkg/tool")
	if !ok {
		return ""
	}
	return filepath.FromSlash(root)
}
