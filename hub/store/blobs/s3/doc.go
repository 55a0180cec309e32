// Package s3 keeps blobs in a bucket of S3-compatible storage.
//
// In: keys and bytes. Out: one object for each key, stored when Put returns. What
// is there already is not written again. Each object has the SHA-256 of its bytes
// in its metadata, and Get compares it: an object that has changed is set aside
// below damaged/, and counts as missing, so that whoever can make it again does.
//
// # What it cannot do
//
// It holds a blob in memory while it writes or reads it. It does not list what
// is in damaged/, nor remove it.
package s3
