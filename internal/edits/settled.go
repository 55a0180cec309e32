package edits

// settled says which of the new units every best alignment of the two lists
// matches with an equal one, whether the best one matches most units or most
// letters.
func settled(then, now []Unit) []bool {
	byCount := always(then, now, func(Unit) int { return 1 })
	byLetters := always(then, now, func(u Unit) int { return 1 + u.letters() })
	for i := range byCount {
		byCount[i] = byCount[i] && byLetters[i]
	}
	return byCount
}

// always says which of the new units each heaviest alignment holds.
func always(then, now []Unit, weight func(Unit) int) []bool {
	n, m := len(then), len(now)
	before, behind := table(n, m), table(n, m)
	same := func(i, j int) int {
		if then[i].Text == now[j].Text {
			return weight(now[j])
		}
		return -1
	}
	for i := range n {
		for j := range m {
			best := max(before[i][j+1], before[i+1][j])
			if w := same(i, j); w >= 0 {
				best = max(best, before[i][j]+w)
			}
			before[i+1][j+1] = best
		}
	}
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			best := max(behind[i][j+1], behind[i+1][j])
			if w := same(i, j); w >= 0 {
				best = max(best, behind[i+1][j+1]+w)
			}
			behind[i][j] = best
		}
	}
	out := make([]bool, m)
	for j := range m {
		without := 0
		for i := range n + 1 {
			without = max(without, before[i][j]+behind[i][j+1])
		}
		out[j] = without < before[n][m]
	}
	return out
}

func table(n, m int) [][]int {
	cells := make([]int, (n+1)*(m+1))
	rows := make([][]int, n+1)
	for i := range rows {
		rows[i] = cells[i*(m+1) : (i+1)*(m+1)]
	}
	return rows
}
