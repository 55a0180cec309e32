// Package source keeps bare mirrors of git repositories, and reads the source
// of a commit from them.
//
// In: the address of a repository, as the hub's admin wrote it, and ids of
// commits, as agents report them. Out: the text of files at a commit, for
// package report (Tree is its Sources); the merge base of two commits; and the
// lines that changed between them.
//
// Each repository has one mirror, in a directory of its own (mirror.go): no work
// tree, nothing checked out, so any number of users read any commits at once. A
// commit that is not there is fetched (fetch.go), once for all who ask, and what
// is still missing then is an error that says so (commit.go). Nothing that was
// fetched is ever removed, since a release that still runs may have lost its
// branch.
//
// # Repositories are not trusted
//
// A mirror holds objects and nothing else of the repository: its configuration
// is written here, no hook, attribute, submodule or filter has a say, and no
// program that its files name is started. What only reads (git.go) sees neither
// the user's nor the system's configuration and may use no protocol. A fetch
// sees both, since credential helpers, keys, proxies and certificates of the
// hub's user stand there; it may use the protocols that git itself speaks. Time
// and size of a fetch are limited, as are files and listings that are read.
//
// # Secrets
//
// Addresses with passwords are refused. A token file (token.go) is read by git's
// credential helper, so the token is in no command line, no environment, no log
// and no file of the mirror; it goes to its own host by https only.
//
// # What it cannot do
//
// It does not know what a build generated, nor files of other repositories. It
// does not fetch submodules. Git must be installed, 2.36 or later.
package source
