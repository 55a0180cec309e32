//go:build !unix

package session

import "io/fs"

// ownFile is true where each user has temporary files apart.
func ownFile(fs.FileInfo) bool { return true }
