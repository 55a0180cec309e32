// Package archive makes one file of a hub's directory, and the directory of the
// file.
//
// In: the directory of a hub that may be running, or an archive. Out: a tar file,
// packed by gzip, of the database at one moment and of the blobs; or a directory
// that a hub can be started on. It copies the local store alone: what is in a
// database server or in S3 is backed up with their own means.
package archive
