// Package entry writes and compiles the package that leads the linker from a
// user's main package to goat's runtime.
//
// A main package must lead the linker to the runtime, but what the runtime
// consists of is only known when linking. An application without package net
// gets a runtime without cgo, so that a static binary stays static. And main's
// archive may come from the cache, from before the application used net. But
// the linker checks that an imported package is the very one that the importer
// was compiled against, by a fingerprint of its export data, which covers all
// of its imports in turn.
//
// So main imports a package of goat's that exports nothing, and is compiled
// against an empty version of it. The link gets another version, which imports
// the runtime and has the empty one's fingerprint. The linker's check exists to
// keep symbol indexes in step. It is safe to bypass it here, because main
// refers to nothing of the package but its init task, which objects refer to by
// name and not by index. See docs/adr/0006.
//
// In: an import config, and the runtime's archives. Out: an archive in a folder
// of the build's work directory. toolexec uses it for compiling main packages
// and for linking.
//
//   - source.go: the entry's text, and the names that both sides know
//   - entry.go: the entry is compiled, exchanged and checked
//
// In an object format that goat does not know, an entry cannot be exchanged;
// Check reports that.
package entry
