// Package archive packs a hub's directory into one file, and unpacks it.
//
// In: the directory of a hub that may be running, or an archive. Out: a tar
// file, packed by gzip, with the blobs and the database as it was at one
// moment; or a directory on which a hub can be started. It only copies the
// local store: databases in servers and files in S3 have backups of their own.
package archive
