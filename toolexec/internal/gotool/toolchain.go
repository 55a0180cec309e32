package gotool

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// What goat takes for granted of a Go toolchain, beyond the language and the go
// command's documentation, is in these files below toolexec. TestToolchain
// checks each fact by itself.
//
//	internal/generate/marker.go  a coverage counter costs nothing when inlining; what else -coveragecfg does
//	internal/gotool/objfile.go   where an object file has its fingerprint and its imports'
//	internal/entry/entry.go      the flags of compile that all packages of a binary share
//	internal/entry/source.go     package exithook; of two linkname'd variables the linker keeps the one with a value
//	version.go                   what the go command reads of -V=full
//
// Of a release that this file does not know, goat takes no more for granted than it
// can try (package trial): points without marker, and the runtime only where
// main's object file reads as expected.

// Toolchain is what is known of the Go release whose tools are running.
type Toolchain struct {
	Version string // as "go1.26.8"; "" where nobody says it
	Known   bool   // all that goat relies on has been checked with it
	Marker  bool   // assignments to a coverage counter cost nothing when inlining
}

// KnownToolchain returns what is known of a release.
func KnownToolchain(version string) Toolchain {
	switch t := (Toolchain{Version: version}); release(version) {
	case "go1.26", "go1.27":
		t.Known, t.Marker = true, true
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

// Toolchain returns what is known of the tool's release: from its own answer
// to -V=full where that is cached since the start of the build, else from the
// file VERSION of its GOROOT, so that no process is started for it.
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

// VersionOf returns the release in a tool's answer "compile version go1.26.8";
// that of a development version is "devel".
func VersionOf(answer string) string {
	fields := strings.Fields(answer)
	if len(fields) < 3 || fields[1] != "version" {
		return ""
	}
	return fields[2]
}
