// Package source keeps bare mirrors of git repositories and reads the source of
// commits from them.
//
// In: the address of a repository, as the hub's admin wrote it, and commit ids,
// as agents report them. Out: the text of files at a commit, for package report
// (Tree implements its Sources); the merge base of two commits; and the lines
// that changed between them.
//
// Each repository has one mirror in a directory of its own (mirror.go). It has
// no work tree and nothing is checked out, so any number of users can read any
// commits concurrently. A missing commit is fetched (fetch.go), once for all
// who ask; if it is still missing then, the error says so (commit.go). Nothing
// that was fetched is ever removed, because a running release may have lost its
// branch.
//
// # Repositories are not trusted
//
// A mirror holds objects and nothing else of the repository. Its configuration
// is written here; no hook, attribute, submodule or filter has an effect; no
// program that its files name is started. Reading (git.go) uses neither the
// user's nor the system's configuration and no protocol. A fetch uses both,
// because they hold the credential helpers, keys, proxies and certificates of
// the hub's user, and it may use the protocols that git itself speaks. Time and
// size of a fetch are limited, and so are files and listings.
//
// # Secrets
//
// Addresses with passwords are refused. git's credential helper reads a token
// file (token.go), so the token is in no command line, environment, log or file
// of the mirror. It is only sent to its own host, by https.
//
// # What it cannot do
//
// It does not know generated files, nor files of other repositories. It does
// not fetch submodules. It needs git 2.36 or later.
package source
