package gotool

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// These files below toolexec hold what goat relies on in a Go toolchain beyond
// the language and the go command's documentation. TestToolchain checks each
// fact by itself.
//
//	internal/generate/marker.go  a coverage counter costs nothing when inlining; what else -coveragecfg does
//	internal/gotool/objfile.go   where an object file has its fingerprint and its imports'
//	internal/entry/entry.go      the flags of compile that all packages of a binary share
//	internal/entry/source.go     package exithook; of two linkname'd variables the linker keeps the one with a value
//	version.go                   what the go command reads of -V=full
//
// In a release that this file does not know, goat relies only on what it can
// try (package trial): it inserts points without a marker, and binds the
// runtime only if main's object file reads as expected.

// Toolchain is what goat knows about the Go release whose tools are running.
type Toolchain struct {
	Version string // as "go1.26.8"; "" if it cannot be found
	Known   bool   // everything that goat relies on was checked with it
	Marker  bool   // assignments to a coverage counter cost nothing when inlining
}

// KnownToolchain returns what goat knows about a release.
func KnownToolchain(version string) Toolchain {
	switch t := (Toolchain{Version: version}); release(version) {
	case "go1.26", "go1.27":
		t.Known, t.Marker = true, true
		return t
	default:
		return t
	}
}

// release removes minor number, prerelease and experiments from a version:
// "go1.26.8 X:aliastypeparams" becomes "go1.26". It returns "" for a
// development version.
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

// Toolchain returns what goat knows about the tool's release. It starts no
// process: it uses the tool's answer to -V=full if that was cached since the
// start of the build, otherwise the file VERSION in its GOROOT.
func (c Call) Toolchain() Toolchain {
	if c.CachesVersion() {
		var answer bytes.Buffer
		ask := c.With(ParseArgs([]string{"-V=full"}))
		ask.Stdout, ask.Stderr = &answer, io.Discard
		if code, err := ask.Version(); err == nil && code == 0 {
			return KnownToolchain(VersionOf(answer.String()))
		}
	}
	data, err := os.ReadFile(filepath.Join(c.GOROOT(), "VERSION"))
	if err != nil {
		return Toolchain{}
	}
	line, _, _ := strings.Cut(string(data), "\n")
	return KnownToolchain(strings.TrimSpace(line))
}

// VersionOf returns the release in a tool's answer "compile version go1.26.8".
// For a development version it is "devel".
func VersionOf(answer string) string {
	fields := strings.Fields(answer)
	if len(fields) < 3 || fields[1] != "version" {
		return ""
	}
	return fields[2]
}
