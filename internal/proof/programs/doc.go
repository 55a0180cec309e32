// Package programs holds goat against the go command without it, on programs
// that nobody wrote for goat: those in GOROOT/test with which Go's compiler
// is tested, and a few of goat's own in testdata/programs.
//
// In: a directory of programs whose first comment says what is to be done
// with them (a Recipe). They are copied into one module, so that one go
// command builds hundreds of them. Everything in it counts as changed (base
// INIT). Out: each difference between what the go command, and the programs it
// built, said with goat and without.
//
//	run, rundir, runoutput     the program is built and run: exit code, stdout and stderr
//	compile, compiledir, build the packages compile, and goat gave none of them up
//	errorcheck, errorcheckdir  the compiler's messages are equal byte for byte
//	errorcheckeach             likewise, each function of the file alone
//
// A list has what must differ, with the reason (differs.go): a program
// that is not in it and differs is a fault of goat's, and one that is in it
// and does not differ is a fault of the list.
//
// The package cannot run programs that need a GOPATH of their own, an
// assembler, or another host (the recipes runindir, buildrundir, asmcheck).
//
// Plain tests take a sixtieth of Go's programs at one granularity.
// GOAT_PROOFS=all takes all of them at each, with -race and without (make
// proofs, hours); GOAT_PROOFS=12 every twelfth, in minutes.
package programs
