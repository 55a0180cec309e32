// Package cache owns goat's cache directory: where it is, who may write to it,
// what is kept in it, and whether what is read from it is what was written.
//
// In: the environment, and what the packages of goat want to keep for later
// builds. Out: the same bytes, or none.
//
// What is in the directory ends up in the user's binaries. So it must be
// the user's alone (Open), and each entry carries a checksum that covers its
// kind, its name and its bytes (Folder). An entry that fails its check is
// removed, and made anew by whoever asked for it. No error of the cache fails a
// build.
//
// The package cannot protect from the user, from root, or from who owns a
// directory above: they can write checksums too. On Windows it relies on the
// user profile's own permissions.
package cache
