// Package scriptcmd holds the commands of the scripts in testdata/script.
//
// In: goat's three programs, built once for all scripts of a test run. Out:
// testscript parameters with an environment in which scripts see nothing of the
// host but the go command, git, the C compiler and Go's caches.
//
// Commands besides those of package testscript:
//
//	fixture DIR                 a git repository whose commit v1 is testdata/fixture; files
//	                            that the script has put into DIR win in the work tree
//	repo DIR                    a git repository of DIR's files, committed and tagged v1
//	commit DIR TAG              commits DIR's files, and tags them
//	modproxy DIR                serves the directories PATH@VERSION below DIR as modules, into
//	                            a module cache of the script's own, MODCACHE
//	[!] same go CMD [ARG...]    runs CMD without and with -toolexec=goat-exec, and compares
//	                            exit code, stdout and stderr byte for byte
//	[!] samerun A B [ARG...]    runs two programs and compares likewise; code offsets in
//	                            traces aside
//	serve NAME BIN [ARG...]     starts a program, waits for its server and what it prints, sets NAME to its address
//	quit NAME                   ends its stdin, waits for it; what it printed is stdout and stderr
//	get [-FLAG...] URL          prints a page; -status=N, -method=M, -header=K:V, -i prints headers
//	track [-lines] SOURCE       prints /track's JSON (URL or file) a line for each point; with -lines
//	                            also the changed lines that it vouches for
//	wants DIR SOURCE            compares the // want: comments below DIR with /track's JSON
//	tree NAME DIR               sets NAME to a digest of DIR's files, .git aside
//	compiles go|goat CMD [ARG...]  runs it and prints "compile PATH" for each package outside the
//	                            standard library that was compiled, "link" for each link, or "nothing"
//	[!] eq A B                  compares two words
//	points A B                  compares two lists of points in JSON: goat points, goat-vet
//	ids FILE [FUNC...]          prints the stable ids in such a list, sorted, a line each with what
//	                            they name; fails where two points have one
//	union SOURCE...             adds /track's counts (URLs or files) up by stable id
//	[!] holds FILE TEXT...      searches a file's bytes
//	elf static|dynamic FILE     says whether a program needs a dynamic linker
//	flip DIR PERCENT            changes a bit of each file below DIR, at this part of its length
//	free NAME                   sets NAME to a free port
//	listen NAME                 takes a free port, sets NAME to it
//
// Most of the cost of a script is the standard library, which is compiled again for
// each combination of configuration, module paths and base tree. So scripts use
// fixture's base, and module path example.com/app with base INIT, if they can.
package scriptcmd
