package compare

import "slices"

// match pairs element a of the old sequence with element b of the new one.
type match struct{ a, b int }

// common returns a longest common subsequence of a and b (Myers, "An O(ND)
// Difference Algorithm", 1986). If more than limit insertions and deletions
// separate them, ok is false and only the common head and tail are matched.
func common(a, b []int, limit int) (matches []match, ok bool) {
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		matches = append(matches, match{head, head})
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	middle, ok := greedy(a[head:len(a)-tail], b[head:len(b)-tail], limit)
	for _, m := range middle {
		matches = append(matches, match{m.a + head, m.b + head})
	}
	for ; tail > 0; tail-- {
		matches = append(matches, match{len(a) - tail, len(b) - tail})
	}
	return matches, ok
}

// greedy stores the furthest reaching ends for each number of edits, so its
// memory grows with the square of limit.
func greedy(a, b []int, limit int) (matches []match, ok bool) {
	if len(a) == 0 || len(b) == 0 {
		return nil, true
	}
	limit = min(limit, len(a)+len(b))
	reach := make([]int, 2*limit+3) // by diagonal, shifted by limit+1
	zero := limit + 1
	var trace [][]int
	for d := 0; d <= limit; d++ {
		trace = append(trace, slices.Clone(reach[zero-d:zero+d+1]))
		for k := -d; k <= d; k += 2 {
			x := step(reach, zero, d, k)
			for x < len(a) && x-k < len(b) && a[x] == b[x-k] {
				x++
			}
			reach[zero+k] = x
			if x >= len(a) && x-k >= len(b) {
				return backtrack(trace, len(a), len(b)), true
			}
		}
	}
	return nil, false
}

// step returns where the d-th edit enters diagonal k.
func step(reach []int, zero, d, k int) int {
	if d == 0 {
		return 0
	}
	if k == -d || k != d && reach[zero+k-1] < reach[zero+k+1] {
		return reach[zero+k+1] // insertion
	}
	return reach[zero+k-1] + 1 // deletion
}

// backtrack walks from the end to the start and collects the diagonal steps.
// trace[d] holds the ends after d-1 edits on diagonals -d to d.
func backtrack(trace [][]int, x, y int) []match {
	var matches []match
	for d := len(trace) - 1; d >= 0; d-- {
		k := x - y
		from := step(trace[d], d, d, k)
		for x > from && y > 0 {
			x, y = x-1, y-1
			matches = append(matches, match{x, y})
		}
		if d == 0 {
			break
		}
		if k == -d || k != d && trace[d][d+k-1] < trace[d][d+k+1] {
			y--
		} else {
			x--
		}
	}
	slices.Reverse(matches)
	return matches
}
