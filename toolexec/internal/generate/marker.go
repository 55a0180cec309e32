package generate

import (
	"encoding/json"
	"fmt"
	"go/token"
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

// MarkerConfig returns the file for -coveragecfg that makes a variable a counter
// and asks for nothing else: in mode testmain a package registers no coverage
// data. A main package gets a call of runtime/coverage.initHook, see package
// entry.
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

// Mark lets the hits use a marker, and returns the file for -coveragecfg that tells
// the compiler of it.
func (g *Generator) Mark() ([]byte, error) {
	g.hits.marker = g.hits.prefix + "Mark"
	return MarkerConfig(g.hits.marker)
}

// MarkForCover lets the hits use a marker that the compiler takes for one of
// cmd/cover's counters. Config is what cover has written for -coveragecfg. Where
// it names no prefix there is no marker.
func (g *Generator) MarkForCover(config []byte) {
	var cover coverageConfig
	if json.Unmarshal(config, &cover) == nil && token.IsIdentifier(cover.CounterPrefix) {
		g.hits.marker = cover.CounterPrefix + g.hits.prefix + "Mark"
	}
}
