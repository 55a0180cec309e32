// Package closure finds the archives of a package and of all that it imports,
// compiled as the user's application is: of goat's runtime for a link, of
// sync/atomic for a compile.
//
// The runtime's source is embedded in goat-exec. It is written to the cache directory
// and compiled by one nested go list, with the build flags of the go command
// above and goat-exec as its -toolexec, under the same salt: what the application
// and the runtime both import is compiled once. The user's module is neither read
// nor changed for it, unless the application imports the runtime itself.
//
// In: a compile or link, and its import config. Out: import path → archive.
// toolexec gives them to the compiler or linker.
//
//   - closure.go: the flow; build.go: the application's build, and its flags
//   - record.go: what the cache remembers; list.go: the nested go list; extract.go:
//     the runtime's source
//   - fit.go: whether the archives fit the application
//
// The application's flags are those that the go command's command line and its
// records name. Where they are others still, the archives do not fit, and the
// error says which variable helps (GOAT_BUILDFLAGS).
package closure
