// Package granule is what the analyzers of the four granularities share.
//
// In: the result of analyzer changed. Out: the package's points as the
// analyzer's result, as a fact and as diagnostics, if the analyzer's
// granularity is the configured one; otherwise none.
package granule
