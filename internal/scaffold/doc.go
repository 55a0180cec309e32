// Package scaffold writes a goat.yaml that fits a repository.
//
// In: a directory, and settings that users have given. Out: what was found there
// (survey.go): the base and why, main packages, generated code; and the text of
// the file (file.go), in which each key stands with its meaning.
//
// It writes nothing itself. It reads the go command's list of packages and the
// heads of Go files; without git or without a module it says so and goes on.
package scaffold
