// Package coverage is the model of tracking points and hits, and merges what
// several processes say. It is called coverage because that is what comes out:
// which part of the changed code has run. A name such as hits or release would say
// only half of that.
//
// In: processes, each with the build that it runs and its counters
// (internal/trackpage reads them from /track's JSON). Out: a release for each
// commit and base, with its points, which processes ran each of them, and totals by
// any grouping. Everything that shows coverage starts from a Release.
//
// It is pure: it reads no file, no clock and no network. The runtime does not use
// it. What it cannot do: it does not know the source; a point is where the build
// says.
package coverage
