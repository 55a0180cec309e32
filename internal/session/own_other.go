//go:build !unix

package session

import "io/fs"

// ownFile is true on systems where each user has temporary files of their own.
func ownFile(fs.FileInfo) bool { return true }
