// Package granule is what the analyzers of the four granularities share.
//
// In: the result of analyzer changed. Out: the package's points as the
// analyzer's result, as a fact, and as diagnostics; none unless the
// granularity is the configured one.
package granule
