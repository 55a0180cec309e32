package generate

import (
	"encoding/json"
	"fmt"
	"go/token"
)

// The compiler inlines a function of at most 80 nodes, and a hit costs eleven, so
// hits make some functions too large. cmd/cover has the same problem. Therefore the
// compiler counts an assignment to an element of one of its counters as nothing,
// including the right-hand side (cmd/compile/internal/inline: hairyVisitor). It
// learns from -coveragecfg what a counter is: a variable whose name has a prefix.
//
// goat declares such an array with elements of size zero, its marker, and assigns
// to it the result of a function that counts. The assignment itself compiles to
// nothing, and the marker takes no place in the section that the coverage runtime
// reads.

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

// MarkerConfig returns a file for -coveragecfg that makes a variable a counter
// and nothing else: in mode testmain a package registers no coverage data. A
// main package gets a call of runtime/coverage.initHook, see package entry.
func MarkerConfig(marker string) ([]byte, error) {
	data, err := json.Marshal(coverageConfig{
		MetaHash: "00000000000000000000000000000000", Strategy: "normal",
		CounterPrefix: marker, CounterMode: "testmain", CounterGranularity: "perblock",
	})
	if err != nil {
		return nil, fmt.Errorf("encoding the marker's configuration: %w", err)
	}
	return data, nil
}

// Mark makes the hits use a marker, and returns the file for -coveragecfg that
// tells the compiler of it.
func (g *Generator) Mark() ([]byte, error) {
	g.hits.marker = g.hits.prefix + "Mark"
	return MarkerConfig(g.hits.marker)
}

// MarkForCover makes the hits use a marker that the compiler takes for one of
// cmd/cover's counters. config is what cover wrote for -coveragecfg. If it
// names no prefix, there is no marker.
func (g *Generator) MarkForCover(config []byte) {
	var cover coverageConfig
	if json.Unmarshal(config, &cover) == nil && token.IsIdentifier(cover.CounterPrefix) {
		g.hits.marker = cover.CounterPrefix + g.hits.prefix + "Mark"
	}
}
