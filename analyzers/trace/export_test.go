package trace

// Dependences is for the tests.
var Dependences = dependences

// ReachesWithout reports whether a way leads from one node to another that does not
// go through a third one.
func ReachesWithout(successors [][]int, from, to, without int) bool {
	seen := make([]bool, len(successors))
	work := []int{from}
	for len(work) > 0 {
		n := work[len(work)-1]
		work = work[:len(work)-1]
		if n == without || seen[n] {
			continue
		}
		if n == to {
			return true
		}
		seen[n] = true
		work = append(work, successors[n]...)
	}
	return false
}
