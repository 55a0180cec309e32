package toolexec

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// What goat relies on in a Go toolchain beyond the language and the go
// command's documentation stands in five files, and canary_test.go checks each
// fact by itself:
//
//	marker.go     a coverage counter costs nothing when inlining; what else -coveragecfg does
//	objfile.go    where an object file keeps its fingerprint and its imports'
//	entry.go      the flags of compile that all packages of a binary share; package exithook
//	generate.go   of two linkname'd variables the linker keeps the one with a value
//	version.go    what the go command reads of -V=full
//
// Of a release that this list does not have, goat takes no more for granted
// than it can try (trial.go): points without marker, and the runtime only where
// main's object file reads as expected.

// toolchain is what is known of the Go release whose tools are running.
type toolchain struct {
	version string // as "go1.26.8"; "" where nobody says it
	known   bool
	marker  bool // see marker.go
}

// knownToolchain returns what is known of a release.
func knownToolchain(version string) toolchain {
	switch t := (toolchain{version: version}); release(version) {
	case "go1.26", "go1.27":
		t.known, t.marker = true, true
		return t
	default:
		return t
	}
}

// release takes minor number, prerelease and experiments off a version:
// "go1.26.8 X:aliastypeparams" is "go1.26". A development version is no
// release.
func release(version string) string {
	rest, ok := strings.CutPrefix(version, "go1.")
	if !ok || strings.Contains(version, "-") {
		return ""
	}
	digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
	if digits == 0 {
		return ""
	}
	return "go1." + rest[:digits]
}

// toolchain returns what is known of the tool's release: from its own answer
// to -V=full where that is kept from the start of the build, else from the
// file VERSION of its GOROOT, so that no process is started for it.
func (r *runner) toolchain() toolchain {
	if r.versionKey() != "" {
		ask := *r
		ask.cmd, ask.stderr = r.cmd.with([]string{"-V=full"}), io.Discard
		var answer bytes.Buffer
		if code, err := ask.toolVersion(&answer); err == nil && code == 0 {
			return knownToolchain(versionOf(answer.String()))
		}
	}
	data, err := os.ReadFile(filepath.Join(r.goroot(), "VERSION"))
	if err != nil {
		return toolchain{}
	}
	line, _, _ := strings.Cut(string(data), "\n")
	return knownToolchain(strings.TrimSpace(line))
}

// versionOf returns the release in a tool's answer "compile version go1.26.8";
// that of a development version is "devel".
func versionOf(answer string) string {
	fields := strings.Fields(answer)
	if len(fields) < 3 || fields[1] != "version" {
		return ""
	}
	return fields[2]
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
