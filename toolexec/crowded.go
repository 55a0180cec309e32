package toolexec

// crowd is more points than a function that can be inlined has room for:
// the compiler's budget is 80 nodes, and a statement is one at least.
const crowd = 80

// crowdedFunctions returns the functions of a file, by name, that are never
// inlined, however little a hit costs. There the marker has nothing to give,
// and it takes: each hit through it is a call that is inlined, whose variables
// the compiler follows through all of the function's blocks. A function of
// 1,500 statements took nine times as long to compile.
func crowdedFunctions(hits []hit) map[string]bool {
	points := make(map[string]int)
	for _, h := range hits {
		points[h.site.Func]++
	}
	crowded := make(map[string]bool)
	for name, n := range points {
		crowded[name] = n > crowd
	}
	return crowded
}
