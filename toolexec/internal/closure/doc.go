// Package closure finds the archives of a package and of everything that it
// imports, compiled as the user's application is: of goat's runtime for a link,
// of sync/atomic for a compile.
//
// The runtime's source is embedded in goat-exec. It is written to the cache
// directory and compiled by one nested go list, with the build flags of the go
// command above, with goat-exec as -toolexec and under the same salt. So what
// both the application and the runtime import is compiled once. The user's
// module is neither read nor changed, unless the application imports the
// runtime itself.
//
// In: a compile or link, and its import config. Out: a map from import path to
// archive, which toolexec passes to the compiler or linker.
//
//   - closure.go: the flow; build.go: the application's build, and its flags
//   - record.go: what the cache remembers; list.go: the nested go list; extract.go:
//     the runtime's source
//   - fit.go: whether the archives fit the application
//
// The application's flags are taken from the go command's command line and its
// records. If the application was compiled with others, the archives do not
// fit, and the error says which variable helps (GOAT_BUILDFLAGS).
package closure
