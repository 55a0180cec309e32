// Package config reads what the user wants: goat.yaml, flags and variables.
//
// In: a directory to start from, the flags of a toolexec string or of
// goat-vet, and the environment. Out: one validated Config that says where
// each value came from. Flags win over variables, variables over the file.
//
// An existing GOAT goat.yaml works as it is. Whatever is wrong in it is an
// error with file, line and the allowed values; see Error.
package config
