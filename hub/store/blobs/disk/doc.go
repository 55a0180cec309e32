// Package disk keeps blobs as files below a directory.
//
// In: keys and bytes. Out: one file a key, whole or not at all, and on disk when
// Put returns. It has no limit of its own and removes nothing by itself.
package disk
