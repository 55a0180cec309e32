// Command release makes the hub ready to be released with the root module.
//
// In: a version, and the checkout that the command runs in. Out: hub/go.mod and
// hub/go.sum as they are tagged: the replacement taken off, that version of the
// root required. Before it writes them it installs goat-hub as a user would, from
// a module proxy that it makes of the checkout's files, and runs it. docs/adr/0030
// says why.
//
//	go run ./internal/release v1.2.3
//
// It makes no commit and no tag: it prints the commands. It cannot see whether
// the version is one that is not taken yet.
package main
