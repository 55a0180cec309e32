// Package wire is how steps are written: the bytes of events, and the segments
// that hold them. The tracer's runtime (rt/trace) writes them, and internal/trace
// reads them.
//
// A run's folder has files of segments. A segment holds events of one trace, in
// order, and can be read without the others: it begins with a head that has a
// checksum over all of it, its first event names the calls that were open, and it
// defines the types of the values in it. If a segment is cut off or changed, only
// that segment is lost.
//
// The package imports the standard library alone and allocates nothing when it
// writes. It reads no files.
package wire
