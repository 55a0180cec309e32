package toolexec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"strings"
)

// The compiler inlines a function whose nodes number 80 at most, and a hit of
// eleven makes functions too large that were not. cmd/cover has the same
// trouble, so the compiler counts an assignment to an element of one of its
// counters as nothing, right-hand side included (cmd/compile/internal/inline:
// hairyVisitor). What a counter is it learns from -coveragecfg: a variable
// whose name has a prefix.
//
// goat declares such an array with elements of size zero, its marker, and
// assigns the result of a function to it that counts. The assignment itself
// compiles to nothing, and the marker needs no place in the section that the
// coverage runtime reads.

// coverageConfig is the file that -coveragecfg names
// (cmd/internal/cov/covcmd: CoverFixupConfig).
type coverageConfig struct {
	MetaVar            string
	MetaLen            int
	MetaHash           string
	Strategy           string
	CounterPrefix      string
	PkgIdVar           string
	CounterMode        string
	CounterGranularity string
}

// markerConfig makes a variable a counter and asks for nothing else: in mode
// testmain a package registers no coverage data. A main package gets a call of
// runtime/coverage.initHook, see withHook.
func markerConfig(marker string) coverageConfig {
	return coverageConfig{
		MetaHash: "00000000000000000000000000000000", Strategy: "normal",
		CounterPrefix: marker, CounterMode: "testmain", CounterGranularity: "perblock",
	}
}

// withMarker gives the generator a marker and returns the compile's flags with
// what tells the compiler of it. Where there can be none, hits count
// themselves.
func (r *runner) withMarker(g *generator, u unit, bind bool, dir string) ([]string, error) {
	switch {
	case !r.toolchain().marker:
		return u.flags, nil
	case hasFlag(u.flags, "-asan"): // puts a red zone behind each variable
		return u.flags, nil
	}
	if file := flagValue(u.flags, "-coveragecfg"); file != "" {
		g.marker = coverMarker(file, g.prefix+"Mark")
		return u.flags, nil
	}
	if flagValue(u.flags, "-p") == "main" && !bind { // nobody would bring its hook
		return u.flags, nil
	}
	name := g.prefix + "Mark"
	data, err := json.Marshal(markerConfig(name))
	if err != nil {
		return nil, fmt.Errorf("encoding the marker's configuration: %w", err)
	}
	file := filepath.Join(dir, "coveragecfg")
	if err := os.WriteFile(file, data, 0o666); err != nil {
		return nil, fmt.Errorf("writing the marker's configuration: %w", err)
	}
	g.marker = name
	return append(append([]string(nil), u.flags...), "-coveragecfg="+file), nil
}

// coverMarker returns a name that the compiler takes for one of cmd/cover's
// counters; "" where cover's configuration names no prefix.
func coverMarker(file, name string) string {
	data, err := os.ReadFile(file)
	var cover coverageConfig
	if err != nil || json.Unmarshal(data, &cover) != nil || !token.IsIdentifier(cover.CounterPrefix) {
		return ""
	}
	return cover.CounterPrefix + name
}

// A main package with a marker calls the start of coverage's runtime. The
// packages that define it, and that it is made of.
const (
	coverageHook    = "runtime/coverage"
	coverageRuntime = "internal/coverage/cfile"
)

// withHook adds to the entry what main calls, and to the packages that it is
// compiled against. A build that has coverage's runtime links the real one,
// which finds no data of goat's. Where the application imports that runtime
// itself, and is built without -cover, it must not say at the end that there
// is nothing to write.
func withHook(entry string, cfg importConfig, packages map[string]string) (string, map[string]string) {
	archive, ok := cfg.packages[coverageHook]
	if !ok {
		return entry + "\n//go:linkname noHook " + coverageHook + ".initHook\nfunc noHook(bool) {}\n", packages
	}
	more := map[string]string{coverageHook: archive}
	maps.Copy(more, packages)
	imports := "import _ \"" + coverageHook + "\"\n"
	if archive, ok := cfg.packages[coverageRuntime]; ok && !cfg.covers() {
		more[coverageRuntime] = archive
		imports += "import coverage \"" + coverageRuntime + "\"\n"
		entry += "\nfunc init() { coverage.MarkProfileEmitted(true) }\n"
	}
	return strings.Replace(entry, "package entry\n", "package entry\n\n"+imports, 1), more
}

// covers reports whether the program that is linked writes coverage data: it
// is a test, or its build information says -cover.
func (c importConfig) covers() bool {
	_, test := c.packages["testing/internal/testdeps"]
	return test || bytes.Contains(c.text, []byte(`-cover=true`))
}
