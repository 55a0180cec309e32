// Package disk keeps blobs as files below a directory.
//
// In: keys and bytes. Out: one complete file for each key, on disk when Put
// returns. It has no limits and removes nothing by itself.
package disk
