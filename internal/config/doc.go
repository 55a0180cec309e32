// Package config reads what the user wants: goat.yaml, flags and variables.
//
// In: a directory to start from, the flags of a toolexec string or of goat-vet,
// and the environment. Out: one validated Config that says where each value
// came from. Flags win over variables, and variables over the file.
//
// An existing goat.yaml of GOAT works unchanged. Anything wrong in the file is
// an error with file, line and the allowed values; see Error.
package config
