// Package config gives the other analyzers the line sets to work with.
//
// In: goat's flags, which this analyzer owns, and a function that the driver
// sets once to turn them into line sets. Out: a Source, which analyzer changed
// asks. The driver's function runs once in a process, not once for each
// package; no analyzer runs git.
//
// # Analyzer goatconfig
//
// goatconfig: hold goat's flags and line sets for the other analyzers
//
// It reports nothing. Its flags say what the code is compared with (-base,
// -mode, -patchfile, -index), how (-precision), whether code of required modules
// counts (-modules), and what one tracking point stands for (-granularity). What
// they leave open comes from the GOAT_ variables and goat.yaml (-config).
package config
