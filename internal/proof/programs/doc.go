// Package programs compares the go command with goat and without, on programs that
// nobody wrote for goat: the programs in GOROOT/test that test Go's compiler, and a
// few of goat's own in testdata/programs.
//
// In: a directory of programs whose first comment says what to do with them (a
// Recipe). The package copies them into one module, so that one go command builds
// hundreds of them. Everything in it counts as changed (base INIT). Out: each
// difference between the output with goat and without, of the go command and of the
// programs.
//
//	run, rundir, runoutput     the program is built and run: exit code, stdout and stderr
//	compile, compiledir, build the packages compile, and goat gave none of them up
//	errorcheck, errorcheckdir  the compiler's messages are equal byte for byte
//	errorcheckeach             likewise, each function of the file alone
//
// A list has the programs that must differ, with the reason (differs.go). If a
// program differs that is not in the list, that is a fault of goat. If one in the
// list does not differ, that is a fault of the list.
//
// The package cannot run programs that need their own GOPATH, an assembler, or
// another host (the recipes runindir, buildrundir, asmcheck).
//
// Plain tests take a sixtieth of Go's programs at one granularity. GOAT_PROOFS=all
// takes all of them at each granularity, with -race and without (make proofs,
// hours); GOAT_PROOFS=12 takes every twelfth, in minutes.
package programs
