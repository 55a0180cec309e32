// Package scaffold writes a goat.yaml that fits a repository.
//
// In: a directory, and settings that users have given. Out: what was found there
// (survey.go): the base and why it was chosen, main packages, generated code; and
// the text of the file (file.go), which lists each key with its meaning.
//
// It writes nothing itself. It reads the go command's list of packages and the
// beginnings of Go files. Without git or without a module it says so and goes on.
package scaffold
