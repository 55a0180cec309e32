// Package entry writes and compiles the package that leads the linker from a
// user's main package to goat's runtime.
//
// A main package must lead the linker to the runtime, but what the runtime is
// made of is known only when linking. An application without package net gets
// one without cgo, so that a static binary stays static. And main's archive may
// come from the cache, made long before the application began to use net. The
// linker, though, checks that an imported package is the very one that the
// importer was compiled against, by a fingerprint of its export data, which
// covers all that it imports in turn.
//
// So main imports a package of goat's that exports nothing, and is compiled
// against an empty one. The link gets another one, which imports the runtime and
// has the empty one's fingerprint. The check exists to keep symbol indexes in
// step; main refers to nothing of the package but its init task, which objects
// name and do not index. See docs/adr/0006.
//
// In: an import config, and the runtime's archives. Out: an archive in a folder of
// the build's work directory. toolexec compiles mains and links with it.
//
//   - source.go: the entry's text, and the names that both sides know
//   - entry.go: the entry is compiled, exchanged and checked
//
// With an object format that goat does not know an entry cannot be exchanged:
// Check says so.
package entry
